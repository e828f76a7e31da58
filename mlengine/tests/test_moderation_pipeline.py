"""Moderators' decisions become what the models say of the next text, if that proves better."""

from datetime import timedelta

import pytest

from mlengine.corrections import correction_live
from mlengine.inference import text_insights
from mlengine.registry import live_version
from mlengine.training import models_retrain
from posts.models import Decision, Post
from posts.tests.factories import NOON, CommentFactory, PostFactory
from posts.tests.policies import policy_make_live, rule_of
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PLACES = ["in the park", "at home", "by the sea", "on the train", "in town", "at school"]
HOUR = timedelta(hours=1)


@pytest.fixture
def moderator():
    return UserFactory(is_staff=True)


def decide(post, action, moderator, *, at, comment=None, rule_code="", policy=None):
    return Decision.objects.create(
        account=(comment or post).author,
        about=Decision.About.COMMENT if comment else Decision.About.POST,
        post=post,
        comment=comment,
        action=action,
        reason="As moderators here see it",
        rule_code=rule_code,
        policy=policy,
        moderator=moderator,
        is_automated=moderator is None,
        decided_at=at,
    )


def decisions_make(moderator, *, count=140, foul="zorky", fair="plimmy", since=NOON, **grounds):
    """Posts about which moderators decided, every second taken down for a word of their own."""
    for number in range(count):
        word, action = (
            (foul, Decision.Action.HIDE) if number % 2 else (fair, Decision.Action.RESTORE)
        )
        content = f"you {word} {PLACES[number // 2 % 6]}, number {number // 2}"
        post, at = PostFactory(content=content), since + number * HOUR
        decide(post, action, moderator, at=at, **grounds)


def retrain(at=NOON + 200 * HOUR):
    return models_retrain(names=["moderation"], at=at).report["moderation"]


def test_what_moderators_keep_taking_down_scores_higher_from_then_on(moderator):
    decisions_make(moderator)
    before = text_insights("you zorky at the station").toxicity.score

    report = retrain()

    assert report["verdict"].startswith("Promoted: 1 - Brier score")
    after = text_insights("you zorky at the station", correction_live()).toxicity.score
    assert after > before + 0.3
    assert text_insights("you plimmy at the station", correction_live()).toxicity.score < 0.5


def test_what_later_decisions_contradict_is_kept_back(moderator):
    decisions_make(moderator, count=120)
    decisions_make(moderator, count=40, foul="plimmy", fair="zorky", since=NOON + 121 * HOUR)

    report = retrain()

    assert report["verdict"].startswith("Kept back:")
    assert correction_live() is None


def test_decisions_by_a_rule_on_identity_teach_the_score_that_it_reads(moderator):
    version = policy_make_live(rule_of("hold", code="identity", thresholds={"identity": 0.5}))

    decisions_make(moderator, rule_code="identity", policy=version)

    assert "live" in retrain()["verdict"].lower()
    assert correction_live().kinds == ("hate",)


def test_few_decisions_teach_nothing_and_say_so(moderator):
    decisions_make(moderator, count=20)

    assert "20 texts; 100 are needed" in retrain()["verdict"]
    assert live_version("moderation") is None


def test_an_overturned_decision_counts_as_it_ended(moderator):
    decisions_make(moderator)
    for decision in list(Decision.objects.filter(action=Decision.Action.HIDE)):
        decide(decision.post, Decision.Action.RESTORE, UserFactory(), at=decision.decided_at + HOUR)

    assert retrain()["verdict"].startswith("Skipped: No kind of text was decided 20 times")


def test_what_the_model_decided_by_itself_teaches_it_nothing(moderator):
    decisions_make(None)

    assert "about 0 texts" in retrain()["verdict"]


def test_a_text_edited_after_the_decision_is_not_the_one_they_read(moderator):
    decisions_make(moderator)
    Post.objects.update(edited_at=NOON + 199 * HOUR)

    assert "about 0 texts" in retrain()["verdict"]


def test_comments_teach_by_their_own_words(moderator):
    post = PostFactory(content="A quiet evening")
    for number in range(140):
        word, action = (
            ("zorky", Decision.Action.HIDE) if number % 2 else ("plimmy", Decision.Action.RESTORE)
        )
        comment = CommentFactory(
            post=post, content=f"you {word} {PLACES[number // 2 % 6]} {number // 2}"
        )
        decide(post, action, moderator, at=NOON + number * HOUR, comment=comment)

    assert retrain()["verdict"].startswith("Promoted:")
    found = text_insights("A quiet evening", correction_live()).toxicity.score
    assert found < 0.5
