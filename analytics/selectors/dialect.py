"""SQL that both databases understand, for what the ORM cannot say over millions of rows."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

_IDS_AT_ONCE = 1_000_000


def is_postgresql() -> bool:
    """Return whether the database is PostgreSQL; the other one is SQLite."""
    return connection.vendor == "postgresql"


def moment(at: datetime) -> Any:
    """Return `at` as the database compares it in raw SQL."""
    return connection.ops.adapt_datetimefield_value(at)


def date_adapted(day: date) -> Any:
    """Return `day` as the database compares it in raw SQL."""
    return connection.ops.adapt_datefield_value(day)


def date_read(value: Any) -> date:
    """Return the day that raw SQL gave, on SQLite as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def moment_read(value: Any) -> datetime:
    """Return the aware datetime that raw SQL gave, on SQLite as text."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def hour_of(column: str) -> str:
    """Return the SQL of the UTC hour that the timestamp `column` falls in."""
    if is_postgresql():
        return f"(DATE_TRUNC('hour', {column} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')"
    # The text that Django stores begins with the hour.
    return f"(SUBSTR({column}, 1, 13) || ':00:00')"


def minutes_of(column: str, minutes: int) -> str:
    """Return the SQL of the moment at which so many minutes, a part of an hour, began."""
    if is_postgresql():
        return f"DATE_BIN('{minutes} minutes', {column}, TIMESTAMPTZ '1970-01-01 00:00:00Z')"
    # The text that Django stores has the minute at its 15th letter.
    minute = f"CAST(SUBSTR({column}, 15, 2) AS INTEGER) / {minutes} * {minutes}"
    return f"(SUBSTR({column}, 1, 14) || PRINTF('%%02d', {minute}) || ':00')"


def day_of(column: str) -> str:
    """Return the SQL of the UTC day that the timestamp `column` falls in, as YYYY-MM-DD."""
    if is_postgresql():
        return f"TO_CHAR({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    return f"SUBSTR({column}, 1, 10)"


def date_of(column: str) -> str:
    """Return the SQL of the UTC day that the timestamp `column` falls in, as a date."""
    if is_postgresql():
        return f"({column} AT TIME ZONE 'UTC')::date"
    return f"SUBSTR({column}, 1, 10)"


def text_of(column: str) -> str:
    """Return the SQL of the date `column` as YYYY-MM-DD."""
    return f"TO_CHAR({column}, 'YYYY-MM-DD')" if is_postgresql() else column


def greater_of() -> str:
    """Return the name of the SQL function that gives the greatest of its arguments."""
    return "GREATEST" if is_postgresql() else "MAX"


def seconds_of(column: str) -> str:
    """Return the SQL of the timestamp `column` in seconds since 1970, a float."""
    if is_postgresql():
        return f"EXTRACT(EPOCH FROM {column})::float8"
    return f"((JULIANDAY({column}) - 2440587.5) * 86400.0)"


def each_of(column: str) -> str:
    """Return the SQL that joins a row once for each text in its JSON list: `tag.value`."""
    if is_postgresql():
        return f"CROSS JOIN LATERAL JSONB_ARRAY_ELEMENTS_TEXT({column}) AS tag(value)"
    return f"CROSS JOIN JSON_EACH({column}) AS tag"


def rows_of(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return all rows that the SQL gives. One query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def floor_of(expression: str) -> str:
    """Return the SQL of the whole part of a number that is not negative."""
    return f"FLOOR({expression})::int" if is_postgresql() else f"CAST({expression} AS INTEGER)"


def id_ranges(after_id: int, to_id: int) -> Iterator[tuple[int, int]]:
    """Yield (after, up to) in steps of a million ids, so that no statement takes too long.

    >>> list(id_ranges(5, 1_000_007))
    [(5, 1000005), (1000005, 1000007)]
    """
    for start in range(after_id, to_id, _IDS_AT_ONCE):
        yield start, min(start + _IDS_AT_ONCE, to_id)
