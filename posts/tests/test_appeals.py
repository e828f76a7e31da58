"""What becomes of an appeal: another moderator answers, and an overturned decision is undone."""

from datetime import timedelta

import pytest

from posts.models import Appeal, Case, CaseEntry, Comment, Decision, Post, Report, Strike
from posts.selectors import overturn_rates
from posts.services import (
    AppealAnswered,
    AppealNotFound,
    Grounds,
    OwnDecisionJudged,
    account_suspend,
    appeal_add,
    appeal_overturn,
    appeal_uphold,
    comment_add,
    comment_hide,
    post_create,
    post_decide,
    post_hide,
    post_reduce,
    post_restore,
)
from posts.services.cases import case_flag, case_report
from posts.services.decisions import decision_record
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.policies import policy_make_live, rule_of
from profiles.models import User
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return UserFactory(is_staff=True)


@pytest.fixture
def second():
    return UserFactory(is_staff=True)


def appealed(action="hide"):
    decision = Decision.objects.get(action=action)
    return appeal_add(
        decision_id=decision.pk, account_id=decision.account_id, text="It was a joke", at=NOON
    )


def answer(decide, appeal, by, text="Right you are"):
    return decide(appeal_id=appeal.pk, moderator_id=by.pk, answer=text, at=NOON)


def test_an_overturned_post_is_out_again_counted_and_without_a_strike(moderator, second):
    post = PostFactory()
    post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Spam", at=NOON)
    appeal = appealed()

    answer(appeal_overturn, appeal, second)

    kept = Post.objects.get()
    assert (kept.moderation, kept.moderation_reason) == ("visible", "")
    assert User.objects.get(pk=post.author_id).post_count == 1
    assert Strike.objects.get().lifted_at == NOON
    assert Job.objects.filter(task="posts.tasks.post_entered").exists()
    appeal.refresh_from_db()
    assert (appeal.state, appeal.moderator, appeal.answer) == (
        "overturned",
        second,
        "Right you are",
    )
    restored = Decision.objects.get(action="restore")
    assert (restored.reverses_id, restored.moderator) == (appeal.decision_id, second)
    assert restored.reason == "Right you are"


def test_an_upheld_decision_stands(moderator, second):
    post = PostFactory()
    post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Spam", at=NOON)
    appeal = appealed()

    answer(appeal_uphold, appeal, second, "It is spam")

    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer) == ("upheld", "It is spam")
    assert Post.objects.get().moderation == "hidden"
    assert Strike.objects.get().lifted_at is None
    assert Decision.objects.count() == 1


def test_an_overturned_comment_counts_again(moderator, second):
    post = PostFactory()
    comment = comment_add(post_id=post.pk, author_id=UserFactory().pk, content="A", at=NOON)
    comment_hide(comment_id=comment.pk, moderator_id=moderator.pk, reason="Rude", at=NOON)

    answer(appeal_overturn, appealed(), second)

    assert Comment.objects.get().moderation == "visible"
    assert Post.objects.get().comment_count == 1


def test_an_overturned_reduction_gives_the_reach_back(moderator, second):
    post = PostFactory()
    post_reduce(post_id=post.pk, moderator_id=moderator.pk, reason="Clickbait", at=NOON)
    assert not Strike.objects.exists()

    answer(appeal_overturn, appealed("reduce"), second)

    assert not Post.objects.get().is_reduced
    assert Decision.objects.get(action="restore_reach").reverses.action == "reduce"


def test_an_overturned_suspension_opens_the_account(moderator, second):
    author = UserFactory()
    account_suspend(account_id=author.pk, moderator_id=moderator.pk, reason="Spam", at=NOON)

    answer(appeal_overturn, appealed("suspend"), second)

    assert User.objects.get(pk=author.pk).is_active
    assert Decision.objects.get(action="reinstate").reverses.action == "suspend"


