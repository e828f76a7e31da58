"""What the models hold of an account, to be given to it."""

from mlengine.models import AccountInsight, PostForecast, SeenPosts, SegmentMembership, Slate
from socialml.core.export import ExportedTable

EXPORTED = (
    ExportedTable(AccountInsight, ("user_id",)),
    ExportedTable(PostForecast, ("author_id",)),
    ExportedTable(SegmentMembership, ("account_id",)),
    # The bits of the filter say nothing without the posts to ask it for.
    ExportedTable(SeenPosts, ("user_id",), without=("bits",)),
    ExportedTable(Slate, ("audience_id",), only={"audience": Slate.Audience.ACCOUNT}),
)
