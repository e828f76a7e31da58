"""When names that trend were first seen."""

from collections.abc import Sequence
from datetime import datetime

from analytics.models import Trend
from analytics.selectors.bursts import SUPPORTING, name_of
from analytics.selectors.dialect import moment, moment_read, rows_of


def first_seen(kind: Trend.Kind, names: Sequence[str], *, before: datetime) -> dict[str, datetime]:
    """Return when anybody first stood behind each name, as far back as the log reaches.

    One query, which reads the whole log: ask for names that are new to the list.
    """
    if not names:
        return {}
    name, join = name_of(kind)
    marks = ", ".join(["%s"] * len(names))
    sql = f"""
        SELECT {name}, MIN(e.occurred_at) FROM analytics_event e {join}
        WHERE {SUPPORTING} AND e.occurred_at < %s AND {name} IN ({marks}) GROUP BY 1
    """  # noqa: S608 - our own names alone are in the text
    return {name: moment_read(at) for name, at in rows_of(sql, [moment(before), *names])}
