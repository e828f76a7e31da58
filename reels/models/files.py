"""The names of reels' files inside the media storage."""

import re

FOLDER = "reels"
# The storage adds a few characters where a name is taken.
NAME = re.compile(rf"{FOLDER}/[0-9a-f]{{2}}/([0-9a-f]{{32}})[_A-Za-z0-9]{{0,8}}\.[a-z0-9]{{3,4}}\Z")


def file_name(key: str, extension: str) -> str:
    """Return the name of a reel's file."""
    return f"{FOLDER}/{key[:2]}/{key}.{extension}"
