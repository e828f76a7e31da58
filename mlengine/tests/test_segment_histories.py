"""Segments keep who they are from one training to the next, and their members a history."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from threading import Barrier, Thread

import numpy as np
import pytest
from django.db import IntegrityError, close_old_connections, transaction

from mlengine.erasure import profile_forget
from mlengine.estimators.segments import Segments
from mlengine.models import (
    AccountInsight,
    Segment,
    SegmentFormation,
    SegmentMembership,
    SegmentSize,
)
from mlengine.registry import Loaded
from mlengine.segment_figures import (
    formations,
    membership_history,
    movement_between,
    segments_now,
    sizes_by_day,
)
from mlengine.segment_histories import Grouped, segments_purge, segments_store
from mlengine.segment_matching import groups_matched

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
NAMES = ["night_share", "skip_share"]
OWLS, SKIPPERS = [5.0, 0.0], [0.0, 5.0]


def model_of(*centres, seed=0):
    """Segments around centres of NAMES, forty accounts each, and the rows they were found in."""
    rng = np.random.default_rng(seed)
    rows = np.concatenate([rng.normal(size=(40, 2)) * 0.5 + centre for centre in centres])
    return Segments(fewest=2).fit(rows, names=NAMES), rows


def computed(model, rows, *, version, at, ids=None):
    """Describe the accounts and store what the version made of them."""
    ids = np.arange(1, len(rows) + 1) if ids is None else np.asarray(ids)
    AccountInsight.objects.exclude(pk__in=ids.tolist()).delete()
    AccountInsight.objects.filter(computed_at__lt=at).update(computed_at=at)
    known = set(AccountInsight.objects.values_list("pk", flat=True))
    AccountInsight.objects.bulk_create(
        AccountInsight(user_id=pk, churn_risk=0.1, model_version="rules", computed_at=at)
        for pk in ids.tolist()
        if pk not in known
    )
    file = BytesIO()
    model.save(file)
    loaded = Loaded(version, f"segments v{version}", Segments.load(BytesIO(file.getvalue())))
    segments_store(loaded, Grouped(ids.astype(np.int64), model.predict(rows)), at=at)
    return dict(AccountInsight.objects.values_list("pk", "segment_id"))


def two_groups():
    return model_of(OWLS, SKIPPERS)


def test_every_account_is_in_one_segment_from_the_moment_it_was_computed():
    model, rows = two_groups()

    found = computed(model, rows, version=1, at=NOON)

    assert set(Segment.objects.values_list("name", flat=True)) == {
        "Night owls and patient viewers",
        "Day people and quick to skip",
    }
    assert SegmentMembership.objects.filter(until=None, since=NOON).count() == len(rows)
    for row in SegmentMembership.objects.all():
        assert row.segment_id == found[row.account_id]


def test_a_segment_goes_on_where_most_of_its_members_are_whatever_its_number():
    model, rows = two_groups()
    before = computed(model, rows, version=1, at=NOON)
    # Five of the first group have left, so the groups change places by size.
    first = np.flatnonzero(model.predict(rows) == 0)
    kept = np.setdiff1d(np.arange(80), first[:5])
    turned = Segments(fewest=2).fit(rows[kept], names=NAMES)
    assert (turned.predict(rows[kept]) != model.predict(rows[kept])).all()

    after = computed(turned, rows[kept], version=2, at=NOON + WEEK, ids=kept + 1)

    assert all(after[pk] == before[pk] for pk in (kept + 1).tolist())
    assert SegmentMembership.objects.filter(until=None, since=NOON).count() == len(kept)
    assert [group["overlap"] for group in formations()[0]["groups"]] == [1.0, 1.0]


def test_a_segment_is_matched_by_its_members_and_not_by_an_equal_name():
    model, rows = two_groups()
    before = computed(model, rows, version=1, at=NOON)
    # Everybody does the opposite now: the names stay, the members change sides.
    swapped = rows[:, ::-1]

    after = computed(model, swapped, version=2, at=NOON + WEEK)

    assert after == before
    owls = Segment.objects.get(pk=before[1])
    assert owls.name == "Day people and quick to skip"
    assert owls.traits["night_share"] < 0


def test_a_segment_keeps_its_name_while_what_it_says_is_so():
    model, rows = two_groups()
    before = computed(model, rows, version=1, at=NOON)
    # The stronger trait comes first in a name of today's.
    stretched = rows * [1.0, 3.0]
    other = Segments(fewest=2).fit(stretched, names=NAMES)

    computed(other, stretched, version=2, at=NOON + WEEK)

    assert Segment.objects.get(pk=before[1]).name == "Night owls and patient viewers"
    assert Segment.objects.count() == 2


def test_a_group_of_strangers_is_a_new_segment_and_the_one_without_heirs_ends():
    model, rows = two_groups()
    computed(model, rows, version=1, at=NOON)
    old = set(Segment.objects.values_list("pk", flat=True))

    computed(model, rows, version=2, at=NOON + WEEK, ids=np.arange(1001, 1081))

    assert set(Segment.objects.filter(ended_at=NOON + WEEK).values_list("pk", flat=True)) == old
    assert not old & set(Segment.objects.filter(ended_at=None).values_list("pk", flat=True))
    assert [group["overlap"] for group in formations()[0]["groups"]] == [None, None]


def test_the_same_version_computed_again_moves_who_changed_and_forms_nothing():
    model, rows = two_groups()
    before = computed(model, rows, version=1, at=NOON)
    rows[0] = SKIPPERS

    after = computed(model, rows, version=1, at=NOON + WEEK)

    assert SegmentFormation.objects.count() == 1
    assert after[1] == before[80]
    mine = membership_history(1)
    assert [(row["segment_id"], row["since"], row["until"]) for row in mine] == [
        (before[80], NOON + WEEK, None),
        (before[1], NOON, NOON + WEEK),
    ]
    assert {k: v for k, v in after.items() if k != 1} == {k: v for k, v in before.items() if k != 1}


def test_a_second_run_at_the_same_moment_changes_nothing():
    model, rows = two_groups()
    computed(model, rows, version=1, at=NOON)
    rows_before = list(SegmentMembership.objects.order_by("pk").values())

    computed(model, rows, version=1, at=NOON)

    assert list(SegmentMembership.objects.order_by("pk").values()) == rows_before


def test_an_earlier_run_that_ends_later_takes_nothing_back():
    model, rows = two_groups()
    computed(model, rows, version=1, at=NOON)
    rows_before = list(SegmentMembership.objects.order_by("pk").values())
    loaded = Loaded(1, "segments v1", model)
    everybody_elsewhere = 1 - model.predict(rows)
    ids = np.arange(1, 81)

    segments_store(loaded, Grouped(ids, everybody_elsewhere), at=NOON - WEEK)

    assert list(SegmentMembership.objects.order_by("pk").values()) == rows_before


def test_who_is_described_no_more_leaves_its_segment():
    model, rows = two_groups()
    computed(model, rows, version=1, at=NOON)
    AccountInsight.objects.filter(pk=1).delete()

    segments_store(None, Grouped(np.zeros(0, np.int64), np.zeros(0, np.int64)), at=NOON + WEEK)

    assert membership_history(1)[0]["until"] == NOON + WEEK


def test_sizes_are_kept_by_day_and_movement_adds_up_to_them():
    model, rows = two_groups()
    before = computed(model, rows, version=1, at=NOON)
    owls, skippers = before[1], before[80]
    rows[:3] = SKIPPERS
    AccountInsight.objects.filter(pk=80).delete()
    computed(model, rows[:79], version=1, at=NOON + WEEK, ids=np.arange(1, 80))

    sizes = sizes_by_day(since=NOON.date(), until=(NOON + WEEK).date())
    moved = movement_between(since=NOON, until=NOON + WEEK)

    assert {(row["date"], row["segment_id"]): row["accounts"] for row in sizes} == {
        (NOON.date(), owls): 40,
        (NOON.date(), skippers): 40,
        ((NOON + WEEK).date(), owls): 37,
        ((NOON + WEEK).date(), skippers): 42,
    }
    assert {(row["from"], row["to"]): row["accounts"] for row in moved} == {
        (owls, owls): 37,
        (owls, skippers): 3,
        (skippers, skippers): 39,
        (skippers, None): 1,
    }
    assert [segment["size"] for segment in segments_now()] == [42, 37]


def test_a_profile_that_is_forgotten_takes_its_segments_with_it():
    model, rows = two_groups()
    computed(model, rows, version=1, at=NOON)

    deleted = profile_forget(account_id=1)

    assert deleted["segment_memberships"] == 1
    assert membership_history(1) == []
    assert SegmentMembership.objects.count() == 79
    # A run that had read its acts before does not bring it back.
    segments_store(Loaded(1, "segments v1", model), Grouped(np.array([1]), np.array([0])), at=NOON)
    assert membership_history(1) == []


def test_the_database_refuses_two_open_memberships_and_one_that_ends_before_it_began():
    segment = Segment.objects.create(name="Night owls", computed_at=NOON)
    common = {"account_id": 5, "segment": segment, "name": segment.name, "since": NOON}
    SegmentMembership.objects.create(**common)

    for change in ({}, {"until": NOON}, {"until": NOON - WEEK}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SegmentMembership.objects.create(**{**common, **change})

    assert SegmentMembership.objects.count() == 1


def test_the_purge_takes_what_ended_longer_ago_than_the_log_and_leaves_what_is_open(settings):
    settings.ANALYTICS_RETENTION_DAYS = 30
    segment = Segment.objects.create(name="Night owls", computed_at=NOON)
    year = timedelta(days=365)
    for number, until in enumerate([NOON - timedelta(days=31), NOON - timedelta(days=29), None]):
        SegmentMembership.objects.create(
            account_id=number, segment=segment, name="Night owls", since=NOON - year, until=until
        )
    for years in (1, 3):
        SegmentSize.objects.create(segment=segment, day=(NOON - years * year).date(), accounts=3)

    assert segments_purge(at=NOON) == 1

    assert set(SegmentMembership.objects.values_list("account_id", flat=True)) == {1, 2}
    assert [size.day for size in SegmentSize.objects.all()] == [(NOON - year).date()]


@pytest.mark.parametrize(("known", "goes_on"), [(20, True), (19, False)])
def test_a_third_of_all_members_in_both_is_the_least_to_go_on(known, goes_on):
    # Forty in the segment, forty in the group: half of each is a third of all.
    before = np.array([7] * 40 + [0] * (40 - known))
    scattered = [1 + number % 2 for number in range(40 - known)]
    now = np.array([*scattered, *[0] * 40])

    matched = groups_matched(now, before, group_count=3)

    assert set(matched) == ({0} if goes_on else set())


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_form_the_segments_once_and_open_one_membership_each():
    model, rows = two_groups()
    ids = np.arange(1, len(rows) + 1)
    AccountInsight.objects.bulk_create(
        AccountInsight(user_id=pk, churn_risk=0.1, model_version="rules", computed_at=NOON)
        for pk in ids.tolist()
    )
    together = Barrier(2)
    failed = []

    def run():
        together.wait()
        try:
            segments_store(
                Loaded(1, "segments v1", model), Grouped(ids, model.predict(rows)), at=NOON
            )
        except Exception as error:
            failed.append(error)
        finally:
            close_old_connections()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert SegmentFormation.objects.count() == 1
    assert Segment.objects.count() == 2
    assert SegmentMembership.objects.filter(until=None).count() == len(rows)
