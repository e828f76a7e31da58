"""Copying out what the tables hold of one account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """Which rows of a model are an account's own, and which columns it is not given.

    A row is the account's if any of the `subject` columns holds its id; `only` narrows that.
    """

    model: type[models.Model]
    subject: tuple[str, ...]
    without: tuple[str, ...] = ()
    only: Mapping[str, Any] = field(default_factory=dict)


def tables_export(
    tables: Iterable[ExportedTable], *, account_id: int
) -> dict[str, list[dict[str, Any]]]:
    """Return the account's rows by table ("posts.Like"), oldest first. One query a table."""
    return {table.model._meta.label: _rows(table, account_id) for table in tables}


def _rows(table: ExportedTable, account_id: int) -> list[dict[str, Any]]:
    mine = Q()
    for name in table.subject:
        mine |= Q(**{name: account_id})
    columns = [
        column.attname
        for column in table.model._meta.concrete_fields
        if column.name not in table.without
    ]
    rows = table.model._default_manager.filter(mine, **table.only).order_by("pk")
    return list(rows.values(*columns))
