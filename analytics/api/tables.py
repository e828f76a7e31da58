"""The dashboard's tables as CSV that no spreadsheet runs."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from io import StringIO
from types import MappingProxyType
from typing import Any

from socialml.core.moments import spell

Row = Mapping[str, Any]

# A text that begins with one of these is a formula to some spreadsheet (OWASP, CSV Injection).
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# Where the comma is the decimal sign a spreadsheet splits at semicolons: a quote in the middle of a
# line then holds nothing together, and what follows one of these begins a cell.
_INNER_CELL = re.compile(r'([;\t\r\n][ "]*)([=+\-@＝＋－＠])')


def _days(dashboard: Row) -> Iterable[Row]:
    return list(dashboard["by_day"])


def _funnel(dashboard: Row) -> Iterable[Row]:
    return list(dashboard["funnel"])


def _posts(dashboard: Row) -> Iterable[Row]:
    for post in dashboard["top_posts"]:
        shown = {name: post[name] for name in ("id", "kind", "content", "published_at")}
        yield {**shown, **post["period"]}


def _creators(dashboard: Row) -> Iterable[Row]:
    for creator in dashboard["top_creators"]:
        author = creator["author"]
        figures = {name: value for name, value in creator.items() if name != "author"}
        yield {"id": author["id"], "username": author["username"], **figures}


def _retention(dashboard: Row) -> Iterable[Row]:
    for cohort in dashboard["retention"]:
        for later, cell in enumerate(cohort["returned"], start=1):
            yield {
                "week": cohort["week"],
                "signed_up": cohort["accounts"],
                "weeks_later": later,
                "returned": cell["accounts"],
                "share": cell["share"],
            }


# By name: how its rows are made, and whether it is of the platform alone.
TABLES: Mapping[str, tuple[Callable[[Row], Iterable[Row]], bool]] = MappingProxyType(
    {
        "days": (_days, False),
        "funnel": (_funnel, False),
        "sentiment": (lambda dashboard: list(dashboard["sentiment"]), False),
        "posts": (_posts, False),
        "creators": (_creators, True),
        "categories": (lambda dashboard: list(dashboard["top_categories"]), True),
        "actives": (lambda dashboard: list(dashboard["active_by_day"]), True),
        "retention": (_retention, True),
        "moderation": (lambda dashboard: list(dashboard["moderation"]["by_day"]), True),
    }
)


def table_csv(rows: Iterable[Row]) -> str:
    """Return the rows as CSV, the first line their names; "" where there are none.

    Texts are quoted, and an apostrophe stands before whatever a spreadsheet would take for a
    formula, whether it splits at commas, at semicolons or at tabs. Numbers stay numbers.
    """
    listed = list(rows)
    if not listed:
        return ""
    file = StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(listed[0])
    writer.writerows(_cells(list(row.values())) for row in listed)
    return file.getvalue()


def _cells(values: Sequence[Any]) -> list[Any]:
    return [cell(value) for value in values]


def cell(value: Any) -> Any:
    """Return the value as a cell holds it.

    >>> cell("=1+1"), cell("a;=1+1"), cell(-3), cell(None)
    ("'=1+1", "a;'=1+1", -3, '')
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = spell(value) if isinstance(value, datetime) else str(value)
    text = _INNER_CELL.sub(r"\1'\2", text)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
