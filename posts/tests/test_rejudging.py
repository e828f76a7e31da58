"""The slow verdict: it may raise or lower the fast one, never a moderator's."""

from datetime import timedelta

import pytest

from posts.models import Case, CaseEntry, Comment, Decision, Post, Strike
from posts.services import (
    Ruling,
    case_decide,
    comment_add,
    comment_delete,
    comment_hide,
    post_create,
    post_hide,
    post_restore,
    post_update,
    rejudge,
    report_add,
)
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.policies import policy_make_live, rule_of
from profiles.models import User
from socialml.core.models import Job

pytestmark = pytest.mark.django_db

GRAVE = {"toxicity": {"score": 0.95, "label": "offensive", "kinds": {}}}
HARMLESS = {"toxicity": {"score": 0.05, "label": "acceptable", "kinds": {}}}


@pytest.fixture(autouse=True)
def _policy():
    policy_make_live(rule_of("hold", code="toxicity", thresholds={"toxicity": 0.9}))


def write(content="Hello there"):
    return post_create(author_id=UserFactory().pk, content=content, at=NOON)


def again(post, insights, *, text=None):
    return rejudge(
        post_id=post.pk,
        text=post.content if text is None else text,
        insights=insights,
        model_version="slow-1",
        words=["there"],
        at=NOON,
    )


def rule_on(case, ruling):
    case_decide(
        case_id=case.pk,
        moderator_id=UserFactory(is_staff=True).pk,
        ruling=ruling,
        reason="So be it",
        at=NOON,
    )


def state():
    post = Post.objects.get()
    return post.moderation, User.objects.get(pk=post.author_id).post_count


def test_it_takes_down_what_the_fast_verdict_let_out():
    post = write()

    assert again(post, GRAVE)

    assert state() == ("held", 0)
    decision = Decision.objects.get()
    assert (decision.action, decision.model_version) == ("hold", "slow-1")
    assert decision.facts["words"] == ["there"]
    assert decision.facts["scores"]["toxicity"] == 0.95
    kept = Post.objects.get()
    assert kept.insights["toxicity"] == GRAVE["toxicity"]
    assert kept.insights["sentiment"] == post.insights["sentiment"]


def test_it_lets_out_what_the_fast_verdict_held():
    post = write("You stupid idiot, I will kill you")
    assert post.moderation == "held"

    assert again(post, HARMLESS)

    assert state() == ("visible", 1)
    held, released = Decision.objects.order_by("pk")
    assert (released.action, released.reverses, released.is_automated) == ("restore", held, True)
    assert Job.objects.filter(task="posts.tasks.post_entered").exists()


def test_the_models_own_removal_is_taken_back_with_its_strike():
    policy_make_live(rule_of("remove", thresholds={"toxicity": 0.9}))
    post = write("You stupid idiot, I will kill you")
    Strike.objects.get_or_create(
        decision=Decision.objects.get(),
        defaults={"account": post.author, "given_at": NOON, "expires_at": NOON},
    )

    assert again(post, HARMLESS)

    assert state() == ("visible", 1)
    assert Strike.objects.get().lifted_at == NOON


def test_an_edit_launders_neither_a_removal_nor_its_strike():
    policy_make_live(rule_of("remove", thresholds={"toxicity": 0.9}))
    post = write("You stupid idiot, I will kill you")
    later = NOON + timedelta(minutes=1)
    post_update(post_id=post.pk, author_id=post.author_id, content="Hello there", at=later)

    assert not again(post, HARMLESS, text="Hello there")

    assert state() == ("hidden", 0)
    assert Strike.objects.get().lifted_at is None


def test_with_a_removal_that_suspended_the_suspension_is_taken_back():
    policy_make_live(rule_of("suspend", code="grave", thresholds={"toxicity": 0.9}))
    post = write("You stupid idiot, I will kill you")
    assert not User.objects.get(pk=post.author_id).is_active

    assert again(post, HARMLESS)

    assert state() == ("visible", 1)
    assert User.objects.get(pk=post.author_id).is_active
    assert [decision.action for decision in Decision.objects.order_by("pk")] == [
        *("hide", "suspend", "restore", "reinstate"),
    ]
    assert Strike.objects.get().lifted_at == NOON


def test_an_edit_brings_nothing_out_before_the_slow_model_has_read_it():
    post = write()
    again(post, GRAVE)

    for content in ("Hello there!", "Hello there"):
        post_update(post_id=post.pk, author_id=post.author_id, content=content, at=NOON)
        assert state() == ("held", 0)
    assert Job.objects.filter(task="posts.tasks.text_revise").exists()

    assert again(post, HARMLESS)
    assert state() == ("visible", 1)
    assert [decision.action for decision in Decision.objects.order_by("pk")] == ["hold", "restore"]


