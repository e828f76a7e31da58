"""POST /api/user-behavior."""

import pytest

from analytics.models import Event
from posts.models import Post
from posts.tests.factories import PostFactory
from profiles.models import Block
from profiles.tests.factories import NOON, UserFactory, client_for

pytestmark = pytest.mark.django_db

URL = "/api/user-behavior"


@pytest.fixture
def fan():
    return UserFactory()


@pytest.fixture
def post():
    return PostFactory()


def tell(fan, body, **headers):
    return client_for(fan).post(URL, body, format="json", headers=headers)


def statuses(response):
    return [result["status"] for result in response.json()["data"]["results"]]


def test_records_a_batch_and_answers_for_each(fan, post):
    events = [
        {"event_id": "a", "kind": "impression", "post_id": post.pk, "position": 3},
        {"event_id": "b", "kind": "view", "post_id": str(post.pk), "watch_ms": 4000},
        {"event_id": "c", "kind": "search", "query": "cats"},
    ]

    response = tell(fan, {"events": events})

    assert response.status_code == 201
    data = response.json()["data"]
    assert data["recorded"] == 3
    assert data["results"] == [{"event_id": name, "status": "recorded"} for name in "abc"]
    view = Event.objects.get(client_id="b")
    assert (view.kind, view.actor_id, view.post_id) == ("viewed", fan.pk, post.pk)
    assert (view.target_id, view.duration_ms) == (post.author_id, 4000)
    assert Post.objects.get(pk=post.pk).view_count == 1


def test_one_bad_event_does_not_lose_the_other_ninety_nine(fan, post):
    events = [
        {"event_id": f"e{number}", "kind": "view", "post_id": post.pk, "watch_ms": 2000}
        for number in range(100)
    ]
    events[41]["watch_ms"] = -1

    response = tell(fan, {"events": events})

    assert response.json()["data"]["recorded"] == 99
    refused = response.json()["data"]["results"][41]
    assert (refused["event_id"], refused["status"]) == ("e41", "rejected")
    assert refused["code"] == "min_value"
    assert Event.objects.filter(actor_id=fan.pk).count() == 99


def test_the_same_batch_again_counts_nothing(fan, post):
    body = {"events": [{"event_id": "a", "kind": "view", "post_id": post.pk}]}
    tell(fan, body)

    response = tell(fan, body)

    assert response.status_code == 200
    assert response.json()["data"]["recorded"] == 0
    assert statuses(response) == ["duplicate"]
    assert Event.objects.filter(actor_id=fan.pk).count() == 1
    assert Post.objects.get(pk=post.pk).view_count == 1


def test_an_id_twice_in_one_batch_counts_once(fan, post):
    event = {"event_id": "a", "kind": "view", "post_id": post.pk}

    response = tell(fan, {"events": [event, event]})

    assert statuses(response) == ["recorded", "duplicate"]
    assert Event.objects.filter(actor_id=fan.pk).count() == 1


def test_two_accounts_may_use_the_same_id(fan, post):
    body = {"event_id": "a", "kind": "view", "post_id": post.pk}

    assert [tell(who, body).status_code for who in (fan, UserFactory())] == [201, 201]

    assert Event.objects.filter(client_id="a").count() == 2


@pytest.mark.parametrize("spelling", ["kind", "event_type", "action", "event", "type"])
def test_takes_a_single_event_without_an_id_in_several_spellings(fan, post, spelling):
    response = tell(fan, {spelling: "viewed", "post_id": post.pk, "duration_ms": 5000})

    assert response.status_code == 201
    event = Event.objects.get(actor_id=fan.pk)
    assert event.duration_ms == 5000
    assert response.json()["data"]["results"][0]["event_id"] == event.client_id


def test_a_fast_swipe_is_a_skip_and_no_view(fan, post):
    tell(fan, {"kind": "view", "post_id": post.pk, "watch_ms": 300})

    assert Event.objects.get(actor_id=fan.pk).kind == "skipped"
    assert Post.objects.get(pk=post.pk).view_count == 0


@pytest.mark.parametrize("kind", ["like", "comment", "share", "save", "follow", "report"])
def test_what_has_an_endpoint_of_its_own_is_refused_and_named(fan, post, kind):
    response = tell(fan, {"events": [{"event_id": "a", "kind": kind, "post_id": post.pk}]})

    [result] = response.json()["data"]["results"]
    assert (result["status"], result["code"]) == ("rejected", "use_endpoint")
    assert "/api/" in result["message"]
    assert not Event.objects.filter(actor_id=fan.pk).exists()


