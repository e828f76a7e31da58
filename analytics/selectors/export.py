"""What analytics holds of an account, to be given to it."""

from analytics.models import AccountDay, AccountNetwork, DayRollup, Event, Rollup
from socialml.core.export import ExportedTable

EXPORTED = (
    ExportedTable(Event, ("actor_id",)),
    ExportedTable(Rollup, ("author_id",)),
    ExportedTable(DayRollup, ("author_id",), without=("category",)),
    ExportedTable(AccountDay, ("account_id",)),
    ExportedTable(AccountNetwork, ("account_id",)),
)
