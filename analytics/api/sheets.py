"""CSV that no spreadsheet runs."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import StringIO
from typing import Any

from socialml.core.moments import spell

# A text that begins with one of these is a formula to some spreadsheet (OWASP, CSV Injection).
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# Where the comma is the decimal sign a spreadsheet splits at semicolons: a quote in the middle of a
# line then holds nothing together, and what follows one of these begins a cell.
_INNER_CELL = re.compile(r'([;\t\r\n][ "]*)([=+\-@＝＋－＠])')


def table_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return these columns of the rows as CSV, the first line their names.

    Texts are quoted, and an apostrophe stands before whatever a spreadsheet would take for a
    formula, whether it splits at commas, at semicolons or at tabs. Numbers stay numbers.
    """
    file = StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(columns)
    writer.writerows([cell(row[name]) for name in columns] for row in rows)
    return file.getvalue()


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
