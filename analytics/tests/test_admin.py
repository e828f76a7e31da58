import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.models import Event, Trend
from analytics.tests.factories import NOON, event_make
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def page(operator, model, **query):
    return operator.get(reverse(f"admin:analytics_{model}_changelist"), query)


@pytest.mark.parametrize(
    "model", ["event", "rollup", "dayrollup", "activecount", "cohort", "trend", "logmark"]
)
def test_every_list_opens(operator, model):
    event_make()
    Trend.objects.create(kind="hashtag", name="cats", rank=1, score=2.0, computed_at=NOON)

    assert page(operator, model).status_code == 200


def test_the_log_is_never_counted(operator):
    event_make()

    with CaptureQueriesContext(connection) as queries:
        page(operator, "event")

    assert not [q for q in queries if "COUNT(" in q["sql"] and "analytics_event" in q["sql"]]


def test_events_are_found_by_account_or_post_and_by_nothing_else(operator):
    event_make(actor_id=71, post_id=5)
    event_make(actor_id=72, post_id=71)
    event_make(actor_id=73, post_id=6)

    found = page(operator, "event", q="71").context["cl"].queryset
    junk = page(operator, "event", q="7' OR 1=1").context["cl"].queryset

    assert set(found.values_list("actor_id", flat=True)) == {71, 72}
    assert not junk.exists()


def test_nobody_changes_an_event(operator):
    event = event_make()
    url = reverse("admin:analytics_event_change", args=[event.pk])

    responses = [
        operator.post(url, {"kind": "liked"}),
        operator.post(reverse("admin:analytics_event_delete", args=[event.pk]), {"post": "yes"}),
        operator.post(reverse("admin:analytics_event_add"), {}),
    ]

    assert operator.get(url).status_code == 200
    assert [response.status_code for response in responses] == [403, 403, 403]
    assert Event.objects.get().kind == "viewed"
