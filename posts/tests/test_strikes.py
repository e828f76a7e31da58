"""Strikes: what gives one, how many suspend, and what lifts them."""

from datetime import timedelta

import pytest

from posts.models import Decision, Strike
from posts.services import (
    Ruling,
    account_decide,
    account_reinstate,
    account_suspend,
    appeal_add,
    appeal_overturn,
    comment_add,
    comment_hide,
    post_create,
    post_decide,
    post_hide,
    post_reduce,
    post_restore,
    strikes_standing,
)
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.policies import policy_make_live, rule_of
from profiles.models import Session, User

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=91)


@pytest.fixture
def moderator():
    return UserFactory(is_staff=True)


@pytest.fixture
def author():
    return UserFactory()


@pytest.fixture
def hide(moderator, author):
    """Return a function that takes down a new post of the author."""

    def hidden(at=NOON):
        post = PostFactory(author=author)
        post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Spam", at=at)
        return post

    return hidden


def is_open(author):
    return User.objects.get(pk=author.pk).is_active


def test_each_text_a_moderator_takes_down_is_a_strike_until_it_expires(moderator, author, hide):
    post_id = PostFactory().pk
    comment = comment_add(post_id=post_id, author_id=author.pk, content="Hm", at=NOON)
    comment_hide(comment_id=comment.pk, moderator_id=moderator.pk, reason="Rude", at=NOON)
    hide()

    strikes = Strike.objects.filter(account=author)
    assert strikes.count() == strikes_standing(account_id=author.pk, at=NOON) == 2
    assert strikes.first().expires_at == NOON + timedelta(days=90)
    assert strikes_standing(account_id=author.pk, at=LATER) == 0


def test_a_reduction_is_no_strike(moderator, author):
    post = PostFactory(author=author)

    post_reduce(post_id=post.pk, moderator_id=moderator.pk, reason="Clickbait", at=NOON)

    assert not Strike.objects.exists()


def test_the_third_strike_suspends_and_says_why(author, hide):
    session = Session.objects.create(id="s", user=author, started_at=NOON)
    hide()
    hide()
    assert is_open(author)

    hide()

    assert not is_open(author)
    session.refresh_from_db()
    assert session.revoked_at == NOON
    told = Decision.objects.get(action="suspend")
    assert (told.account, told.about, told.is_automated) == (author, "account", True)
    assert (told.rule_code, told.moderator) == ("strikes", None)
    assert told.rule_text == "An account with 3 strikes in 90 days is suspended."


def test_expired_strikes_suspend_nobody(author, hide):
    hide()
    hide()
    hide(at=LATER)

    assert is_open(author)


def test_restoring_one_lifts_its_strike_and_lets_the_account_in_again(moderator, author, hide):
    first, *_ = hide(), hide(), hide()

    post_restore(post_id=first.pk, moderator_id=moderator.pk, reason="Mistaken", at=NOON)

    assert is_open(author)
    assert Strike.objects.get(decision__post=first).lifted_at == NOON
    told = Decision.objects.get(action="reinstate")
    assert (told.reverses.action, told.moderator) == ("suspend", moderator)
    assert "strike" in told.reason


def test_an_account_that_was_suspended_for_something_else_stays_shut(moderator, author, hide):
    post = hide()
    account_suspend(account_id=author.pk, moderator_id=moderator.pk, reason="Fraud", at=NOON)

    post_restore(post_id=post.pk, moderator_id=moderator.pk, reason="Mistaken", at=NOON)

    assert not is_open(author)


def test_a_ruling_that_suspends_is_told_as_such_though_its_strike_is_the_last(
    moderator, author, hide
):
    first, _ = hide(), hide()
    post = PostFactory(author=author)

    post_decide(
        post_id=post.pk, moderator_id=moderator.pk, ruling=Ruling.SUSPEND, reason="Fraud", at=NOON
    )

    told = Decision.objects.get(action="suspend")
    assert (told.reason, told.moderator, told.rule_code) == ("Fraud", moderator, "")
    assert strikes_standing(account_id=author.pk, at=NOON) == 3
    post_restore(post_id=first.pk, moderator_id=moderator.pk, reason="Mistaken", at=NOON)
    assert not is_open(author)


def test_a_rule_that_suspends_is_told_as_such_though_its_strike_is_the_last(author, hide):
    policy_make_live(rule_of("suspend", code="grave"))
    hide()
    hide()

    post_create(author_id=author.pk, content="Hm", at=NOON)

    assert Decision.objects.get(action="suspend").rule_code == "grave"


def test_a_moderator_who_suspends_what_strikes_suspended_makes_it_theirs(moderator, author, hide):
    first, *_ = hide(), hide(), hide()

    account_decide(
        account_id=author.pk,
        moderator_id=moderator.pk,
        ruling=Ruling.SUSPEND,
        reason="Fraud",
        at=NOON,
    )

    assert Decision.objects.get(action="suspend", ended_at=None).moderator == moderator
    post_restore(post_id=first.pk, moderator_id=moderator.pk, reason="Mistaken", at=NOON)
    assert not is_open(author)


def test_a_reinstated_account_keeps_its_strikes_and_the_next_suspends_it(moderator, author, hide):
    for _ in range(3):
        hide()
    account_reinstate(account_id=author.pk, moderator_id=moderator.pk, reason="Once", at=NOON)
    assert is_open(author)

    hide()

    assert not is_open(author)


def test_overturning_the_suspension_for_strikes_lifts_no_strike(author, hide):
    for _ in range(3):
        hide()
    suspension = Decision.objects.get(action="suspend")
    appeal = appeal_add(decision_id=suspension.pk, account_id=author.pk, text="Please", at=NOON)

    appeal_overturn(
        appeal_id=appeal.pk, moderator_id=UserFactory().pk, answer="A last time", at=NOON
    )

    assert is_open(author)
    assert strikes_standing(account_id=author.pk, at=NOON) == 3


def test_with_the_limit_at_nought_strikes_are_only_counted(author, hide, settings):
    settings.SOCIALML_STRIKES_TO_SUSPEND = 0

    for _ in range(5):
        hide()

    assert is_open(author)
    assert strikes_standing(account_id=author.pk, at=NOON) == 5


def test_the_archive_of_imported_items_gets_no_strike(author, hide):
    User.objects.filter(pk=author.pk).update(is_archive=True)

    for _ in range(3):
        hide()

    assert is_open(author)
    assert not Strike.objects.exists()
