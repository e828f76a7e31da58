from io import StringIO
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from analytics.models import Event
from posts.models import Comment, Like, Post
from posts.services import comment_add, like_add, like_remove, post_create, save_add, share_add
from posts.services.reconcile import counters_check, counters_fix
from posts.tests.factories import NOON
from profiles.models import User
from profiles.services import follow_add
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

COUNTERS = {
    "post.like_count": (Post, "like_count"),
    "post.save_count": (Post, "save_count"),
    "post.share_count": (Post, "share_count"),
    "post.comment_count": (Post, "comment_count"),
    "post.view_count": (Post, "view_count"),
    "comment.reply_count": (Comment, "reply_count"),
    "user.post_count": (User, "post_count"),
    "user.follower_count": (User, "follower_count"),
    "user.following_count": (User, "following_count"),
}


@pytest.fixture
def busy():
    """A post that somebody did everything with, all through the services."""
    author, fan = UserFactory(), UserFactory()
    post = post_create(author_id=author.pk, content="A walk", at=NOON)
    like_add(post_id=post.pk, user_id=fan.pk, at=NOON)
    like_remove(post_id=post.pk, user_id=fan.pk, at=NOON)
    like_add(post_id=post.pk, user_id=fan.pk, at=NOON)
    save_add(post_id=post.pk, user_id=fan.pk, at=NOON)
    share_add(post_id=post.pk, user_id=fan.pk, at=NOON)
    comment = comment_add(post_id=post.pk, author_id=fan.pk, content="Where?", at=NOON)
    comment_add(post_id=post.pk, author_id=author.pk, content="Here", at=NOON, parent_id=comment.pk)
    follow_add(follower_id=fan.pk, followed_id=author.pk, at=NOON)
    return post


def drifted() -> dict[str, list[tuple[int, int, int]]]:
    return {f.check.name: f.drifted for f in counters_check() if f.drifted}


def test_what_the_services_did_agrees(busy):
    assert drifted() == {}


def test_every_counter_is_compared(busy):
    assert set(COUNTERS) < {finding.check.name for finding in counters_check()}
    assert all(finding.rows for finding in counters_check() if finding.check.name in COUNTERS)


@pytest.mark.parametrize("name", COUNTERS)
def test_a_counter_that_is_off_is_found_and_repaired(busy, name):
    model, column = COUNTERS[name]
    row = model.objects.earliest("pk")
    model.objects.filter(pk=row.pk).update(**{column: F(column) + 5})

    found = drifted()
    for finding in counters_check():
        counters_fix(finding)

    before = getattr(row, column)
    assert found == {name: [(row.pk, before + 5, before)]}
    assert drifted() == {}


def test_a_like_that_the_log_does_not_know_is_found_and_not_repaired(busy):
    Event.objects.filter(kind=Event.Kind.LIKED).latest("pk").delete()

    for finding in counters_check():
        counters_fix(finding)

    assert list(drifted()) == ["log: likes"]
    assert Like.objects.count() == 1


def test_a_post_whose_first_event_is_purged_is_not_compared_with_the_log(busy):
    Event.objects.filter(post_id=busy.pk).delete()

    assert drifted() == {}


def test_the_command_says_whether_all_agrees(busy):
    Post.objects.update(like_count=7)
    shown, fixed, again = StringIO(), StringIO(), StringIO()

    with pytest.raises(SystemExit) as exit_status:
        call_command("reconcile", "--check", stdout=shown)
    call_command("reconcile", "--fix", stdout=fixed)
    call_command("reconcile", "--check", stdout=again)

    assert exit_status.value.code == 1
    assert f"{busy.pk}: 7 is 1" in shown.getvalue()
    assert "Everything agrees." in fixed.getvalue()
    assert "Everything agrees." in again.getvalue()
    assert Post.objects.get().like_count == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_repair_waits_for_a_like_in_flight_and_keeps_it():
    author, fan, other = UserFactory(), UserFactory(), UserFactory()
    post = post_create(author_id=author.pk, content="A walk", at=NOON)
    like_add(post_id=post.pk, user_id=fan.pk, at=NOON)
    Post.objects.update(like_count=9)
    finding = next(f for f in counters_check() if f.check.name == "post.like_count")

    def repair() -> None:
        counters_fix(finding)
        connection.close()

    with transaction.atomic():
        like_add(post_id=post.pk, user_id=other.pk, at=NOON)
        thread = Thread(target=repair)
        thread.start()
        thread.join(timeout=0.5)
        has_waited = thread.is_alive()
    thread.join(timeout=10)

    assert has_waited
    assert Post.objects.get().like_count == Like.objects.count() == 2
