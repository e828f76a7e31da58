"""Reading reels."""

from reels.selectors.files import StoredFile, file_for
from reels.selectors.reels import ReelNotFound, reel_for
from reels.selectors.sounds import SoundNotFound, sound_for, sound_reels_page, sounds_for

__all__ = [
    "ReelNotFound",
    "SoundNotFound",
    "StoredFile",
    "file_for",
    "reel_for",
    "sound_for",
    "sound_reels_page",
    "sounds_for",
]
