"""The names of reels' files inside the media storage."""

import re

FOLDER = "reels"
PARTS_FOLDER = "uploads"
ORIGINALS = ("mp4", "mov", "webm", "mkv", "avi")
POSTER, PREVIEW = "poster.webp", "preview.webp"
THUMBNAILS = ("thumbnail-1.webp", "thumbnail-2.webp", "thumbnail-3.webp")
PICTURES = (POSTER, *THUMBNAILS, PREVIEW)
# The storage adds a few characters where a name is taken; what we make has a part of its own.
NAME = re.compile(
    rf"{FOLDER}/[0-9a-f]{{2}}/([0-9a-f]{{32}})"
    r"(?:[_A-Za-z0-9]{0,8}|\.([a-z0-9-]{1,12}))\.([a-z0-9]{3,4})\Z"
)


def file_name(key: str, ending: str) -> str:
    """Return the name of a reel's file; `ending` is what follows its key."""
    return f"{FOLDER}/{key[:2]}/{key}.{ending}"


def rendition_files(name: str) -> tuple[str, str]:
    """Return the endings of a rendition's files: the MP4, and the same as segments."""
    return f"{name}.mp4", f"{name}.m4s"


def part_name(key: str) -> str:
    """Return the name of a file that holds a part of an upload; `key` is the file's own."""
    return f"{PARTS_FOLDER}/{key[:2]}/{key}.part"
