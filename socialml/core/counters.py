"""Adding to many rows' counters at once."""

from collections.abc import Mapping

from django.db import connection, models


def counters_add(model: type[models.Model], column: str, amounts: Mapping[int, int]) -> None:
    """Add to `column` of each row what `amounts` says, by id. Call it in a transaction.

    Rows are locked in the order of their ids, so two calls at once wait rather than deadlock.
    """
    if not amounts:
        return
    # A counter's column is called like its field.
    table, name = model._meta.db_table, column
    ordered = sorted(amounts.items())
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(
                f"UPDATE {table} SET {name} = {name} + %s WHERE id = %s",  # noqa: S608
                [(amount, pk) for pk, amount in ordered],
            )
            return
        ids = [pk for pk, _ in ordered]
        cursor.execute(
            f"SELECT id FROM {table} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",  # noqa: S608
            [ids],
        )
        cursor.execute(
            f"UPDATE {table} AS t SET {name} = t.{name} + v.amount"  # noqa: S608
            " FROM unnest(%s::bigint[], %s::bigint[]) AS v(id, amount) WHERE t.id = v.id",
            [ids, [amount for _, amount in ordered]],
        )
