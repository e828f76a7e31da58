"""Reading reels."""

from reels.selectors.files import StoredFile, file_for
from reels.selectors.reels import ReelNotFound, reel_for

__all__ = ["ReelNotFound", "StoredFile", "file_for", "reel_for"]
