"""What reels does: take videos in, look into them, and clean up after them."""

from reels.services.backfilling import reel_again, reels_backfill, reels_wanting
from reels.services.cleaning import media_sweep, reel_delete
from reels.services.containers import ANNOUNCED, Container
from reels.services.finishing import upload_finish, upload_joined
from reels.services.processing import reel_process, reel_reject
from reels.services.refusals import VideoRefused
from reels.services.remote import Target, target_opened
from reels.services.resumable import part_put, upload_abort, upload_start
from reels.services.uploads import reel_create, video_check

__all__ = [
    "ANNOUNCED",
    "Container",
    "Target",
    "VideoRefused",
    "media_sweep",
    "part_put",
    "reel_again",
    "reel_create",
    "reel_delete",
    "reel_process",
    "reel_reject",
    "reels_backfill",
    "reels_wanting",
    "target_opened",
    "upload_abort",
    "upload_finish",
    "upload_joined",
    "upload_start",
    "video_check",
]
