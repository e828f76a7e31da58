"""GET /api/analytics/live: what goes on now, as a server-sent event."""

import orjson
import pytest
from django.utils import timezone

from analytics.models import Event
from analytics.tests.factories import event_make
from posts.services import report_add
from posts.tests.factories import PostFactory
from profiles.tests.factories import UserFactory, client_for
from socialml.core import cache

pytestmark = pytest.mark.django_db

LIVE = "/api/analytics/live"


@pytest.fixture
def author():
    return UserFactory()


def listen(user, last_id="", **query):
    headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last_id} if last_id else {})}
    response = client_for(user).get(LIVE, query, headers=headers)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "text/event-stream"
    return dict(
        line.split(": ", 1) for line in response.content.decode().split("\n") if ": " in line
    )


def test_sends_one_event_and_says_when_to_ask_again(author):
    event_make(Event.Kind.VIEWED, target_id=author.pk, occurred_at=timezone.now())

    event = listen(author)

    assert (event["event"], event["retry"]) == ("counts", "5000")
    counts = orjson.loads(event["data"])
    assert counts["today"]["views"] == 1
    assert "online" not in counts


def test_sends_nothing_twice(author):
    first = listen(author)

    again = listen(author, last_id=first["id"])
    event_make(Event.Kind.LIKED, target_id=author.pk, occurred_at=timezone.now())
    cache.forget([f"live:{author.pk}"])
    later = listen(author, last_id=first["id"])

    assert "data" not in again
    assert again["retry"] == "5000"
    assert orjson.loads(later["data"])["today"]["likes"] == 1


def test_staff_see_who_is_online_and_what_waits(author):
    event_make(Event.Kind.VIEWED, occurred_at=timezone.now())
    report_add(
        reporter_id=UserFactory().pk,
        post_id=PostFactory().pk,
        reason="spam",
        at=timezone.now(),
    )

    counts = orjson.loads(listen(UserFactory(is_staff=True), scope="platform")["data"])

    assert counts["online"] == 2
    assert counts["moderation"]["open_cases"] == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"scope": "platform"}, 403),
        ({"scope": "creator", "user_id": "1000000"}, 403),
        ({"scope": "creator"}, 400),
        ({"scope": "own", "user_id": "1"}, 400),
        ({"scope": "all"}, 400),
    ],
)
def test_refuses_a_scope_that_is_not_the_callers(author, query, status):
    response = client_for(author).get(LIVE, query)

    assert response.status_code == status
    assert response.json()["error"]["code"]


def test_is_for_signed_in_accounts():
    assert client_for().get(LIVE).status_code == 401
