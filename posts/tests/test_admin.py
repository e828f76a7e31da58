"""Moderators' pages: they find, they ask for a reason, and they go through the services."""

import pytest
from django.contrib.auth.models import Permission

from posts.models import Comment, Decision, Post
from posts.services import report_add
from posts.tests.factories import NOON, CommentFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db

LISTS = ["post", "comment", "report", "decision"]


@pytest.fixture
def moderator():
    moderator = UserFactory(is_staff=True)
    names = ["view_post", "change_post", "view_comment", "change_comment"]
    names += ["view_report", "view_decision"]
    moderator.user_permissions.set(
        Permission.objects.filter(content_type__app_label="posts", codename__in=names)
    )
    return moderator


@pytest.fixture
def pages(client, moderator):
    client.force_login(moderator)
    return client


def act(pages, model, action, *rows, query="", **fields):
    body = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    return pages.post(f"/admin/posts/{model}/{query}", body)


@pytest.mark.parametrize("model", LISTS)
def test_each_list_opens_searches_and_shows_one(pages, model):
    comment = CommentFactory(content="<script>alert(1)</script>")
    report = report_add(
        reporter_id=UserFactory().pk, reason="spam", at=NOON, post_id=comment.post_id
    )
    decision = Decision.objects.create(
        account=comment.author, about="comment", action="hide", reason="Spam", decided_at=NOON
    )
    rows = {"post": comment.post, "comment": comment, "report": report, "decision": decision}
    url = f"/admin/posts/{model}/"

    for found in (
        pages.get(url),
        pages.get(url, {"q": comment.author.username}),
        pages.get(f"{url}{rows[model].pk}/change/"),
    ):
        assert found.status_code == 200
        assert b"<script>alert(1)" not in found.content


def test_search_finds_posts_by_words_hashtag_author_and_id(pages):
    hit = PostFactory(pk=777_001, content="A rare orchid", hashtags=["botany"])
    PostFactory()

    for q in ("orchid", "botany", hit.author.username, str(hit.pk)):
        page = pages.get("/admin/posts/post/", {"q": q})
        assert [post.pk for post in page.context["cl"].result_list] == [hit.pk], q


def test_an_action_asks_for_a_reason_before_anything_happens(pages):
    post = PostFactory()

    page = act(pages, "post", "hide", post)

    assert page.status_code == 200
    assert b'name="reason"' in page.content
    assert act(pages, "post", "hide", post, reason="  ").status_code == 200
    assert Post.objects.get().moderation == "visible"
    assert not Decision.objects.exists()


@pytest.mark.parametrize(("model", "factory"), [("post", PostFactory), ("comment", CommentFactory)])
def test_hiding_and_restoring_go_through_the_services(pages, moderator, model, factory):
    row = factory()
    if model == "comment":
        Post.objects.update(comment_count=1)
    rows = {"post": Post, "comment": Comment}[model].objects

    hidden = act(pages, model, "hide", row, reason="Spam")
    assert hidden.status_code == 302
    assert rows.get(pk=row.pk).moderation == "hidden"
    act(pages, model, "restore", row, reason="Mistaken")
    assert rows.get(pk=row.pk).moderation == "visible"

    decided = Decision.objects.order_by("pk").values_list("action", "reason", "moderator_id")
    assert list(decided) == [
        ("hide", "Spam", moderator.pk),
        ("restore", "Mistaken", moderator.pk),
    ]


def test_all_rows_of_a_search_can_be_chosen_at_once(pages):
    spam, *_ = PostFactory.create_batch(3, content="the same spam")
    other = PostFactory()

    response = act(pages, "post", "hide", spam, query="?q=spam", select_across="1", reason="Spam")

    assert response.status_code == 302
    assert Post.objects.filter(moderation="hidden").count() == 3
    assert Post.objects.get(pk=other.pk).moderation == "visible"


def test_nothing_can_be_added_edited_or_deleted_by_hand(pages):
    post = PostFactory(like_count=3)
    url = f"/admin/posts/post/{post.pk}"

    assert pages.get("/admin/posts/post/add/").status_code == 403
    assert pages.post(f"{url}/change/", {"like_count": 99}).status_code == 403
    assert pages.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
    act(pages, "post", "delete_selected", post, post="yes")

    assert Post.objects.get().like_count == 3


def test_staff_who_may_only_look_cannot_moderate(client):
    viewer = UserFactory(is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_post"))
    client.force_login(viewer)
    post = PostFactory()

    assert client.get("/admin/posts/post/").status_code == 200
    act(client, "post", "hide", post, reason="I may not")

    assert Post.objects.get().moderation == "visible"
    assert not Decision.objects.exists()


@pytest.mark.parametrize("model", LISTS)
def test_people_without_the_staff_mark_are_turned_away(client, model):
    client.force_login(UserFactory())

    assert client.get(f"/admin/posts/{model}/").status_code == 302
