"""Accounts, the graph between them, sessions and privacy."""

from profiles.models.graph import Block, Follow, Mute
from profiles.models.preferences import Preferences
from profiles.models.privacy import Erasure
from profiles.models.session import RefreshToken, Session
from profiles.models.user import User

__all__ = [
    "Block",
    "Erasure",
    "Follow",
    "Mute",
    "Preferences",
    "RefreshToken",
    "Session",
    "User",
]