def test_doing_it_again_changes_nothing():
    post = write()
    again(post, GRAVE)

    assert not again(post, GRAVE)

    assert Decision.objects.count() == 1


def test_what_a_moderator_decided_stays():
    moderator = UserFactory(is_staff=True)
    hidden, restored = write(), write("You stupid idiot, I will kill you")
    post_hide(post_id=hidden.pk, moderator_id=moderator.pk, reason="No", at=NOON)
    post_restore(post_id=restored.pk, moderator_id=moderator.pk, reason="A quote", at=NOON)

    assert not again(hidden, HARMLESS)
    assert not again(restored, GRAVE)

    states = dict(Post.objects.values_list("pk", "moderation"))
    assert states == {hidden.pk: "hidden", restored.pk: "visible"}


def test_what_a_moderator_removed_after_a_rule_did_stays():
    policy_make_live(rule_of("remove", thresholds={"toxicity": 0.9}))
    post = write("You stupid idiot, I will kill you")
    rule_on(Case.objects.get(), Ruling.REMOVE)

    assert not again(post, HARMLESS)

    assert state() == ("hidden", 0)


def test_what_a_moderator_read_and_kept_stays_until_it_is_edited():
    post = write()
    report = report_add(reporter_id=UserFactory().pk, reason="hate", post_id=post.pk, at=NOON)
    rule_on(report.case, Ruling.KEEP)

    assert not again(post, GRAVE)
    assert state() == ("visible", 1)

    later = NOON + timedelta(hours=1)
    post_update(post_id=post.pk, author_id=post.author_id, content="Hello you", at=later)
    assert again(post, GRAVE, text="Hello you")
    assert state() == ("held", 0)


def test_what_a_moderator_decided_about_a_deleted_comment_says_nothing_of_its_post():
    post, moderator = write(), UserFactory(is_staff=True)
    comment = comment_add(post_id=post.pk, author_id=post.author_id, content="Hm", at=NOON)
    comment_hide(comment_id=comment.pk, moderator_id=moderator.pk, reason="Rude", at=NOON)
    comment_delete(post_id=post.pk, comment_id=comment.pk, actor_id=post.author_id, at=NOON)

    assert again(post, GRAVE)

    assert state() == ("held", 0)


def test_what_comes_out_with_less_reach_is_told_so_and_not_that_it_breaks_no_rule():
    policy_make_live(
        rule_of("hold", code="bad", thresholds={"toxicity": 0.9}),
        rule_of("reduce", code="rude", thresholds={"toxicity": 0.4}),
    )
    post = write("You stupid idiot, I will kill you")
    assert state() == ("held", 0)

    assert again(post, {"toxicity": {"score": 0.5}})

    told = Decision.objects.get(action="restore")
    assert told.reason == "Offered to fewer people by the toxicity model (score 0.50)."


def test_a_case_that_a_better_model_closes_says_so():
    post = write("You stupid idiot, I will kill you")

    again(post, HARMLESS)

    closed = CaseEntry.objects.get(act="closed")
    assert closed.note == "Judged again by a better model: it breaks no rule."


def test_a_text_edited_meanwhile_and_one_that_is_gone_are_left_alone():
    post = write()

    assert not again(post, GRAVE, text="What it said before")
    assert not rejudge(post_id=10**9, text="", insights=GRAVE, model_version="slow-1", at=NOON)

    assert state() == ("visible", 1)
    assert Post.objects.get().insights == post.insights


def test_a_reel_that_is_processing_keeps_the_scores_for_when_it_comes_out():
    reel = post_create(
        author_id=UserFactory().pk, content="Jump", kind="reel", moderation="processing", at=NOON
    )

    assert not again(reel, GRAVE)

    kept = Post.objects.get()
    assert (kept.moderation, kept.insights["toxicity"]["score"]) == ("processing", 0.95)


def test_a_comment_goes_and_comes_with_its_counts():
    post = PostFactory()
    comment = comment_add(post_id=post.pk, author_id=UserFactory().pk, content="Hm", at=NOON)
    about = {"comment_id": comment.pk, "text": "Hm", "model_version": "slow-1", "at": NOON}

    def counted():
        return Comment.objects.get().moderation, Post.objects.get().comment_count

    assert rejudge(**about, insights=GRAVE)
    assert counted() == ("held", 0)
    assert rejudge(**about, insights=HARMLESS)
    assert counted() == ("visible", 1)
    assert not rejudge(**about, insights=HARMLESS)
    assert list(Decision.objects.order_by("pk").values_list("action", flat=True)) == [
        "hold",
        "restore",
    ]
