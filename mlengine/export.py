"""What the models hold of an account, to be given to it."""

from mlengine.models import AccountInsight, Slate
from socialml.core.export import ExportedTable

EXPORTED = (
    ExportedTable(AccountInsight, ("user_id",)),
    ExportedTable(Slate, ("audience_id",), only={"audience": Slate.Audience.ACCOUNT}),
)
