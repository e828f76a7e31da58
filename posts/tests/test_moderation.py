"""What moderators decide, and what the person concerned learns of it."""

import pytest

from analytics.models import Event
from posts.models import Comment, Decision, Post
from posts.selectors import decisions_page
from posts.services import (
    CommentNotFound,
    Grounds,
    PostNotFound,
    account_reinstate,
    account_suspend,
    comment_add,
    comment_hide,
    comment_restore,
    post_hide,
    post_reduce,
    post_restore,
    post_restore_reach,
)
from posts.tests.factories import NOON, CommentFactory, PostFactory, UserFactory
from profiles.models import Session, User
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return UserFactory(is_staff=True)


def post_count(post):
    return User.objects.values_list("post_count", flat=True).get(pk=post.author_id)


def test_hiding_is_a_state_a_count_a_decision_and_an_event(moderator):
    post = PostFactory(hashtags=["odd"])

    assert post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Spam", at=NOON)

    kept = Post.objects.get()
    assert (kept.moderation, kept.moderation_reason) == ("hidden", "Spam")
    assert post_count(post) == 0
    decision = Decision.objects.get()
    assert (decision.account_id, decision.post_id, decision.moderator_id) == (
        post.author_id,
        post.pk,
        moderator.pk,
    )
    assert (decision.action, decision.reason, decision.is_automated) == ("hide", "Spam", False)
    event = Event.objects.get()
    assert (event.kind, event.actor_id, event.target_id) == (
        "hidden",
        moderator.pk,
        post.author_id,
    )
    assert event.hashtags == ["odd"]


def test_hiding_again_changes_nothing(moderator):
    post = PostFactory()
    post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Spam", at=NOON)

    assert not post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Again", at=NOON)

    assert Post.objects.get().moderation_reason == "Spam"
    assert (post_count(post), Decision.objects.count(), Event.objects.count()) == (0, 1, 1)


@pytest.mark.parametrize("state", ["held", "hidden"])
def test_restoring_brings_it_back_to_everybody(moderator, state):
    post = PostFactory(moderation=state)

    assert post_restore(post_id=post.pk, moderator_id=moderator.pk, reason="Fine", at=NOON)

    assert Post.objects.visible_to(UserFactory().pk).get() == post
    assert post_count(post) == 1
    assert Event.objects.get().kind == "restored"
    assert Job.objects.get().task == "posts.tasks.post_entered"


def test_hiding_what_is_held_counts_nothing(moderator):
    post = PostFactory(moderation="held")

    post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Indeed", at=NOON)

    assert (Post.objects.get().moderation, post_count(post)) == ("hidden", 0)


def test_a_reel_still_processing_is_not_decided_on(moderator):
    post = PostFactory(moderation="processing")

    with pytest.raises(PostNotFound):
        post_restore(post_id=post.pk, moderator_id=moderator.pk, reason="Why not", at=NOON)

    assert Post.objects.get().moderation == "processing"
    assert not Decision.objects.exists()


def test_a_hidden_comment_counts_no_more_until_it_is_restored(moderator):
    post = PostFactory()
    parent = comment_add(post_id=post.pk, author_id=UserFactory().pk, content="A", at=NOON)
    reply = comment_add(
        post_id=post.pk, author_id=UserFactory().pk, content="B", parent_id=parent.pk, at=NOON
    )

    def counted():
        return Post.objects.get().comment_count, Comment.objects.get(pk=parent.pk).reply_count

    about = {"comment_id": reply.pk, "moderator_id": moderator.pk, "reason": "Hm", "at": NOON}
    assert comment_hide(**about)
    assert not comment_hide(**about)
    assert counted() == (1, 0)
    assert comment_restore(**about)
    assert counted() == (2, 1)
    decided = list(Decision.objects.order_by("pk").values_list("account_id", "action"))
    assert decided == [(reply.author_id, "hide"), (reply.author_id, "restore")]


def test_a_deleted_comment_is_not_decided_on(moderator):
    comment = CommentFactory(deleted_at=NOON)

    with pytest.raises(CommentNotFound):
        comment_hide(comment_id=comment.pk, moderator_id=moderator.pk, reason="Late", at=NOON)

    assert not Decision.objects.exists()


def test_suspending_shuts_the_account_out_and_reinstating_undoes_it(moderator):
    post = PostFactory()
    session = Session.objects.create(id="s", user=post.author, started_at=NOON)
    about = {"account_id": post.author_id, "moderator_id": moderator.pk, "at": NOON}

    assert account_suspend(**about, reason="Spam")
    assert not account_suspend(**about, reason="Again")
    assert not Post.objects.visible_to(UserFactory().pk).exists()
    session.refresh_from_db()
    assert session.revoked_at == NOON

    assert account_reinstate(**about, reason="Sorry")
    assert Post.objects.visible_to(UserFactory().pk).exists()
    decided = Decision.objects.order_by("pk").values_list("action", "reason")
    assert list(decided) == [("suspend", "Spam"), ("reinstate", "Sorry")]


def test_people_read_what_was_decided_about_theirs_newest_first(
    moderator, django_assert_num_queries, settings
):
    settings.SOCIALML_STRIKES_TO_SUSPEND = 0
    author = UserFactory()
    posts = PostFactory.create_batch(3, author=author)
    for post in posts:
        post_hide(post_id=post.pk, moderator_id=moderator.pk, reason=f"No {post.pk}", at=NOON)
    post_hide(post_id=PostFactory().pk, moderator_id=moderator.pk, reason="Other", at=NOON)

    with django_assert_num_queries(1):
        first = decisions_page(account_id=author.pk, limit=2)
    second = decisions_page(account_id=author.pk, after=first.next[0], limit=2)

    reasons = [row["reason"] for row in first.results + second.results]
    assert reasons == [f"No {post.pk}" for post in reversed(posts)]
    assert second.next is None
    assert "moderator" not in str(first.results)


def test_reducing_is_a_mark_and_a_decision_that_restoring_reach_takes_back(moderator):
    post = PostFactory()
    about = {"post_id": post.pk, "moderator_id": moderator.pk, "at": NOON}

    assert post_reduce(**about, reason="Spam")
    assert not post_reduce(**about, reason="Again")
    assert Post.objects.get().is_reduced
    assert (Post.objects.get().moderation, post_count(post)) == ("visible", 1)

    assert post_restore_reach(**about, reason="No spam")
    assert not Post.objects.get().is_reduced
    decided = Decision.objects.order_by("pk").values_list("action", "reason")
    assert list(decided) == [("reduce", "Spam"), ("restore_reach", "No spam")]
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["reduced", "reach_restored"]


def test_a_decision_keeps_what_it_rests_on(moderator):
    grounds = Grounds(rule_code="spam", rule_text="No spam.", facts={"scores": {"spam": 0.9}})
    about = {"post_id": PostFactory().pk, "moderator_id": moderator.pk, "at": NOON}

    post_hide(**about, reason="Spam", grounds=grounds)

    kept = Decision.objects.get()
    assert (kept.rule_code, kept.rule_text) == ("spam", "No spam.")
    assert kept.facts == {"scores": {"spam": 0.9}}
