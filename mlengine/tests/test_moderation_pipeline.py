"""Moderators' decisions become what the models say of the next text, if that proves better."""

from datetime import timedelta

import pytest

from mlengine.corrections import correction_live
from mlengine.inference import text_insights
from mlengine.pipelines.moderation import Moderation
from mlengine.registry import live_version
from mlengine.training import models_retrain
from posts.models import Decision, Post
from posts.services import Ruling, appeal_add, appeal_uphold, post_decide
from posts.services.cases import case_flag
from posts.tests.factories import NOON, CommentFactory, PostFactory
from posts.tests.policies import policy_make_live, rule_of
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PLACES = ["in the park", "at home", "by the sea", "on the train", "in town", "at school"]
HOUR = timedelta(hours=1)


@pytest.fixture
def moderator():
    return UserFactory(is_staff=True)


def decide(post, action, moderator, *, at, comment=None, rule_code="", policy=None, case=None):
    return Decision.objects.create(
        account=(comment or post).author,
        about=Decision.About.COMMENT if comment else Decision.About.POST,
        post=post,
        comment=comment,
        action=action,
        reason="As moderators here see it",
        rule_code=rule_code,
        policy=policy,
        case=case,
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


def rule_on_cases(ruling, moderator, **facts):
    """Have 140 posts decided as cases: every second is removed, on the others is ruled so."""
    for number in range(140):
        word, how = ("zorky", Ruling.REMOVE) if number % 2 else ("plimmy", ruling)
        content = f"you {word} {PLACES[number // 2 % 6]}, number {number // 2}"
        post_decide(
            post_id=PostFactory(content=content, **facts).pk,
            moderator_id=moderator.pk,
            ruling=how,
            reason="",
            at=NOON + number * HOUR,
        )


def test_a_text_that_they_read_and_let_stand_teaches_as_much_as_one_they_restored(moderator):
    rule_on_cases(Ruling.KEEP, moderator)
    assert Decision.objects.count() == 70

    assert retrain()["verdict"].startswith("Promoted:")

    assert text_insights("you zorky at the station", correction_live()).toxicity.score > 0.5
    assert text_insights("you plimmy at the station", correction_live()).toxicity.score < 0.5


def test_one_of_which_they_reduced_the_reach_teaches_nothing(moderator):
    rule_on_cases(Ruling.REDUCE, moderator, moderation="held")

    assert "about 70 texts" in retrain()["verdict"]


def test_what_an_erased_moderator_decided_still_teaches(moderator):
    decisions_make(moderator)
    moderator.delete()

    assert retrain()["verdict"].startswith("Promoted:")


def test_a_reel_that_was_at_issue_for_its_pictures_teaches_nothing_of_words(moderator):
    version = policy_make_live(rule_of("hold", code="nudity", thresholds={"nudity": 0.8}))
    decisions_make(moderator, rule_code="nudity", policy=version)

    assert "about 0 texts" in retrain()["verdict"]


def test_an_answer_that_upholds_what_a_rule_did_teaches_that_it_was_right(moderator):
    version = policy_make_live(rule_of("hold", code="toxicity", thresholds={"toxicity": 0.5}))
    grounds = {"rule_code": "toxicity", "policy": version}
    for number in range(120):
        post = PostFactory(content=f"you zorky number {number}", moderation="held")
        case = case_flag(about=post, flags=[], at=NOON)
        held = decide(post, Decision.Action.HOLD, None, at=NOON, case=case, **grounds)
        appeal = appeal_add(decision_id=held.pk, account_id=post.author_id, text="No", at=NOON)
        appeal_uphold(appeal_id=appeal.pk, moderator_id=moderator.pk, answer="", at=NOON + HOUR)

    split = Moderation().load(until=NOON + 2 * HOUR, unseen_since=None)

    assert (len(split.whole.texts), split.whole.truth[:, 0].all()) == (120, True)


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
