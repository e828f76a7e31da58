"""Deciding a case decides its text, its reports and its account at once."""

import pytest

from posts.models import Case, CaseEntry, Comment, Decision, Post, Report, Strike
from posts.services import (
    CaseClosed,
    CaseNotFound,
    CaseTaken,
    OwnCase,
    OwnDecisionJudged,
    Ruling,
    RulingRefused,
    appeal_add,
    appeal_overturn,
    appeal_uphold,
    case_claim,
    case_decide,
    cases_decide,
    comment_add,
    post_create,
    report_add,
    rulings_for,
)
from posts.tests.factories import NOON, CommentFactory, PostFactory, UserFactory
from posts.tests.policies import policy_make_live, rule_of
from profiles.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return UserFactory(is_staff=True)


def reported(**about):
    return report_add(reporter_id=UserFactory().pk, reason="spam", at=NOON, **about).case


def decide(case, moderator, ruling, **said):
    said = {"reason": "It is what it is", **said}
    return case_decide(
        case_id=case.pk, moderator_id=moderator.pk, ruling=Ruling(ruling), at=NOON, **said
    )


def test_removing_hides_the_post_upholds_every_report_and_closes_the_case(moderator):
    post = PostFactory()
    case = reported(post_id=post.pk)
    reported(post_id=post.pk)
    other = reported(post_id=PostFactory().pk)

    decided = decide(case, moderator, "remove", rule_code="spam")

    assert (decided.state, decided.ruling, decided.decided_at) == ("decided", "remove", NOON)
    assert Post.objects.get(pk=post.pk).moderation == "hidden"
    states = Report.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["upheld", "upheld", "open"]
    assert Case.objects.get(pk=other.pk).state == "open"
    decision = Decision.objects.get()
    assert (decision.action, decision.case_id, decision.rule_code) == ("hide", case.pk, "spam")
    assert decision.rule_text == decision.policy.rules.get(code="spam").text
    entry = CaseEntry.objects.get(act="decided")
    assert (entry.moderator_id, entry.note) == (moderator.pk, "remove: It is what it is")


@pytest.mark.parametrize("state", ["held", "hidden"])
def test_keeping_lets_the_post_out_for_everybody_and_dismisses_the_reports(moderator, state):
    post = PostFactory()
    case = reported(post_id=post.pk)
    Post.objects.update(moderation=state, is_reduced=True)

    decide(case, moderator, "keep")

    kept = Post.objects.get()
    assert (kept.moderation, kept.is_reduced) == ("visible", False)
    assert Report.objects.get().state == "dismissed"
    decided = Decision.objects.order_by("pk").values_list("action", flat=True)
    assert list(decided) == ["restore_reach", "restore"]


def test_keeping_what_is_out_anyway_is_no_decision_about_anybody(moderator):
    case = reported(post_id=PostFactory().pk)

    decide(case, moderator, "keep", reason="")

    assert (Case.objects.get().state, Case.objects.get().ruling) == ("decided", "keep")
    assert not Decision.objects.exists()
    assert CaseEntry.objects.get(act="decided").note == "keep"


def test_reducing_lets_a_held_post_out_to_followers_alone(moderator):
    case = reported(post_id=PostFactory().pk)
    Post.objects.update(moderation="held")

    decide(case, moderator, "reduce")

    kept = Post.objects.get()
    assert (kept.moderation, kept.is_reduced) == ("visible", True)
    assert Report.objects.get().state == "upheld"


def test_suspending_takes_the_comment_down_and_shuts_its_author_out(moderator):
    comment = CommentFactory()
    Post.objects.update(comment_count=1)
    case = reported(post_id=comment.post_id, comment_id=comment.pk)

    decide(case, moderator, "suspend")

    assert Comment.objects.get().moderation == "hidden"
    assert not User.objects.get(pk=comment.author_id).is_active
    assert User.objects.get(pk=comment.post.author_id).is_active
    assert Post.objects.get().comment_count == 0
    assert set(Decision.objects.values_list("case_id", flat=True)) == {case.pk}


def test_removing_what_a_rule_removed_makes_it_the_moderators_with_the_strike(moderator):
    policy_make_live(rule_of("remove"))
    post = post_create(author_id=UserFactory().pk, content="Hm", at=NOON)
    ruled = Decision.objects.get()
    appeal = appeal_add(decision_id=ruled.pk, account_id=post.author_id, text="No", at=NOON)

    decide(Case.objects.get(), moderator, "remove")

    theirs = Decision.objects.get(ended_at=None)
    assert (theirs.action, theirs.is_automated, theirs.moderator) == ("hide", False, moderator)
    assert Strike.objects.get().decision == theirs
    assert Post.objects.get().moderation_reason == "It is what it is"
    appeal.refresh_from_db()
    assert (appeal.state, appeal.moderator) == ("upheld", moderator)
    again = appeal_add(decision_id=theirs.pk, account_id=post.author_id, text="No", at=NOON)
    with pytest.raises(OwnDecisionJudged):
        appeal_uphold(appeal_id=again.pk, moderator_id=moderator.pk, answer="Yes", at=NOON)


