"""Versions of the policy: drafted, changed, made live, and honoured at once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from posts.models import PolicyVersion, Rule
from posts.services import (
    PolicyMovedOn,
    PolicyNotFound,
    PolicyWasLive,
    policy_activate,
    policy_draft,
    policy_draft_lock,
    policy_live,
    post_create,
)
from posts.tests.factories import NOON, UserFactory
from posts.tests.policies import policy_make_live, rule_of

pytestmark = pytest.mark.django_db


def draft():
    return policy_draft(note="Stricter", created_by_id=None, at=NOON)


def live_ids():
    return list(PolicyVersion.objects.filter(is_live=True).values_list("pk", flat=True))


def test_a_draft_has_the_rules_of_the_live_version_and_changes_nothing():
    live = policy_make_live(rule_of("reduce", languages=["en"], about="posts"))

    made = draft()

    columns = ("code", "text", "thresholds", "action", "languages", "audience", "about")
    assert list(made.rules.values(*columns)) == list(live.rules.values(*columns))
    assert (live_ids(), made.is_draft) == ([live.pk], True)
    assert policy_live().version_id == live.pk


def test_the_next_text_is_judged_by_the_version_that_went_live(
    django_capture_on_commit_callbacks,
):
    live = policy_make_live()
    author = UserFactory()
    made = draft()
    Rule.objects.create(policy=made, **rule_of("hold"))
    assert post_create(author_id=author.pk, content="Hi", at=NOON).moderation == "visible"

    with django_capture_on_commit_callbacks(execute=True):
        policy_activate(version_id=made.pk, instead_of_id=live.pk, at=NOON)

    assert post_create(author_id=author.pk, content="Hi", at=NOON).moderation == "held"
    made.refresh_from_db()
    assert (live_ids(), made.activated_at) == ([made.pk], NOON)


def test_reading_the_policy_takes_one_query_and_none_while_it_is_cached(django_assert_num_queries):
    policy_make_live(rule_of("hold"), rule_of("reduce"))

    with django_assert_num_queries(1):
        assert len(policy_live().rules) == 2
    with django_assert_num_queries(0):
        policy_live()


def test_a_version_may_be_live_again_with_the_rules_it_had():
    first = policy_make_live(rule_of("hold"))
    second = draft()
    policy_activate(version_id=second.pk, instead_of_id=first.pk, at=NOON)

    policy_activate(version_id=first.pk, instead_of_id=second.pk, at=NOON)

    assert live_ids() == [first.pk]


def test_activating_twice_changes_nothing():
    live = policy_make_live()

    policy_activate(version_id=live.pk, instead_of_id=None, at=NOON)

    assert live_ids() == [live.pk]


def test_who_did_not_know_what_is_live_replaces_nothing():
    old = policy_make_live()
    live = policy_make_live()
    made = draft()

    with pytest.raises(PolicyMovedOn):
        policy_activate(version_id=made.pk, instead_of_id=old.pk, at=NOON)

    assert live_ids() == [live.pk]


def test_what_was_live_is_no_draft_any_more():
    live = policy_make_live()

    with pytest.raises(PolicyWasLive):
        policy_draft_lock(live.pk)
    with pytest.raises(PolicyNotFound):
        policy_draft_lock(10**9)
    with pytest.raises(PolicyNotFound):
        policy_activate(version_id=10**9, instead_of_id=live.pk, at=NOON)


def test_two_versions_are_never_live():
    policy_make_live()

    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.create(note="Too", created_at=NOON, is_live=True)


def test_without_any_live_version_the_toxic_and_the_nude_are_held():
    policy_make_live()
    PolicyVersion.objects.update(is_live=False)

    policy = policy_live()

    assert policy.version_id is None
    assert [rule.code for rule in policy.rules] == ["toxicity", "nudity"]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("thresholds", {"thresholds": {"rudeness": 0.5}}),
        ("thresholds", {"thresholds": {"spam": 1.5}}),
        ("thresholds", {"thresholds": {"spam": float("nan")}}),
        ("thresholds", {"thresholds": {"spam": True}}),
        ("thresholds", {"thresholds": ["spam"]}),
        ("thresholds", {"thresholds": {}}),
        ("languages", {"languages": "en"}),
        ("languages", {"languages": ["EN"]}),
        ("action", {"action": "reduce", "about": "comments"}),
    ],
)
def test_a_rule_that_could_not_be_judged_by_is_refused(field, change):
    rule = Rule(policy=policy_make_live(), **{**rule_of("hold"), **change})

    with pytest.raises(ValidationError) as refused:
        rule.full_clean()

    assert list(refused.value.message_dict) == [field]
