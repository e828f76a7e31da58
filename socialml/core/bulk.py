"""Inserting many rows at the speed of the database."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

from django.db import connection, models

Column: TypeAlias = "models.Field[Any, Any]"

_ROWS_AT_ONCE = 20_000
# How a missing value is written for COPY: two unit separators, which no text of ours holds.
_NULL = "\x1f\x1f"
# Kinds of columns whose values the drivers take as they are.
_AS_IT_IS = (
    models.BooleanField,
    models.CharField,
    models.FloatField,
    models.ForeignKey,
    models.IntegerField,
    models.TextField,
)


def rows_insert(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    ignore_conflicts: bool = False,
) -> int:
    """Insert `rows`, values in the order of `fields` (attribute names), and return how many.

    No signals, no defaults, no validation: the caller gives every column that has no default
    in the database. PostgreSQL copies (unless conflicts are to be ignored), SQLite runs one
    prepared statement. Call it inside a transaction.
    """
    known = {field.attname: field for field in model._meta.concrete_fields}
    columns = [known[name] for name in fields]
    count = 0
    source = iter(rows)
    while batch := list(islice(source, _ROWS_AT_ONCE)):
        if connection.vendor == "postgresql" and not ignore_conflicts:
            _copy(model, columns, batch)
        else:
            _execute_many(model, columns, batch, ignore_conflicts=ignore_conflicts)
        count += len(batch)
    return count


def _execute_many(
    model: type[models.Model],
    columns: list[Column],
    rows: list[Sequence[Any]],
    *,
    ignore_conflicts: bool,
) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(column.column)) for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    tail = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks}){tail}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(_prepared(columns, rows)))


def _prepared(columns: list[Column], rows: list[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    # Column by column: a million values cost a tenth of asking the field for each.
    values = zip(*rows, strict=True)
    return zip(
        *(
            map(_converter(column), column_values)
            for column, column_values in zip(columns, values, strict=True)
        ),
        strict=True,
    )


def _converter(column: Column) -> Callable[[Any], Any]:
    """Return what makes a value of `column` one that the database driver takes."""
    if isinstance(column, models.JSONField):
        return _json
    if isinstance(column, models.DateTimeField) and connection.vendor == "sqlite":
        return _sqlite_time
    if isinstance(column, _AS_IT_IS):
        return _same
    return partial(column.get_db_prep_save, connection=connection)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _same(value: Any) -> Any:
    return value


def _sqlite_time(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _copy(model: type[models.Model], columns: list[Column], rows: list[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    text = io.StringIO()
    writer = csv.writer(text)
    is_json = [isinstance(column, models.JSONField) for column in columns]
    for row in rows:
        writer.writerow(
            [_copy_value(value, as_json=j) for value, j in zip(row, is_json, strict=True)]
        )
    text.seek(0)
    names = ", ".join(quote(str(column.column)) for column in columns)
    table = quote(model._meta.db_table)
    sql = f"COPY {table} ({names}) FROM STDIN WITH (FORMAT csv, NULL '{_NULL}')"
    with connection.cursor() as cursor:
        cursor.copy_expert(sql, text)


def _copy_value(value: Any, *, as_json: bool) -> Any:
    if value is None:
        return _NULL
    if as_json:
        return json.dumps(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value