@pytest.mark.parametrize(
    ("events", "code"),
    [([], "empty"), ({}, "not_a_list"), ("view", "not_a_list"), ([{}] * 101, "too_many_events")],
)
def test_a_batch_must_be_a_list_of_one_to_a_hundred(fan, events, code):
    response = tell(fan, {"events": events})

    assert response.status_code == 400
    assert response.json()["error"]["code"] == code
    assert not Event.objects.filter(actor_id=fan.pk).exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "purr"}, "unknown_kind"),
        ({"kind": None}, "null"),
        ({"kind": 5}, "invalid"),
        ({"watch_ms": 1.5}, "invalid"),
        ({"watch_ms": True}, "invalid"),
        ({"watch_ms": 10**30}, "max_value"),
        ({"post_id": "x"}, "invalid"),
        ({"post_id": 0}, "min_value"),
        ({"post_id": 2**63}, "max_value"),
        ({"post_id": None}, "invalid"),
        ({"event_id": ""}, "blank"),
        ({"event_id": "x" * 65}, "max_length"),
        ({"event_id": "\u202ea"}, "invalid"),
        ({"event_id": {"a": 1}}, "invalid"),
        ({"occurred_at": "1970-01-01T00:00:00Z"}, "invalid"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "invalid"),
        ({"occurred_at": "yesterday"}, "invalid"),
        ({"position": -1}, "min_value"),
        ({"slate_id": []}, "invalid"),
        ({"user_id": 2**40}, "permission_denied"),
        ({"kind": "search", "query": " "}, "blank"),
        ({"kind": "search", "query": "x" * 101}, "max_length"),
        ({"kind": "dwell"}, "invalid"),
    ],
)
def test_refuses_bad_values_one_by_one(fan, post, change, code):
    event = {"event_id": "bad", "kind": "view", "post_id": post.pk} | change
    good = {"event_id": "good", "kind": "view", "post_id": post.pk}

    response = tell(fan, {"events": [event, good]})

    assert statuses(response) == ["rejected", "recorded"]
    assert response.json()["data"]["results"][0]["code"] == code
    assert Event.objects.get(actor_id=fan.pk).client_id == "good"


@pytest.mark.parametrize("item", [None, 5, "view", [], [[]]])
def test_an_event_that_is_no_object_is_refused(fan, item):
    response = tell(fan, {"events": [item]})

    assert response.status_code == 200
    assert statuses(response) == ["rejected"]
    assert not Event.objects.filter(actor_id=fan.pk).exists()


def test_a_bad_single_event_is_a_bad_request(fan, post):
    response = tell(fan, {"kind": "view", "post_id": post.pk, "watch_ms": -1})

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "min_value"
    assert not Event.objects.filter(actor_id=fan.pk).exists()


def test_a_post_that_the_caller_may_not_see_is_as_good_as_missing(fan):
    held = PostFactory(moderation=Post.Moderation.HELD)
    blocker = PostFactory()
    Block.objects.create(blocker_id=blocker.author_id, blocked_id=fan.pk, blocked_at=NOON)
    ids = [held.pk, blocker.pk, 2**50]

    events = [{"event_id": str(pk), "kind": "view", "post_id": pk} for pk in ids]
    batch = tell(fan, {"events": events})
    single = tell(fan, {"kind": "view", "post_id": held.pk})

    assert {result["code"] for result in batch.json()["data"]["results"]} == {"not_found"}
    assert single.status_code == 404
    assert not Event.objects.filter(actor_id=fan.pk).exists()


def test_a_profile_view_names_whose(fan):
    author = UserFactory()

    told = [
        tell(fan, {"kind": "profile_view", "user_id": author.pk}).status_code,
        tell(fan, {"kind": "profile_view", "target_id": author.pk, "user_id": fan.pk}).status_code,
        tell(fan, {"kind": "profile_view", "profile_id": author.pk}).status_code,
    ]

    assert told == [201, 201, 201]
    targets = Event.objects.filter(actor_id=fan.pk).values_list("target_id", flat=True)
    assert set(targets) == {author.pk}


def test_nobody_tells_of_others(fan, post):
    body = {"user_id": fan.pk + 1, "events": [{"event_id": "a", "kind": "search", "query": "x"}]}

    assert tell(fan, body).status_code == 403

    assert not Event.objects.filter(actor_id=fan.pk).exists()


def test_a_key_makes_a_single_event_without_an_id_count_once(fan, post):
    body = {"kind": "view", "post_id": post.pk}

    answers = [tell(fan, body, **{"Idempotency-Key": "k"}) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert Event.objects.filter(actor_id=fan.pk).count() == 1


def test_is_for_signed_in_accounts(post):
    response = client_for().post(URL, {"kind": "view", "post_id": post.pk}, format="json")

    assert response.status_code == 401
    assert not Event.objects.filter(kind="viewed").exists()


def test_a_batch_takes_the_same_queries_whatever_its_size(fan, django_assert_max_num_queries):
    posts = [PostFactory() for _ in range(30)]
    for size in (3, 30):
        events = [
            {"event_id": f"{size}-{post.pk}", "kind": "view", "post_id": post.pk}
            for post in posts[:size]
        ]
        client = client_for(fan)
        with django_assert_max_num_queries(11):
            response = client.post(URL, {"events": events}, format="json")
        assert response.json()["data"]["recorded"] == size
