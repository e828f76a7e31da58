"""Decisions agree with rows, counts, strikes and caches however much happens at once."""

import time
from functools import partial

import pytest

from posts.models import Appeal, Comment, Decision, Post, Strike
from posts.selectors import card_bytes
from posts.services import (
    Ruling,
    appeal_add,
    appeal_overturn,
    appeal_uphold,
    appeals,
    case_decide,
    comment_add,
    comment_hide,
    post_create,
    post_delete,
    post_hide,
    post_restore,
    post_update,
)
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.policies import policy_make_live, rule_of
from posts.tests.threads import at_once
from profiles.models import User
from profiles.tests.together import together
from socialml.core.redis import breaker, client, key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moderators(settings):
    settings.SOCIALML_STRIKES_TO_SUSPEND = 0
    return UserFactory.create_batch(3, is_staff=True)


def failures(results):
    return [one for one in results if isinstance(one, Exception)]


def moves(post, moderators, *, times=6):
    return [
        partial(act, post_id=post.pk, moderator_id=moderator.pk, reason="Hm", at=NOON)
        for _ in range(times)
        for moderator in moderators
        for act in (post_hide, post_restore)
    ]


def agree(post):
    """Assert that the post, its author's count, its decisions and strikes say the same."""
    is_out = Post.objects.get(pk=post.pk).moderation == "visible"
    decisions = list(Decision.objects.filter(post=post).order_by("pk"))
    assert [one.action for one in decisions] == ["hide", "restore"] * (len(decisions) // 2) + [
        "hide"
    ] * (len(decisions) % 2)
    assert [one.ended_at is None for one in decisions] == [False] * (len(decisions) - 1) + [True]
    assert is_out == (len(decisions) % 2 == 0)
    assert User.objects.get(pk=post.author_id).post_count == int(is_out)
    assert Strike.objects.filter(lifted_at=None).count() == int(not is_out)
    assert (card_bytes([post.pk])[post.pk][:1] == b"0") == is_out


def test_hiding_and_restoring_at_once_leaves_everything_agreed(moderators):
    post = PostFactory()

    done = at_once(moves(post, moderators), threads=8)

    assert not failures(done)
    assert sum(done) == Decision.objects.count()
    agree(post)


def test_readers_at_the_same_time_leave_no_hidden_post_in_the_cache(moderators):
    post = PostFactory()
    reads = [partial(card_bytes, [post.pk])] * 36
    calls = [call for pair in zip(moves(post, moderators), reads, strict=True) for call in pair]

    done = at_once(calls, threads=8)

    assert not failures(done)
    agree(post)
    if Post.objects.get().moderation == "visible":
        post_hide(post_id=post.pk, moderator_id=moderators[0].pk, reason="So", at=NOON)
    assert card_bytes([post.pk])[post.pk] == b"-"


def test_a_post_hidden_while_redis_was_away_leaves_the_cache_when_it_answers(
    moderators, monkeypatch
):
    post = PostFactory()
    assert card_bytes([post.pk])[post.pk][:1] == b"0"
    monkeypatch.setattr(breaker, "retry_seconds", 0.1)
    monkeypatch.setattr(breaker, "_open_until", time.monotonic() + 0.3)

    post_hide(post_id=post.pk, moderator_id=moderators[0].pk, reason="Spam", at=NOON)

    name, deadline = key(f"card:{post.pk}"), time.monotonic() + 5
    while client.get(name) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert card_bytes([post.pk])[post.pk] == b"-"


def test_edits_at_the_same_time_bring_no_hidden_post_out(moderators):
    post = PostFactory()
    edits = [
        partial(post_update, post_id=post.pk, author_id=post.author_id, content=f"A {n}", at=NOON)
        for n in range(18)
    ]
    hides = [
        partial(post_hide, post_id=post.pk, moderator_id=one.pk, reason="Spam", at=NOON)
        for one in moderators * 6
    ]

    done = at_once([call for pair in zip(edits, hides, strict=True) for call in pair], threads=8)

    assert not failures(done)
    assert Post.objects.get().moderation == "hidden"
    agree(post)


def test_a_post_deleted_at_the_same_time_leaves_its_decisions_and_no_count(moderators):
    post = PostFactory()
    comment = comment_add(post_id=post.pk, author_id=UserFactory().pk, content="Hm", at=NOON)
    calls = moves(post, moderators, times=2)
    calls += [
        partial(comment_hide, comment_id=comment.pk, moderator_id=one.pk, reason="Hm", at=NOON)
        for one in moderators
    ]
    calls.insert(4, partial(post_delete, post_id=post.pk, author_id=post.author_id, at=NOON))

    done = at_once(calls, threads=8)

    assert {type(one).__name__ for one in failures(done)} <= {"PostNotFound", "CommentNotFound"}
    assert not (Post.objects.exists() or Comment.objects.exists())
    assert User.objects.get(pk=post.author_id).post_count == 0
    assert set(Decision.objects.values_list("post", "comment")) <= {(None, None)}


