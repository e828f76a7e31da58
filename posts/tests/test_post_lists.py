"""Lists of posts over HTTP: filters, cursors, and what a card says to its viewer."""

import pytest

from posts.categories import CATEGORIES
from posts.services import like_add
from posts.tests.factories import NOON, FollowFactory, PostFactory, UserFactory
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


def test_saving_fills_the_saved_list(client):
    first, second = PostFactory(), PostFactory()
    for post in (first, second):
        assert client.put(f"/api/post/{post.pk}/save").status_code == 201
    assert client.put(f"/api/post/{first.pk}/save").status_code == 200

    page = client.get("/api/post/saved", {"limit": 1}).json()["data"]
    rest = client.get("/api/post/saved", {"cursor": page["next"]}).json()["data"]

    assert [card["id"] for card in page["results"] + rest["results"]] == [second.pk, first.pk]
    assert rest["next"] is None
    assert client.delete(f"/api/post/{first.pk}/save").status_code == 200


def test_the_categories_are_open_to_all():
    response = client_for().get("/api/post/categories")

    assert response.json()["data"] == {"categories": list(CATEGORIES)}


def test_a_cursor_belongs_to_its_list_its_viewer_and_its_filters(client):
    PostFactory.create_batch(3)
    cursor = client.get("/api/post", {"limit": 1}).json()["data"]["next"]
    others = client_for(UserFactory())

    refused = [
        others.get("/api/post", {"cursor": cursor}),
        client.get("/api/post", {"cursor": cursor, "ordering": "oldest"}),
        client.get("/api/post/saved", {"cursor": cursor}),
        client.get("/api/post", {"cursor": cursor[:-2] + "xx"}),
        client.get("/api/post", {"cursor": "!!!"}),
    ]

    assert client.get("/api/post", {"limit": 2, "cursor": cursor}).status_code == 200
    for response in refused:
        assert (response.status_code, code(response)) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=0", "invalid_limit"),
        ("limit=101", "invalid_limit"),
        ("limit=abc", "invalid_limit"),
        ("limit=5&limit=6", "duplicate"),
        ("ordering=password", "invalid_ordering"),
        ("ordering=-id,id", "invalid_ordering"),
        ("ordering=user__password", "invalid_ordering"),
        ("sentiment=angry", "invalid_choice"),
        ("author=me", "invalid"),
        ("q=" + "x" * 101, "search_too_long"),
        ("q=" + "x" * 60_000, "search_too_long"),
        ("q=" + "a+" * 9, "search_too_long"),
        ("q=%00", "null_characters_not_allowed"),
        ("since=1e308", "invalid"),
        ("since=0001-01-01T00:00:00%2B14:00", "invalid"),
        ("until=9999-12-31T23:59:59-12:00", "invalid"),
        ("until=2026-01-01T23:59:60Z", "invalid"),
        ("until=99999-01-01T00:00:00Z", "invalid"),
    ],
    ids=lambda value: value[:40],
)
def test_bad_queries_are_refused(client, query, expected):
    response = client.get(f"/api/post?{query}")

    assert (response.status_code, code(response)) == (400, expected)


def test_filters_read_as_people_write_them(client):
    post = PostFactory(category="music", hashtags=["jazz"], content="Double bass at dawn")
    PostFactory()

    for query in (
        {"hashtag": "#Jazz"},
        {"q": "  bass   DAWN "},
        {"category": "music"},
        {"author": post.author_id},
        {"since": "2026-11-01", "q": "bass"},
        {"since": "2026-11-02T12:00:00Z", "until": "2026-11-02T12:00:01Z", "hashtag": "jazz"},
        {"unknown": "ignored", "q": "bass"},
    ):
        results = client.get("/api/post", query).json()["data"]["results"]
        assert [card["id"] for card in results] == [post.pk], query


def test_a_card_carries_the_viewer_s_marks(client, author):
    post = PostFactory()
    FollowFactory(follower=author, followed=post.author)
    like_add(post_id=post.pk, user_id=author.pk, at=NOON)

    card = client.get("/api/post").json()["data"]["results"][0]

    assert (card["liked"], card["saved"], card["following"]) == (True, False, True)
