"""Comments, reports and decisions over HTTP."""

import pytest

from posts.models import Comment, Post, Report
from posts.services import comment_add, post_hide
from posts.tests.factories import NOON, PostFactory, UserFactory
from profiles.tests.factories import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return UserFactory()


@pytest.fixture
def client(me):
    return client_for(me)


def code(response):
    return response.json()["error"]["code"]


def test_a_thread_is_written_read_and_taken_back(client, me):
    post = PostFactory()
    url = f"/api/post/{post.pk}/comments"

    top = client.post(url, {"content": "First!"})
    assert top.status_code == 201
    card = top.json()["data"]
    assert (card["content"], card["author"]["id"], card["parent_id"]) == ("First!", me.pk, None)
    assert top.json()["ml_insights"]["toxicity"]
    reply = client.post(url, {"content": "Indeed", "parent": card["id"]}).json()["data"]
    assert (reply["parent_id"], reply["depth"]) == (card["id"], 1)

    results = client.get(url).json()["data"]["results"]
    assert [(one["id"], one["reply_count"]) for one in results] == [(card["id"], 1)]
    replies = client.get(url, {"parent": card["id"]}).json()["data"]["results"]
    assert [one["id"] for one in replies] == [reply["id"]]

    assert client.delete(f"{url}/{reply['id']}").status_code == 204
    assert client.delete(f"{url}/{reply['id']}").status_code == 404
    assert Post.objects.get().comment_count == 1


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({}, 400, "required"),
        ({"content": " \u200b "}, 400, "blank"),
        ({"content": "x" * 2201}, 400, "max_length"),
        ({"content": "a\u0000"}, 400, "null_characters_not_allowed"),
        ({"content": "Hi", "parent": "1.0"}, 400, "invalid"),
        ({"content": "Hi", "parent": 10**15}, 404, "not_found"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_comments_are_refused_and_nothing_is_stored(client, body, status, expected):
    response = client.post(f"/api/post/{PostFactory().pk}/comments", body)

    assert (response.status_code, code(response)) == (status, expected)
    assert not Comment.objects.exists()


def test_the_replies_of_an_unknown_comment_are_404(client):
    response = client.get(f"/api/post/{PostFactory().pk}/comments", {"parent": 10**15})

    assert (response.status_code, code(response)) == (404, "not_found")


def test_comments_page_by_cursor(client):
    post = PostFactory()
    said = [
        comment_add(post_id=post.pk, author_id=post.author_id, content="Hm", at=NOON).pk
        for _ in range(3)
    ]
    url = f"/api/post/{post.pk}/comments"

    first = client.get(url, {"limit": 2}).json()["data"]
    second = client.get(url, {"limit": 2, "cursor": first["next"]}).json()["data"]

    assert [one["id"] for one in first["results"] + second["results"]] == said[::-1]
    assert second["next"] is None
    other = client.get(f"/api/post/{PostFactory().pk}/comments", {"cursor": first["next"]})
    assert (other.status_code, code(other)) == (400, "invalid_cursor")


def test_only_the_comment_s_or_the_post_s_author_deletes(client):
    post = PostFactory()
    said = comment_add(post_id=post.pk, author_id=UserFactory().pk, content="Hm", at=NOON)
    url = f"/api/post/{post.pk}/comments/{said.pk}"

    refused = client.delete(url)

    assert (refused.status_code, code(refused)) == (403, "permission_denied")
    assert client_for(post.author).delete(url).status_code == 204


def test_posts_comments_and_accounts_can_be_reported_once(client):
    post, troll = PostFactory(), UserFactory()
    said = comment_add(post_id=post.pk, author_id=troll.pk, content="Hm", at=NOON)
    body = {"reason": "harassment", "note": "Look at this"}

    for url in (
        f"/api/post/{post.pk}/report",
        f"/api/post/{post.pk}/comments/{said.pk}/report",
        f"/api/profile/{troll.pk}/report",
    ):
        first, second = client.post(url, body), client.post(url, body)
        assert first.status_code == 201
        assert first.json()["data"]["state"] == "open"
        assert (second.status_code, code(second)) == (409, "already_reported")

    assert Report.objects.count() == 3


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, "required"),
        ({"reason": "because"}, "invalid_choice"),
        ({"reason": "x" * 10_000}, "invalid_choice"),
        ({"reason": "spam", "note": "x" * 10_000}, "max_length"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_reports_are_refused(client, body, expected):
    response = client.post(f"/api/post/{PostFactory().pk}/report", body)

    assert (response.status_code, code(response)) == (400, expected)
    assert not Report.objects.exists()


def test_one_s_own_post_and_account_cannot_be_reported(client, me):
    for url in (f"/api/post/{PostFactory(author=me).pk}/report", f"/api/profile/{me.pk}/report"):
        response = client.post(url, {"reason": "spam"})
        assert (response.status_code, code(response)) == (400, "own_content")

    assert not Report.objects.exists()


def test_one_reads_the_decisions_about_oneself_alone(client, me):
    moderator = UserFactory(is_staff=True)
    mine, other = PostFactory(author=me), PostFactory()
    for post in (mine, other):
        post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Spam", at=NOON)

    results = client.get("/api/moderation/decisions").json()["data"]["results"]

    assert [(one["post_id"], one["action"], one["reason"]) for one in results] == [
        (mine.pk, "hide", "Spam")
    ]
