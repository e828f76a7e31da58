"""Posts over HTTP: the shapes, the statuses, and what is refused."""

import pytest

from analytics.models import Event
from posts.categories import CATEGORIES
from posts.models import Post
from posts.services import like_add
from posts.tests.factories import NOON, FollowFactory, PostFactory, UserFactory
from posts.tests.sights import unseen_post_id
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


@pytest.mark.parametrize("spell", [int, str])
def test_the_brief_s_own_call_publishes(client, author, spell):
    body = {
        "user_id": spell(author.pk),
        "content": "Sunrise #Run",
        "category": "Fitness",
        "hashtags": ["#morning"],
    }

    response = client.post("/api/post", body)

    assert response.status_code == 201
    answer = response.json()
    assert set(answer) == {"message", "data", "ml_insights", "timestamp"}
    card = answer["data"]
    assert (card["content"], card["category"]) == ("Sunrise #Run", "fitness")
    assert card["hashtags"] == ["run", "morning"]
    assert card["author"]["id"] == author.pk
    assert card["moderation"] == "visible"
    insights = answer["ml_insights"]
    assert {"language", "sentiment", "toxicity", "quality"} <= set(insights)
    assert Post.objects.get().author == author


def test_posting_as_somebody_else_is_forbidden(client):
    response = client.post("/api/post", {"user_id": UserFactory().pk, "content": "Not me"})

    assert (response.status_code, code(response)) == (403, "permission_denied")
    assert not Post.objects.exists()


def test_a_held_post_says_so(client, settings):
    settings.SOCIALML_HOLD_ABOVE_TOXICITY = 0.0

    response = client.post("/api/post", {"content": "Whatever"})

    assert response.status_code == 201
    assert response.json()["data"]["moderation"] == "held"
    assert "held for review" in response.json()["message"]


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


def test_reading_changing_and_deleting_one_s_own(client, author):
    post = PostFactory(author=author)
    url = f"/api/post/{post.pk}"

    assert client.get(url).json()["data"]["content"] == post.content
    changed = client.patch(url, {"content": "New #words", "category": "news"})
    assert changed.status_code == 200
    assert changed.json()["data"]["hashtags"] == ["words"]
    assert changed.json()["ml_insights"]["sentiment"]
    deleted = client.delete(url)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client.get(url).status_code == 404


def test_others_posts_can_be_read_not_changed(client):
    post = PostFactory()
    url = f"/api/post/{post.pk}"

    assert client.get(url).status_code == 200
    for response in (client.patch(url, {"content": "Mine"}), client.delete(url)):
        assert (response.status_code, code(response)) == (403, "permission_denied")
    assert Post.objects.get().content == post.content


@pytest.mark.parametrize("why", ["blocking", "private", "held", "missing"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "", None),
        ("patch", "", {"content": "Mine"}),
        ("delete", "", None),
        ("put", "/like", None),
        ("delete", "/like", None),
        ("put", "/save", None),
        ("post", "/share", None),
        ("get", "/comments", None),
        ("post", "/comments", {"content": "Hello?"}),
        ("post", "/report", {"reason": "spam"}),
    ],
)
def test_what_is_out_of_sight_is_404_everywhere(client, author, why, method, path, body):
    post_id = unseen_post_id(author, why)

    response = getattr(client, method)(f"/api/post/{post_id}{path}", body)

    assert (response.status_code, code(response)) == (404, "not_found")
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "bad", ["0", "-1", "abc", "1.0", "1e3", "1'--", "99999999999999999999", "٣", "３", "%00", "%ff"]
)
def test_an_id_has_one_spelling(client, bad):
    PostFactory(pk=3)

    response = client.get(f"/api/post/{bad}")

    assert (response.status_code, code(response)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/post"),
        ("post", "/api/post"),
        ("get", "/api/post/1"),
        ("put", "/api/post/1/like"),
        ("get", "/api/post/saved"),
        ("post", "/api/post/1/report"),
        ("post", "/api/profile/1/report"),
        ("get", "/api/moderation/decisions"),
    ],
)
def test_strangers_are_asked_to_sign_in(method, path):
    response = getattr(client_for(), method)(path, {"content": "\u0000"})

    assert (response.status_code, code(response)) == (401, "not_authenticated")


def test_liking_twice_is_201_then_200_and_taking_back_is_200(client):
    url = f"/api/post/{PostFactory().pk}/like"

    answers = [client.put(url), client.put(url), client.delete(url), client.delete(url)]

    assert [a.status_code for a in answers] == [201, 200, 200, 200]
    assert [a.json()["data"]["like_count"] for a in answers] == [1, 1, 0, 0]
    assert [a.json()["data"]["liked"] for a in answers] == [True, True, False, False]


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


def test_every_share_counts(client):
    post = PostFactory()

    for _ in range(2):
        assert client.post(f"/api/post/{post.pk}/share").status_code == 201

    assert Post.objects.get().share_count == 2


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


def test_one_idempotency_key_publishes_once(client):
    body = {"content": "Once"}

    first, second = (
        client.post("/api/post", body, headers={"Idempotency-Key": "k-1"}) for _ in range(2)
    )

    assert first.json() == second.json()
    assert Post.objects.count() == 1
