"""What kind of file this is, by its bytes: a name and a header of a request may lie."""

from dataclasses import dataclass
from typing import IO

from reels.services.refusals import VideoRefused

_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"moof"})
_MOST_BOXES = 20_000
# Files that are something else, and what they are.
_OTHERS = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"ID3", "sound alone"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "sound alone"),
    (b"PK\x03\x04", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"%PDF", "a document"),
    (b"<!doctype", "a page"),
    (b"<html", "a page"),
    (b"<svg", "a drawing"),
)
_FAMILIES = {
    "mov": frozenset({"mp4", "m4v", "mov", "qt", "3gp", "3g2"}),
    "matroska": frozenset({"webm", "mkv"}),
    "avi": frozenset({"avi"}),
}
# What may be announced, as browsers and phones spell it, and the demuxer that it promises.
ANNOUNCED = {
    **dict.fromkeys(("video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp"), "mov"),
    **dict.fromkeys(("video/webm", "video/x-matroska", "video/matroska"), "matroska"),
    **dict.fromkeys(("video/x-msvideo", "video/avi", "video/vnd.avi"), "avi"),
}


@dataclass(frozen=True, slots=True)
class Container:
    """A container we take: ffmpeg's name of its demuxer, and how we name and serve it."""

    demuxer: str
    extension: str
    content_type: str


MP4 = Container("mov", "mp4", "video/mp4")
MOV = Container("mov", "mov", "video/quicktime")
WEBM = Container("matroska", "webm", "video/webm")
MKV = Container("matroska", "mkv", "video/x-matroska")
AVI = Container("avi", "avi", "video/x-msvideo")


def container_of(file: IO[bytes], *, size_bytes: int, name: str = "") -> Container:
    """Return the container of `file`, reading little of it; it is left at its start.

    A `name` whose ending promises another container is refused, as players would believe it.

    :raises VideoRefused: if it is empty, no video container we take, or cut off.
    """
    if not size_bytes:
        raise VideoRefused("The file is empty.", code="empty")
    file.seek(0)
    head = file.read(512)
    container = _by_magic(head)
    if container.demuxer == "mov":
        _boxes_check(file, size_bytes)
    file.seek(0)
    _name_check(name, container)
    return container


def announced_check(content_type: str, container: Container) -> None:
    """Refuse a container that is not the announced one.

    :raises VideoRefused: with `unsupported_media`.
    """
    if ANNOUNCED[content_type] != container.demuxer:
        text = f"The file was announced as {content_type} and is a .{container.extension} file."
        raise VideoRefused(text, code="unsupported_media")


def _by_magic(head: bytes) -> Container:
    if head[4:8] in _BOXES:
        is_quicktime = head[4:8] != b"ftyp" or head[8:12] == b"qt  "
        return MOV if is_quicktime else MP4
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head[:64] else MKV
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return AVI
    lowered = head.lstrip().lower()
    for magic, what in _OTHERS:
        if head.startswith(magic) or lowered.startswith(magic):
            raise VideoRefused(f"This is {what}, not a video.", code="unsupported_media")
    if head.startswith(b"RIFF") or head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf1"):
        raise VideoRefused("This is not a video.", code="unsupported_media")
    raise VideoRefused("This is no MP4, MOV, WebM, MKV or AVI file.", code="invalid_video")


def _boxes_check(file: IO[bytes], size_bytes: int) -> None:
    """Walk over the outermost boxes: the index must be there, and nothing may be cut off."""
    place, has_index = 0, False
    for _ in range(_MOST_BOXES):
        if place >= size_bytes:
            break
        file.seek(place)
        head = file.read(16)
        length, kind = int.from_bytes(head[:4]), head[4:8]
        if length == 1 and len(head) == 16:
            length = int.from_bytes(head[8:16])
        if length == 0:
            length = size_bytes - place
        if len(head) < 8 or length < 8:
            # Padding after the last box is common, and harmless once the index was seen.
            break
        if place + length > size_bytes:
            raise VideoRefused("The file is cut off.", code="invalid_video")
        has_index = has_index or kind == b"moov"
        place += length
    if not has_index:
        raise VideoRefused("The file lacks its index: it may be cut off.", code="invalid_video")


def _name_check(name: str, container: Container) -> None:
    ending = name.rpartition(".")[2].lower()
    promised = next((family for family, ends in _FAMILIES.items() if ending in ends), None)
    if promised is not None and promised != container.demuxer:
        text = f"The file is named .{ending} and is a .{container.extension} file."
        raise VideoRefused(text, code="unsupported_media")
