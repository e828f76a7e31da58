"""What posts holds of an account, to be given to it."""

from posts.models import (
    Appeal,
    Comment,
    Decision,
    Dismissal,
    Like,
    Post,
    Report,
    Save,
    Share,
    Strike,
)
from socialml.core.export import ExportedTable

EXPORTED = (
    # The fragment repeats the other columns.
    ExportedTable(Post, ("author_id",), without=("fragment",)),
    ExportedTable(Comment, ("author_id",)),
    ExportedTable(Like, ("user_id",)),
    ExportedTable(Save, ("user_id",)),
    ExportedTable(Share, ("user_id",)),
    ExportedTable(Dismissal, ("user_id",)),
    # What becomes of a report inside the house is not its reporter's.
    ExportedTable(Report, ("reporter_id",), without=("case", "weight")),
    # Decisions about the account; who took them is another person's.
    ExportedTable(Decision, ("account_id",), without=("moderator", "case")),
    ExportedTable(Appeal, ("account_id",), without=("moderator",)),
    ExportedTable(Strike, ("account_id",)),
)