def ruled(post, action, *, case=None):
    """A rule does that to the post, whose case waits."""
    case = case or case_flag(about=post, flags=[], at=NOON)
    return decision_record(
        action=Decision.Action(action),
        post=post,
        reason="Held by a rule",
        at=NOON,
        grounds=Grounds(case_id=case.pk),
    )


@pytest.mark.parametrize("decide", [appeal_uphold, appeal_overturn])
def test_neither_the_decider_nor_the_appellant_answers(moderator, decide):
    author = UserFactory(is_staff=True)
    post = PostFactory(author=author)
    post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Spam", at=NOON)
    appeal = appealed()

    for judge in (moderator, author):
        with pytest.raises(OwnDecisionJudged):
            answer(decide, appeal, judge)

    assert Appeal.objects.get().state == "open"
    assert Post.objects.get().moderation == "hidden"


@pytest.mark.parametrize("decide", [appeal_uphold, appeal_overturn])
def test_an_appeal_is_answered_once(moderator, second, decide):
    post = PostFactory()
    post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Spam", at=NOON)
    appeal = appealed()
    answer(appeal_uphold, appeal, second)

    with pytest.raises(AppealAnswered):
        answer(decide, appeal, second, "Once more")

    assert Appeal.objects.get().answer == "Right you are"
    assert Post.objects.get().moderation == "hidden"


def test_an_appeal_that_is_not_there_is_said_to_be_missing(second):
    with pytest.raises(AppealNotFound):
        appeal_overturn(appeal_id=10**9, moderator_id=second.pk, answer="Hm", at=NOON)


def test_a_decider_who_takes_it_back_has_answered_the_appeal(moderator, second):
    post = PostFactory()
    about = {"post_id": post.pk, "moderator_id": moderator.pk, "at": NOON}
    post_hide(**about, reason="Spam")
    appeal = appealed()

    post_restore(**about, reason="Mistaken")

    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer, appeal.moderator) == ("overturned", "Mistaken", moderator)
    with pytest.raises(AppealAnswered):
        answer(appeal_overturn, appeal, second)


def test_a_moderator_who_confirms_what_the_rule_held_has_answered_the_appeal(moderator):
    post = PostFactory(moderation="held")
    decision = decision_record(
        action=Decision.Action.HOLD, post=post, reason="Held by a rule", at=NOON
    )
    appeal = appealed("hold")

    post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Indeed", at=NOON)

    appeal.refresh_from_db()
    decision.refresh_from_db()
    assert (appeal.state, appeal.answer, decision.ended_at) == ("upheld", "Indeed", NOON)
    assert appealed("hide").state == "open"


@pytest.mark.parametrize(
    ("decide", "report_state", "ruling"),
    [(appeal_uphold, "upheld", "remove"), (appeal_overturn, "dismissed", "keep")],
)
def test_answering_for_a_rule_decides_the_case_that_waited(second, decide, report_state, ruling):
    post = PostFactory(moderation="held")
    report = Report.objects.create(
        reporter=UserFactory(), post=post, reason="hate", reported_at=NOON
    )
    report.case = case_report(report=report, about=post, at=NOON)
    report.save()
    ruled(post, "hold", case=report.case)

    answer(decide, appealed("hold"), second)

    report.refresh_from_db()
    case = Case.objects.get()
    assert (case.state, case.ruling, report.state) == ("decided", ruling, report_state)


def test_an_answer_that_upholds_says_nothing_of_a_text_that_was_edited_since(second):
    post = PostFactory(moderation="hidden")
    ruled(post, "hide")
    Post.objects.update(edited_at=NOON + timedelta(minutes=1))

    answer(appeal_uphold, appealed(), second)

    assert (Case.objects.get().state, Case.objects.get().ruling) == ("decided", "")


