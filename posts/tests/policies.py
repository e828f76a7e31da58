"""Policies made live at once, for tests of what they do."""

from typing import Any

from posts.models import PolicyVersion, Rule
from posts.services.policy import policy_forget
from posts.tests.factories import NOON


def rule_of(action: str, **changes: Any) -> dict[str, Any]:
    """Return a rule that every text matches, but for `changes`."""
    whole = {
        "code": "everything",
        "text": "Nothing may be said.",
        "thresholds": {"toxicity": 0.0},
        "action": action,
    }
    return {**whole, **changes}


def policy_make_live(*rules: dict[str, Any]) -> PolicyVersion:
    """Make a version with these rules alone, and live."""
    PolicyVersion.objects.update(is_live=False)
    version = PolicyVersion.objects.create(
        note="For a test", created_at=NOON, activated_at=NOON, is_live=True
    )
    Rule.objects.bulk_create([Rule(policy=version, **rule) for rule in rules])
    policy_forget()
    return version


def toxic_is_held(threshold: float) -> PolicyVersion:
    """Hold every text that is at least so toxic."""
    return policy_make_live(rule_of("hold", code="toxicity", thresholds={"toxicity": threshold}))
