"""The playlists of a reel (HLS, RFC 8216): written when asked for, from what is stored of it.

A version's segments lie in one file, and its playlist says where each begins.
"""

import math
from collections.abc import Callable, Iterable

from reels.models import Rendition

_HEAD = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]


def master_playlist(rows: Iterable[Rendition], sign: Callable[[str], str]) -> str:
    """Return the playlist of the versions; `sign` makes an address of a file's ending."""
    lines = list(_HEAD)
    for row in rows:
        seconds = sum(length for length, _, _ in row.segments) or 1.0
        average = round(sum(size for _, _, size in row.segments) * 8 / seconds)
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={row.bits_per_second},AVERAGE-BANDWIDTH={average},"
            f"RESOLUTION={row.width}x{row.height},FRAME-RATE={row.frames_per_second:.3f},"
            f'CODECS="{row.codecs}"'
        )
        lines.append(sign(f"{row.name}.m3u8"))
    return "\n".join([*lines, ""])


def media_playlist(row: Rendition, sign: Callable[[str], str]) -> str:
    """Return the playlist of one version's segments."""
    address = sign(f"{row.name}.m4s")
    longest = max(length for length, _, _ in row.segments)
    lines = [
        *_HEAD,
        f"#EXT-X-TARGETDURATION:{max(1, math.ceil(longest))}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        f'#EXT-X-MAP:URI="{address}",BYTERANGE="{row.init_bytes}@0"',
    ]
    for length, offset, size in row.segments:
        lines += [f"#EXTINF:{length:.5f},", f"#EXT-X-BYTERANGE:{size}@{offset}", address]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])
