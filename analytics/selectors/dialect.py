"""SQL that both databases understand, for what the ORM cannot say over millions of rows."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection


def is_postgresql() -> bool:
    """Return whether the database is PostgreSQL; the other one is SQLite."""
    return connection.vendor == "postgresql"


def moment(at: datetime) -> Any:
    """Return `at` as the database compares it in raw SQL."""
    return connection.ops.adapt_datetimefield_value(at)


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


def day_of(column: str) -> str:
    """Return the SQL of the UTC day that the timestamp `column` falls in, as YYYY-MM-DD."""
    if is_postgresql():
        return f"TO_CHAR({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    return f"SUBSTR({column}, 1, 10)"


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
