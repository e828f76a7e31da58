"""Posts over HTTP: the shapes, the statuses, and what is refused."""

import pytest

from analytics.models import Event
from posts.models import Post
from posts.tests.factories import PostFactory, UserFactory
from posts.tests.policies import toxic_is_held
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


def test_a_held_post_says_so(client):
    toxic_is_held(0.0)

    response = client.post("/api/post", {"content": "Whatever"})

    assert response.status_code == 201
    assert response.json()["data"]["moderation"] == "held"
    assert "held for review" in response.json()["message"]


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


def test_every_share_counts(client):
    post = PostFactory()

    for _ in range(2):
        assert client.post(f"/api/post/{post.pk}/share").status_code == 201

    assert Post.objects.get().share_count == 2


def test_one_idempotency_key_publishes_once(client):
    body = {"content": "Once"}

    first, second = (
        client.post("/api/post", body, headers={"Idempotency-Key": "k-1"}) for _ in range(2)
    )

    assert first.json() == second.json()
    assert Post.objects.count() == 1
