"""What a draft may hold: what is refused, and what comes back as it was."""

import pytest

from analytics.models import Event
from posts.models import Post
from posts.tests.factories import UserFactory
from profiles.tests.factories import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return UserFactory()


@pytest.fixture
def client(author):
    return client_for(author)


def code(response):
    return response.json()["error"]["code"]


REFUSED = [
    ({}, "required"),
    ({"content": None}, "null"),
    ({"content": ""}, "blank"),
    ({"content": "\u200b\u3164\ufeff\u00a0"}, "blank"),
    ({"content": {"$gt": ""}}, "invalid"),
    ({"content": ["a"]}, "invalid"),
    ({"content": True}, "invalid"),
    ({"content": "x" * 2201}, "max_length"),
    ({"content": "x" * 900_000}, "max_length"),
    ({"content": "a\u0000b"}, "null_characters_not_allowed"),
    ({"content": "a" + "\u0301" * 500}, "too_many_combining"),
    ({"content": "Hi", "category": "nonsense"}, "unknown_category"),
    ({"content": "Hi", "hashtags": [f"t{n}" for n in range(11)]}, "too_many_hashtags"),
    ({"content": " ".join(f"#t{n}" for n in range(11))}, "too_many_hashtags"),
    ({"content": "#a", "hashtags": [f"t{n}" for n in range(10)]}, "too_many_hashtags"),
    ({"content": "Hi", "hashtags": ["two words"]}, "invalid_hashtag"),
    ({"content": "Hi", "hashtags": "tag"}, "not_a_list"),
    ({"content": "Hi", "hashtags": [1]}, "invalid"),
    ({"content": "Hi", "user_id": "1_000"}, "invalid"),
    ({"content": "Hi", "user_id": True}, "invalid"),
    ({"content": "Hi", "user_id": 2**63}, "max_value"),
]


@pytest.mark.parametrize(("body", "expected"), REFUSED, ids=lambda value: str(value)[:40])
def test_bad_drafts_are_refused_and_nothing_is_stored(client, body, expected):
    response = client.post("/api/post", body)

    assert (response.status_code, code(response)) == (400, expected)
    assert not Post.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [
        b'{"content": "\\ud83d"}',
        b'{"content": "\\udc00\\ud800"}',
        b'{"\\ud800": 1, "content": "k"}',
    ],
)
def test_lone_surrogates_are_refused(client, raw):
    response = client.post("/api/post", raw, content_type="application/json")

    assert (response.status_code, code(response)) == (400, "surrogate_characters_not_allowed")
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        "👩‍👩‍👧‍👦🏳️‍🌈👍🏽" * 20,
        "'; DROP TABLE users;--",
        "{{7*7}} ${7*7} {% load x %} %(x)s {0.__class__}",
        "<script>alert(1)</script><img onerror=x>",
        "=HYPERLINK(1)",
        "a\r\nX-Evil: 1",
        "@" * 2200,
        "#a" * 1100,
        "(" * 2200,
        "\uffff\ue000",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_strange_texts_come_back_as_they_were(client, content):
    created = client.post("/api/post", {"content": content})

    assert created.status_code == 201
    found = client.get(f"/api/post/{created.json()['data']['id']}")
    assert found.json()["data"]["content"] == content


def test_bidirectional_controls_are_taken_out(client):
    response = client.post("/api/post", {"content": "a\u202egnp.exe\u2066 b"})

    assert response.json()["data"]["content"] == "agnp.exe b"


def test_extra_keys_set_nothing(client, author):
    body = {"content": "Hi", "id": 5, "like_count": 99, "moderation": "visible", "author": 1}

    card = client.post("/api/post", {**body, "__proto__": {}, "is_staff": True}).json()["data"]

    assert (card["like_count"], card["author"]["id"]) == (0, author.pk)
    assert card["id"] != 5 or Post.objects.get().pk == 5
