"""Ids for rows that are about to be inserted in bulk and refer to each other."""

from django.db import connection, models


def ids_reserve(model: type[models.Model], count: int) -> list[int]:
    """Return `count` ids of `model` that nobody else gets, ascending. Call it in a transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        # SQLite has one writer at a time, and it holds the transaction.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
    return list(range(last + 1, last + 1 + count))
