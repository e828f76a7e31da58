"""Which segments there are, and who is in which. The only writer of the segments' tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import numpy as np
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q
from numpy.typing import NDArray

from mlengine.estimators.segments import Segments
from mlengine.models import (
    AccountInsight,
    Segment,
    SegmentFormation,
    SegmentMembership,
    SegmentSize,
)
from mlengine.registry import Loaded
from mlengine.segment_matching import groups_matched
from mlengine.segment_names import still_apart, telling_traits, words_of

_AT_ONCE = 2_000
# One run deletes at most so many batches; the next goes on.
_BATCHES = 50
# Sizes name nobody and are small: two years can be compared.
_SIZES_KEPT = timedelta(days=740)


@dataclass(frozen=True, slots=True)
class Grouped:
    """Which group each described account is in; the arrays run side by side."""

    ids: NDArray[np.int64]
    group: NDArray[np.int64]


def segments_store(loaded: Loaded[Segments] | None, grouped: Grouped, *, at: datetime) -> None:
    """Make segments, memberships and sizes say what the live version made of the accounts.

    A version that was not formed yet is matched with the segments of before by their members.
    Safe to stop anywhere and to run twice, also at once: a later `at` stands.
    """
    segment_ids = _formed(loaded, grouped, at=at) if loaded else []
    _members_make(segment_ids, grouped, at=at)
    _members_end(at=at)
    if segment_ids:
        _sizes_store(segment_ids, at=at)


def members_store(loaded: Loaded[Segments] | None, grouped: Grouped, *, at: datetime) -> None:
    """Make some accounts members of the segments there are, if the version formed them."""
    newest = SegmentFormation.objects.order_by("-pk").first()
    if loaded and newest and newest.version_id == loaded.version_id:
        _members_make([group["segment_id"] for group in newest.groups], grouped, at=at)


def _members_make(segment_ids: Sequence[int], grouped: Grouped, *, at: datetime) -> None:
    names = dict(Segment.objects.filter(pk__in=segment_ids).values_list("pk", "name"))
    for start in range(0, len(grouped.ids), _AT_ONCE):
        ids = grouped.ids[start : start + _AT_ONCE].tolist()
        groups = grouped.group[start : start + _AT_ONCE].tolist()
        wanted = {
            account_id: segment_ids[group] if segment_ids else None
            for account_id, group in zip(ids, groups, strict=True)
        }
        _members_store(wanted, names, at=at)


def segments_purge(*, at: datetime) -> int:
    """Delete memberships that ended as long ago as the log reaches; return how many.

    In batches of 2,000, each a transaction of its own. Sizes, which name nobody, are kept for two
    years.
    """
    oldest = at - timedelta(days=settings.ANALYTICS_RETENTION_DAYS)
    old = SegmentMembership.objects.filter(until__lt=oldest).order_by("until")
    deleted = 0
    for _ in range(_BATCHES):
        ids = list(old.values_list("pk", flat=True)[:_AT_ONCE])
        if not ids:
            break
        deleted += SegmentMembership.objects.filter(pk__in=ids).delete()[0]
    SegmentSize.objects.filter(day__lt=(at - _SIZES_KEPT).date()).delete()
    return deleted


def _formed(loaded: Loaded[Segments], grouped: Grouped, *, at: datetime) -> list[int]:
    """Return the segment ids by group of the live version, formed now if it was not yet."""
    newest = SegmentFormation.objects.order_by("-pk").first()
    if newest is None or newest.version_id != loaded.version_id:
        try:
            newest = _form(loaded, grouped, newest.pk if newest else 0, at=at)
        except IntegrityError:
            # Another run formed the same at this moment; what it decided holds.
            newest = SegmentFormation.objects.latest("pk")
    return [group["segment_id"] for group in newest.groups]


@transaction.atomic
def _form(
    loaded: Loaded[Segments], grouped: Grouped, follows_id: int, *, at: datetime
) -> SegmentFormation:
    model = loaded.model
    # First: whoever comes second to follow the same is refused before it changes anything.
    formation = SegmentFormation.objects.create(
        follows_id=follows_id,
        version_id=loaded.version_id,
        formed_at=at,
        silhouette=round(model.silhouette_, 4),
    )
    matched = _matched(model, grouped)
    gone_on = {segment_id for segment_id, _ in matched.values()}
    Segment.objects.filter(ended_at=None).exclude(pk__in=gone_on).update(ended_at=at)
    segments = Segment.objects.in_bulk(gone_on)
    standing = [
        segments[matched[number][0]] if number in matched else Segment()
        for number in range(len(model.sizes_))
    ]
    _name(standing, model)
    for number, segment in enumerate(standing):
        segment.traits = {trait: round(value, 2) for trait, value in model.traits(number)}
        segment.size, segment.computed_at = int(model.sizes_[number]), at
        segment.save()
    formation.groups = [
        {
            "segment_id": segment.pk,
            "name": segment.name,
            "size": segment.size,
            "stability": _figure(model.stability_[number]),
            "overlap": _figure(matched[number][1]) if number in matched else None,
        }
        for number, segment in enumerate(standing)
    ]
    formation.save(update_fields=["groups"])
    return formation


def _name(standing: Sequence[Segment], model: Segments) -> None:
    """Name the segments, by group, that are new or are no more what their name says."""
    renamed = [
        (number, segment)
        for number, segment in enumerate(standing)
        if segment.pk is None or not still_apart(segment.named_for, model, number)
    ]
    taken = {segment.name for segment in standing} - {segment.name for _, segment in renamed}
    for number, segment in renamed:
        if segment.pk is not None:
            # Two may change names with each other, and at no moment may both have one.
            Segment.objects.filter(pk=segment.pk).update(name=f"segment {segment.pk}")
        segment.named_for = telling_traits(model, number)
        segment.name = _free_name(words_of(segment.named_for), taken)
        taken.add(segment.name)


def _free_name(name: str, taken: set[str]) -> str:
    numbered = (f"{name} ({place})" for place in count(2))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def _figure(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None


def _matched(model: Segments, grouped: Grouped) -> dict[int, tuple[int, float]]:
    members = AccountInsight.objects.filter(segment__ended_at=None, segment__isnull=False)
    before = dict(members.values_list("pk", "segment_id"))
    segment_ids = [before.get(account_id, 0) for account_id in grouped.ids.tolist()]
    return groups_matched(
        grouped.group, np.array(segment_ids, np.int64), group_count=len(model.sizes_)
    )


@transaction.atomic
def _members_store(
    wanted: Mapping[int, int | None], names: Mapping[int, str], *, at: datetime
) -> None:
    """Make these accounts members of their segments, where no later run and no erasure has been.

    Their descriptions are held first, in one order, so that runs and erasures wait for each other.
    """
    held = AccountInsight.objects.select_for_update().filter(pk__in=wanted, computed_at=at)
    described = dict(held.order_by("pk").values_list("pk", "segment_id"))
    by_segment: defaultdict[int | None, list[int]] = defaultdict(list)
    for account_id, segment_id in described.items():
        if wanted[account_id] != segment_id:
            by_segment[wanted[account_id]].append(account_id)
    for group, ids in by_segment.items():
        AccountInsight.objects.filter(pk__in=ids).update(segment=group)
    opened = SegmentMembership.objects.filter(until=None, account_id__in=described)
    stays: set[int] = set()
    moves: list[int] = []
    for one in opened:
        if one.segment_id == wanted[one.account_id] or one.since >= at:
            stays.add(one.account_id)
        else:
            moves.append(one.pk)
    SegmentMembership.objects.filter(pk__in=moves, until=None).update(until=at)
    SegmentMembership.objects.bulk_create(
        (
            SegmentMembership(account_id=pk, segment_id=segment, name=names[segment], since=at)
            for pk in described
            if pk not in stays and (segment := wanted[pk]) is not None
        ),
        # An account is in one segment at a time: who came first has made it so.
        ignore_conflicts=True,
    )


def _members_end(*, at: datetime) -> None:
    """End the memberships of accounts that are in no segment any more."""
    described = AccountInsight.objects.filter(pk=OuterRef("account_id"), segment__isnull=False)
    lapsed = SegmentMembership.objects.filter(~Exists(described), until=None, since__lt=at)
    while ids := list(lapsed.values_list("pk", flat=True)[:_AT_ONCE]):
        SegmentMembership.objects.filter(pk__in=ids, until=None).update(until=at)


def _sizes_store(segment_ids: Sequence[int], *, at: datetime) -> None:
    members = Count("memberships", filter=Q(memberships__until=None))
    found = Segment.objects.filter(pk__in=segment_ids).annotate(accounts=members).order_by("pk")
    SegmentSize.objects.bulk_create(
        [SegmentSize(segment=one, day=at.date(), accounts=one.accounts) for one in found],
        update_conflicts=True,
        unique_fields=["day", "segment"],
        update_fields=["accounts"],
    )
    for one in found:
        Segment.objects.filter(pk=one.pk).update(size=one.accounts, computed_at=at)
