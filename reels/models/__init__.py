"""Videos beside posts, and those on their way in."""

from reels.models.likeness import ReelCopy, VideoHash
from reels.models.reel import Reel
from reels.models.rendition import Rendition
from reels.models.sound import Sound, SoundHash
from reels.models.upload import Upload, UploadPart

__all__ = [
    "Reel",
    "ReelCopy",
    "Rendition",
    "Sound",
    "SoundHash",
    "Upload",
    "UploadPart",
    "VideoHash",
]
