"""What profiles holds of an account, to be given to it."""

from profiles.models import Block, Follow, Mute, Preferences, Session, User
from socialml.core.export import ExportedTable

EXPORTED = (
    ExportedTable(
        User,
        ("pk",),
        without=("password", "username_key", "email_key", "is_archive"),
    ),
    ExportedTable(Preferences, ("user_id",)),
    ExportedTable(Follow, ("follower_id", "followed_id")),
    ExportedTable(Block, ("blocker_id",)),
    ExportedTable(Mute, ("muter_id",)),
    # Its id is half of a secret while the session lasts.
    ExportedTable(Session, ("user_id",), without=("id",)),
)
