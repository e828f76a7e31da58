"""Reports by people, and what becomes of them."""

import pytest

from analytics.models import Event
from posts.models import Report
from posts.services import (
    AccountNotFound,
    AlreadyReported,
    CommentNotFound,
    OwnContentReported,
    PostNotFound,
    report_add,
)
from posts.tests.factories import (
    NOON,
    BlockFactory,
    CommentFactory,
    PostFactory,
    UserFactory,
)
from posts.tests.sights import UNSEEN, unseen_post_id

pytestmark = pytest.mark.django_db


def report(reporter, **about):
    return report_add(reporter_id=reporter.pk, reason="spam", note="Look", at=NOON, **about)


def test_a_report_of_a_post_is_a_row_and_an_event():
    post, reporter = PostFactory(category="art"), UserFactory()

    report(reporter, post_id=post.pk)

    kept = Report.objects.get()
    assert (kept.post_id, kept.comment_id, kept.account_id) == (post.pk, None, None)
    assert (kept.reason, kept.note, kept.state) == ("spam", "Look", "open")
    event = Event.objects.get()
    assert (event.kind, event.actor_id, event.post_id) == ("reported", reporter.pk, post.pk)
    assert (event.target_id, event.category) == (post.author_id, "art")


def test_a_report_of_a_comment_names_the_comment():
    comment, reporter = CommentFactory(), UserFactory()

    report(reporter, post_id=comment.post_id, comment_id=comment.pk)

    assert Report.objects.values_list("post_id", "comment_id").get() == (None, comment.pk)
    assert Event.objects.get().comment_id == comment.pk


def test_a_report_of_an_account_names_the_account():
    troll, reporter = UserFactory(), UserFactory()

    report(reporter, account_id=troll.pk)

    assert Report.objects.get().account_id == troll.pk
    assert Event.objects.get().target_id == troll.pk


def test_whom_one_blocked_may_still_be_reported():
    troll, reporter = UserFactory(), UserFactory()
    BlockFactory(blocker=reporter, blocked=troll)

    report(reporter, account_id=troll.pk)

    assert Report.objects.count() == 1


def test_one_s_own_cannot_be_reported():
    comment = CommentFactory()
    author, post = comment.author, comment.post

    for about in (
        {"account_id": author.pk},
        {"post_id": PostFactory(author=author).pk},
        {"post_id": post.pk, "comment_id": comment.pk},
    ):
        with pytest.raises(OwnContentReported):
            report(author, **about)

    assert not Report.objects.exists()
    assert not Event.objects.exists()


def test_the_same_thing_is_reported_once():
    comment, reporter = CommentFactory(), UserFactory()
    abouts = [
        {"post_id": comment.post_id},
        {"post_id": comment.post_id, "comment_id": comment.pk},
        {"account_id": comment.author_id},
    ]
    for about in abouts:
        report(reporter, **about)

    for about in abouts:
        with pytest.raises(AlreadyReported):
            report(reporter, **about)

    assert Report.objects.count() == Event.objects.count() == 3


@pytest.mark.parametrize("why", UNSEEN)
def test_a_post_out_of_sight_cannot_be_reported(why):
    viewer = UserFactory()
    post_id = unseen_post_id(viewer, why)

    with pytest.raises(PostNotFound):
        report(viewer, post_id=post_id)

    assert not Report.objects.exists()
    assert not Event.objects.exists()


def test_accounts_and_comments_out_of_sight_cannot_be_reported():
    reporter = UserFactory()
    blocking = BlockFactory(blocked=reporter).blocker
    comment = CommentFactory(moderation="hidden")

    for account_id in (blocking.pk, UserFactory(is_active=False).pk, 10**12):
        with pytest.raises(AccountNotFound):
            report(reporter, account_id=account_id)
    for post_id in (comment.post_id, PostFactory().pk):
        with pytest.raises(CommentNotFound):
            report(reporter, post_id=post_id, comment_id=comment.pk)

    assert not Report.objects.exists()


def test_who_was_right_before_counts_more_and_who_was_wrong_less():
    trusted, mistaken, newcomer = UserFactory.create_batch(3)
    for reporter, state in ((trusted, "upheld"), (mistaken, "dismissed")):
        for _ in range(8):
            Report.objects.filter(pk=report(reporter, post_id=PostFactory().pk).pk).update(
                state=state
            )
    post = PostFactory()

    weights = [report(one, post_id=post.pk).weight for one in (trusted, newcomer, mistaken)]

    assert weights == pytest.approx([2 * 10 / 12, 1, 2 * 2 / 12])


def test_reports_that_wait_or_came_too_late_count_neither_way():
    reporter = UserFactory()
    for state in ("open", "moot"):
        Report.objects.filter(pk=report(reporter, post_id=PostFactory().pk).pk).update(state=state)

    assert report(reporter, post_id=PostFactory().pk).weight == 1
