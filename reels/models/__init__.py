"""Videos beside posts."""

from reels.models.reel import Reel

__all__ = ["Reel"]