def test_a_decision_appealed_by_many_hands_at_once_has_one_appeal(moderators):
    post = PostFactory()
    post_hide(post_id=post.pk, moderator_id=moderators[0].pk, reason="Spam", at=NOON)
    decision = Decision.objects.get()
    add = partial(appeal_add, decision_id=decision.pk, account_id=post.author_id, at=NOON)

    done = at_once([partial(add, text=f"No {n}") for n in range(12)], threads=8)

    assert {type(one).__name__ for one in failures(done)} == {"AlreadyAppealed"}
    assert len(failures(done)) == 11
    assert Appeal.objects.count() == 1


def test_an_appeal_answered_by_two_at_once_is_answered_once(moderators):
    decider, *others = moderators
    post = PostFactory()
    post_hide(post_id=post.pk, moderator_id=decider.pk, reason="Spam", at=NOON)
    appeal = appeal_add(
        decision_id=Decision.objects.get().pk, account_id=post.author_id, text="No", at=NOON
    )

    done = at_once(
        [
            partial(act, appeal_id=appeal.pk, moderator_id=one.pk, answer="So", at=NOON)
            for one in others * 3
            for act in (appeal_overturn, appeal_uphold)
        ],
        threads=8,
    )

    assert len(failures(done)) == 11
    assert {type(one).__name__ for one in failures(done)} == {"AppealAnswered"}
    state = Appeal.objects.get().state
    assert (Post.objects.get().moderation == "visible") == (state == "overturned")
    agree(post)


def test_overturning_while_it_is_hidden_again_leaves_everything_agreed(moderators):
    decider, second, third = moderators
    post = PostFactory()
    post_hide(post_id=post.pk, moderator_id=decider.pk, reason="Spam", at=NOON)
    appeal = appeal_add(
        decision_id=Decision.objects.get().pk, account_id=post.author_id, text="No", at=NOON
    )
    overturn = partial(
        appeal_overturn, appeal_id=appeal.pk, moderator_id=second.pk, answer="So", at=NOON
    )

    done = at_once([overturn, *moves(post, [third], times=4)], threads=8)

    # Whoever restores it first has answered the appeal.
    assert {type(one).__name__ for one in failures(done)} <= {"AppealAnswered"}
    assert Appeal.objects.get().state == "overturned"
    agree(post)


@pytest.mark.postgresql
def test_an_answer_about_the_account_and_a_ruling_on_its_text_never_wait_for_each_other(
    moderators, monkeypatch
):
    policy_make_live(rule_of("suspend"))
    author = UserFactory()
    post = post_create(author_id=author.pk, content="Hm", at=NOON)
    suspended = Decision.objects.get(action="suspend")
    appeal = appeal_add(decision_id=suspended.pk, account_id=author.pk, text="No", at=NOON)
    hold = appeals.account_lock

    def hold_for_long(account_id):
        held = hold(account_id)
        time.sleep(0.5)
        return held

    monkeypatch.setattr(appeals, "account_lock", hold_for_long)
    about = {"case_id": suspended.case_id, "ruling": Ruling.KEEP, "reason": "Fine", "at": NOON}

    def rule():
        time.sleep(0.2)
        return case_decide(moderator_id=moderators[0].pk, **about)

    answer = partial(appeal_overturn, appeal_id=appeal.pk, answer="Fine", at=NOON)
    done = together([partial(answer, moderator_id=moderators[1].pk), rule])

    # The answer decided the case.
    assert [type(one).__name__ for one in done] == ["Appeal", "CaseClosed"]
    assert User.objects.get(pk=post.author_id).is_active


def test_of_the_last_strikes_at_once_one_suspends(moderators, settings):
    settings.SOCIALML_STRIKES_TO_SUSPEND = 3
    authors, theirs = UserFactory.create_batch(6), PostFactory.create_batch(3)
    mine = [PostFactory(author=author) for author in authors]
    for author in authors:
        # Each under a post of its own, so that no post is what they wait for.
        comments = [
            comment_add(post_id=post.pk, author_id=author.pk, content="Hm", at=NOON)
            for post in theirs
        ]
        together(
            [
                partial(
                    comment_hide, comment_id=each.pk, moderator_id=one.pk, reason="Spam", at=NOON
                )
                for each, one in zip(comments, moderators, strict=True)
            ]
        )

    assert Strike.objects.filter(lifted_at=None).count() == 18
    assert Decision.objects.filter(action="suspend").count() == 6
    assert not User.objects.filter(pk__in=[one.pk for one in authors], is_active=True).exists()
    assert set(card_bytes([post.pk for post in mine]).values()) == {b"-"}