def test_reducing_what_a_rule_reduced_makes_it_the_moderators(moderator):
    policy_make_live(rule_of("reduce"))
    post_create(author_id=UserFactory().pk, content="Hm", at=NOON)

    decide(Case.objects.get(), moderator, "reduce")

    assert Post.objects.get().is_reduced
    theirs = Decision.objects.get(ended_at=None)
    assert (theirs.action, theirs.moderator) == ("reduce", moderator)


def test_removing_a_comment_that_a_rule_removed_makes_it_the_moderators(moderator):
    policy_make_live(rule_of("remove", about="comments"))
    post = PostFactory()
    comment_add(post_id=post.pk, author_id=UserFactory().pk, content="Hm", at=NOON)

    decide(Case.objects.get(), moderator, "remove")

    assert Comment.objects.get().moderation_reason == "It is what it is"
    assert Decision.objects.get(ended_at=None).moderator == moderator


@pytest.mark.parametrize("is_appealed", [False, True])
def test_taking_back_a_rules_removal_ends_the_suspension_that_came_with_it(moderator, is_appealed):
    policy_make_live(rule_of("suspend"))
    author = UserFactory()
    post = post_create(author_id=author.pk, content="Hm", at=NOON)
    assert not User.objects.get(pk=author.pk).is_active

    if is_appealed:
        hidden = Decision.objects.get(action="hide")
        appeal = appeal_add(decision_id=hidden.pk, account_id=author.pk, text="No", at=NOON)
        appeal_overturn(appeal_id=appeal.pk, moderator_id=moderator.pk, answer="Fine", at=NOON)
    else:
        decide(Case.objects.get(), moderator, "keep")

    assert User.objects.get(pk=author.pk).is_active
    assert Post.objects.published().filter(pk=post.pk).exists()
    told = Decision.objects.get(action="reinstate")
    assert (told.reverses.action, told.moderator) == ("suspend", moderator)


def test_an_account_is_kept_or_suspended(moderator):
    kept, shut_out = UserFactory.create_batch(2)

    decide(reported(account_id=kept.pk), moderator, "keep")
    decide(reported(account_id=shut_out.pk), moderator, "suspend")

    assert dict(User.objects.filter(pk__in=(kept.pk, shut_out.pk)).values_list("pk", "is_active"))[
        kept.pk
    ]
    assert not User.objects.get(pk=shut_out.pk).is_active
    assert rulings_for("account") == ["keep", "suspend"]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (RulingRefused, {"ruling": "remove"}),
        (RulingRefused, {"ruling": "suspend", "rule_code": "no-such-rule"}),
    ],
)
def test_what_cannot_be_decided_so_is_refused_whole(moderator, refusal, said):
    case = reported(account_id=UserFactory().pk)

    with pytest.raises(refusal):
        decide(case, moderator, **said)

    assert Case.objects.get().state == "open"
    assert not Decision.objects.exists()


def test_closed_claimed_own_and_missing_cases_are_refused(moderator):
    post = PostFactory()
    claimed, own = reported(post_id=post.pk), reported(account_id=moderator.pk)
    case_claim(case_id=claimed.pk, moderator_id=UserFactory(is_staff=True).pk, at=NOON)
    closed = reported(post_id=PostFactory().pk)
    decide(closed, moderator, "keep")

    for case, refusal, ruling in (
        (claimed, CaseTaken, "remove"),
        (own, OwnCase, "suspend"),
        (closed, CaseClosed, "remove"),
        (Case(pk=10**12), CaseNotFound, "remove"),
    ):
        with pytest.raises(refusal):
            decide(case, moderator, ruling)

    assert not Post.objects.filter(moderation="hidden").exists()
    assert not Decision.objects.exists()


def test_of_many_cases_those_that_can_be_are_decided_and_the_others_named(moderator):
    mine, taken = (reported(post_id=PostFactory().pk) for _ in range(2))
    case_claim(case_id=taken.pk, moderator_id=UserFactory(is_staff=True).pk, at=NOON)

    refused = cases_decide(
        case_ids=[mine.pk, taken.pk],
        moderator_id=moderator.pk,
        ruling=Ruling.REMOVE,
        reason="Spam",
        at=NOON,
    )

    assert [refusal.case_id for refusal in refused] == [taken.pk]
    assert "claimed by" in refused[0].message
    states = dict(Case.objects.values_list("pk", "state"))
    assert states == {mine.pk: "decided", taken.pk: "open"}
