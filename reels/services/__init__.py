"""What reels does: take videos in, look into them, and clean up after them."""

from reels.services.cleaning import media_sweep, reel_delete
from reels.services.containers import Container
from reels.services.processing import reel_process, reel_reject
from reels.services.refusals import VideoRefused
from reels.services.uploads import reel_create, video_check

__all__ = [
    "Container",
    "VideoRefused",
    "media_sweep",
    "reel_create",
    "reel_delete",
    "reel_process",
    "reel_reject",
    "video_check",
]
