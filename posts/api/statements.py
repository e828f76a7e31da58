"""A decision on the wire: what was decided, why, by which rule, by whom, and where to complain."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from posts.models import Appeal, Decision
from posts.selectors import appeal_until
from socialml.api.fields import Text

LONGEST_APPEAL = 2000


class AppealDraft(serializers.Serializer):
    text = Text(max_length=LONGEST_APPEAL)


class BrokenRule(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.CharField()


class DecisionEvidence(serializers.Serializer):
    scores = serializers.DictField(child=serializers.FloatField())
    words = serializers.ListField(child=serializers.CharField())


class StrikeCard(serializers.Serializer):
    expires_at = serializers.DateTimeField()
    lifted_at = serializers.DateTimeField(allow_null=True)


class AppealCard(serializers.Serializer):
    state = serializers.ChoiceField(Appeal.State.choices)
    text = serializers.CharField()
    appealed_at = serializers.DateTimeField()
    answer = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class Complaint(serializers.Serializer):
    path = serializers.CharField()
    until = serializers.DateTimeField()


class Statement(serializers.Serializer):
    """The statement of reasons of one decision."""

    id = serializers.IntegerField()
    action = serializers.ChoiceField(Decision.Action.choices)
    about = serializers.ChoiceField(Decision.About.choices)
    post_id = serializers.IntegerField(allow_null=True)
    comment_id = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    rule = BrokenRule(allow_null=True)
    is_automated = serializers.BooleanField()
    evidence = DecisionEvidence(allow_null=True)
    is_in_force = serializers.BooleanField()
    reverses = serializers.IntegerField(allow_null=True)
    decided_at = serializers.DateTimeField()
    strike = StrikeCard(allow_null=True)
    appeal = AppealCard(allow_null=True)
    complaint = Complaint(allow_null=True, help_text="Where to appeal; null where one cannot.")


def statement(row: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Return a row of `decisions_page` as its account reads it at that moment."""
    alike = ("id", "action", "about", "post_id", "comment_id", "reason", "is_automated")
    return {
        **{name: row[name] for name in alike},
        "rule": {"code": row["rule_code"], "text": row["rule_text"]} if row["rule_code"] else None,
        "evidence": _evidence(row["facts"]),
        "is_in_force": row["ended_at"] is None,
        "reverses": row["reverses_id"],
        "decided_at": row["decided_at"],
        "strike": _beside(row, "strike", ("expires_at", "lifted_at")),
        "appeal": _beside(row, "appeal", ("state", "text", "appealed_at", "answer", "answered_at")),
        "complaint": _complaint(row, at=at),
    }


def _evidence(facts: dict[str, Any]) -> dict[str, Any] | None:
    if not facts:
        return None
    return {"scores": facts.get("scores", {}), "words": facts.get("words", [])}


def _beside(row: dict[str, Any], name: str, columns: tuple[str, ...]) -> dict[str, Any] | None:
    """Return the row that hangs on the decision, None where there is none."""
    found = {column: row[f"{name}__{column}"] for column in columns}
    return found if found[columns[0]] is not None else None


def _complaint(row: dict[str, Any], *, at: datetime) -> dict[str, Any] | None:
    until = appeal_until(row["decided_at"])
    is_open = row["action"] in Decision.AGAINST and row["ended_at"] is None and at <= until
    if not is_open or row["appeal__state"] is not None:
        return None
    return {"path": f"/api/moderation/decisions/{row['id']}/appeal", "until": until}
