from datetime import UTC, datetime

import pytest

from analytics.models import Event
from socialml.core.bulk import rows_insert

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
FIELDS = ["kind", "actor_id", "hashtags", "post_kind", "category", "language", "query"]
TIMES = ["occurred_at", "recorded_at", "client_id"]


@pytest.mark.django_db
def test_rows_come_back_as_they_went_in():
    rows = [
        ["liked", 1, ["a", 'b"\n,'], "post", "", "en", 'say "hi", {x}\t\\N', NOON, NOON, None],
        ["viewed", None, [], "", "müsic", "", "", NOON, NOON, "c-1"],
    ]

    assert rows_insert(Event, FIELDS + TIMES, rows) == 2

    first, second = Event.objects.order_by("id")
    assert (first.hashtags, first.query) == (["a", 'b"\n,'], 'say "hi", {x}\t\\N')
    assert (first.occurred_at, first.client_id, first.actor_id) == (NOON, None, 1)
    assert (second.actor_id, second.category, second.client_id) == (None, "müsic", "c-1")


@pytest.mark.django_db
def test_rows_that_exist_are_passed_over_when_asked():
    row = ["viewed", 1, [], "", "", "", "", NOON, NOON, "c-1"]

    rows_insert(Event, FIELDS + TIMES, [row, row], ignore_conflicts=True)
    rows_insert(Event, FIELDS + TIMES, [row], ignore_conflicts=True)

    assert Event.objects.count() == 1
