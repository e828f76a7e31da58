"""Where the segments of a fragmented MP4 lie, and what its codecs are called."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path


def segments_of(path: str, starts: list[float]) -> tuple[int, list[list[float]]]:
    """Return the bytes before the first segment, and [seconds, offset, bytes] of each.

    `starts` are the moments at which the segments begin, and that at which the last one ends.

    :raises ValueError: if the file has another number of segments.
    """
    places, end = [], 0
    for kind, offset, length in _boxes(path):
        if kind == b"moof":
            places.append(offset)
        if kind in (b"moof", b"mdat"):
            end = offset + length
    if len(places) != len(starts) - 1:
        raise ValueError(f"{len(places)} segments for {len(starts) - 1} keyframes.")
    lengths = [after - before for before, after in pairwise([*places, end])]
    seconds = [round(after - before, 5) for before, after in pairwise(starts)]
    return places[0], [list(row) for row in zip(seconds, places, lengths, strict=True)]


def codecs_of(path: str, init_bytes: int, *, has_sound: bool) -> str:
    """Return the codecs as a playlist names them (RFC 6381)."""
    with Path(path).open("rb") as file:
        init = file.read(init_bytes)
    place = init.index(b"avcC") + 5
    names = [f"avc1.{init[place : place + 3].hex()}"]
    return ",".join([*names, "mp4a.40.2"] if has_sound else names)


def _boxes(path: str) -> Iterator[tuple[bytes, int, int]]:
    offset = 0
    with Path(path).open("rb") as file:
        while head := file.read(16):
            length, kind = int.from_bytes(head[:4]), head[4:8]
            if length == 1:
                length = int.from_bytes(head[8:16])
            if length < 8:
                raise ValueError("A box without a length.")
            yield kind, offset, length
            offset += length
            file.seek(offset)
