"""Keeping slates: rows in the database, and the bytes that requests read in Redis."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

import orjson
from django.db import transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from mlengine.models import Slate
from mlengine.predictions import (
    SLATE_SECONDS,
    shared_name,
    slate_encode,
    slate_name,
)
from mlengine.slates.ranking import Ranked
from socialml.core import cache
from socialml.core.redis import breaker, client, exchange, key

# Slates kept of one account and surface.
KEPT = 3
# Those that an open page may still stand on are kept as well, so that its cursor finds them,
# unless the account acts faster than anybody reads.
OPEN_FOR = timedelta(minutes=30)
KEPT_OPEN = 30

# Put a slate in Redis unless a newer one is there; with ARGV[2] only where one is read already.
_REPLACE = client.register_script(
    """
    for i = 1, #KEYS do
        local now = redis.call('GET', KEYS[i])
        local known = now and tonumber(string.match(now, '^{"id":(%d+)')) or 0
        if known < tonumber(ARGV[2 * i + 1]) and (now or ARGV[2] == '0') then
            redis.call('SET', KEYS[i], ARGV[2 * i + 2], 'EX', ARGV[1])
        end
    end
    """
)


def slates_store(
    ranked: Iterable[Ranked], *, model_version: str, at: datetime, is_wanted_now: bool
) -> list[Slate]:
    """Store these rankings as their accounts' newest slates, and drop those they push out.

    After commit Redis has them: with `is_wanted_now` all of them, else those it held already,
    so that publishing for everybody does not fill it with slates nobody asks for.
    """
    rows = [
        Slate(
            audience=Slate.Audience.ACCOUNT,
            audience_id=one.account.id,
            surface=one.surface,
            items=items_encode(one),
            model_version=model_version,
            event_mark=one.account.event_mark,
            computed_at=at,
        )
        for one in ranked
    ]
    with transaction.atomic():
        Slate.objects.bulk_create(rows, batch_size=500)
        slates_purge({row.audience_id for row in rows}, at=at)
        transaction.on_commit(partial(slates_cache, rows, is_wanted_now=is_wanted_now))
    return rows


def items_encode(ranked: Ranked) -> str:
    """Return the ranking as a slate's `items`."""
    names = ["ids", "authors", "scores", "sources", "contributions", "reasons", "propensities"]
    return orjson.dumps({name: getattr(ranked, name) for name in names}).decode()


def slates_purge(user_ids: Collection[int], *, at: datetime) -> int:
    """Delete what these accounts' newer slates have pushed out (KEPT, KEPT_OPEN)."""
    place = Window(
        RowNumber(), partition_by=[F("audience_id"), F("surface")], order_by=F("pk").desc()
    )
    old = (
        Slate.objects.filter(audience=Slate.Audience.ACCOUNT, audience_id__in=list(user_ids))
        .annotate(place=place)
        .filter(Q(place__gt=KEPT, computed_at__lt=at - OPEN_FOR) | Q(place__gt=KEPT_OPEN))
    )
    deleted, _ = Slate.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return deleted


def slates_drop(user_ids: Collection[int]) -> int:
    """Delete these accounts' own slates, in the database and, after commit, in Redis."""
    own = Slate.objects.filter(audience=Slate.Audience.ACCOUNT, audience_id__in=list(user_ids))
    with transaction.atomic():
        found = list(own.values_list("pk", "audience_id", "surface"))
        deleted, _ = own.delete()
        names = [f"slateid:{pk}" for pk, _, _ in found]
        names += [slate_name(user_id, surface) for _, user_id, surface in found]
        transaction.on_commit(partial(cache.forget, names))
    return deleted


def slates_cache(rows: Sequence[Slate], *, is_wanted_now: bool) -> None:
    """Put the slates' bytes in Redis where no newer ones are. Call it after commit."""
    wanted = rows if is_wanted_now else _those_read(rows)
    if not wanted:
        return
    arguments: list[bytes | int] = [SLATE_SECONDS, 0 if is_wanted_now else 1]
    for row in wanted:
        arguments += [row.pk, slate_encode(row)]
    names = [key(_name(row)) for row in wanted]
    breaker.call(lambda: _REPLACE(keys=names, args=arguments), None)


def _those_read(rows: Sequence[Slate]) -> list[Slate]:
    """Return the rows of which Redis holds an older one; who asks for others reads the database."""
    asked = [("EXISTS", key(_name(row))) for row in rows]
    found = breaker.call(lambda: exchange(*asked), None) if asked else None
    return [row for row, is_held in zip(rows, found, strict=True) if is_held] if found else []


def _name(row: Slate) -> str:
    if row.audience == Slate.Audience.ACCOUNT:
        return slate_name(row.audience_id, row.surface)
    return shared_name(row.audience, row.audience_id, row.surface)
