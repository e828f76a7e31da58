"""What posts holds of an account, to be given to it."""

from posts.models import Comment, Decision, Like, Post, Report, Save, Share
from socialml.core.export import ExportedTable

EXPORTED = (
    # The fragment repeats the other columns.
    ExportedTable(Post, ("author_id",), without=("fragment",)),
    ExportedTable(Comment, ("author_id",)),
    ExportedTable(Like, ("user_id",)),
    ExportedTable(Save, ("user_id",)),
    ExportedTable(Share, ("user_id",)),
    ExportedTable(Report, ("reporter_id",)),
    # Decisions about the account; who took them is another person's.
    ExportedTable(Decision, ("account_id",), without=("moderator",)),
)