@pytest.mark.parametrize(("decide", "ruling"), [(appeal_uphold, "suspend"), (appeal_overturn, "")])
def test_a_suspension_found_too_hard_says_nothing_of_the_text(second, decide, ruling):
    policy_make_live(rule_of("suspend", thresholds={"toxicity": 0.1}))
    post_create(author_id=UserFactory().pk, content="You stupid idiot, I will kill you", at=NOON)

    answer(decide, appealed("suspend"), second)

    assert (Case.objects.get().state, Case.objects.get().ruling) == ("decided", ruling)


def test_an_edit_of_the_post_changes_nothing_of_what_is_said_of_a_comment_under_it(second):
    post = PostFactory()
    policy_make_live(rule_of("suspend", thresholds={"toxicity": 0.1}))
    text = "You stupid idiot, I will kill you"
    comment_add(post_id=post.pk, author_id=UserFactory().pk, content=text, at=NOON)
    Post.objects.update(edited_at=NOON + timedelta(minutes=1))

    answer(appeal_uphold, appealed("suspend"), second)

    assert Case.objects.get().ruling == "suspend"


def test_an_answer_leaves_what_a_moderator_ruled_before(moderator, second):
    post = PostFactory()
    case = post_decide(
        post_id=post.pk, moderator_id=moderator.pk, ruling="remove", reason="Spam", at=NOON
    )

    answer(appeal_overturn, appealed(), second)

    case.refresh_from_db()
    assert case.ruling == "remove"


def test_overturning_what_its_author_deleted_lifts_the_strike_all_the_same(moderator, second):
    post = PostFactory()
    post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Spam", at=NOON)
    appeal = appealed()
    post.delete()

    answer(appeal_overturn, appeal, second)

    assert Strike.objects.get().lifted_at == NOON
    assert Appeal.objects.get().state == "overturned"


def test_overturning_a_case_tells_its_trail_and_its_reporters_record(moderator, second):
    post = PostFactory()
    case = Case.objects.create(account=post.author, post=post, about="post", opened_at=NOON)
    report = Report.objects.create(
        reporter=UserFactory(),
        post=post,
        reason="spam",
        state="upheld",
        case=case,
        reported_at=NOON,
    )
    post_hide(
        post_id=post.pk,
        moderator_id=moderator.pk,
        reason="Spam",
        at=NOON,
        grounds=Grounds(case_id=case.pk),
    )

    answer(appeal_overturn, appealed(), second)

    report.refresh_from_db()
    assert report.state == "dismissed"
    trail = CaseEntry.objects.order_by("pk").values_list("act", "moderator_id", "note")
    assert list(trail)[-2:] == [("appealed", None, ""), ("answered", second.pk, "overturned")]


def test_overturn_rates_are_told_by_rule_model_and_moderator(
    moderator, second, django_assert_num_queries
):
    grounds = Grounds(rule_code="spam", model_version="text v1")
    posts = PostFactory.create_batch(4)
    for post in posts:
        post_hide(
            post_id=post.pk, moderator_id=moderator.pk, reason="Spam", at=NOON, grounds=grounds
        )
    hidden = list(Decision.objects.filter(action="hide").order_by("pk"))
    for decision, decide in zip(hidden, (appeal_overturn, appeal_uphold), strict=False):
        appeal = appeal_add(
            decision_id=decision.pk, account_id=decision.account_id, text="No", at=NOON
        )
        answer(decide, appeal, second)
    post_restore(post_id=posts[2].pk, moderator_id=moderator.pk, reason="Mistaken", at=NOON)

    for by, name in (("rule", "spam"), ("model", "text v1"), ("moderator", moderator.username)):
        with django_assert_num_queries(1):
            [found] = overturn_rates(by=by)
        assert (found.name, found.decisions, found.reversed) == (name, 4, 2), by
        assert (found.appealed, found.upheld, found.overturned) == (2, 1, 1), by
        assert (found.rate, found.reversed_share) == (0.5, 0.5), by
    assert overturn_rates(by="rule", since=NOON.replace(year=2027)) == []
