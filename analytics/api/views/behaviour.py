"""/api/user-behavior: what clients saw, and what we make of it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.events import MOST_EVENTS, ClientEvent, ClientEvents, Recorded
from analytics.api.queries import BehaviourQuery
from analytics.api.shapes import BehaviourShape
from analytics.selectors.behaviour import RULES, Behaviour, behaviour_by_rules
from mlengine.predictions import StoredInsight, insight_of
from mlengine.segment_figures import membership_history
from posts.services import behaviour_record
from profiles.models import User
from profiles.selectors import blocked_ids, preferences_of
from socialml.api.envelope import answer
from socialml.api.schema import documented
from socialml.api.views import SignedInView
from socialml.core.errors import Forbidden, Invalid, NotFound


class UserBehaviour(SignedInView):
    """/api/user-behavior"""

    rate_scopes = {"POST": "write"}

    @documented(
        "The caller's activity, tastes, engagement class and churn risk",
        query=BehaviourQuery,
        data=BehaviourShape,
        errors=[403],
        description="`ml_insights.model` is the version that judged, or `rules` where none has.",
    )
    def get(self, request: Request) -> Response:
        wanted = BehaviourQuery.read(request.query_params).get("user_id", self.me.pk)
        if wanted != self.me.pk:
            raise Forbidden("What an account does is for itself alone to read.")
        found, model, computed_at = _judged(self.me.pk, at=timezone.now())
        return answer(
            _described(self.me.pk, found),
            "Behaviour",
            ml_insights={
                "model": model,
                "computed_at": computed_at,
                "engagement_class": found.engagement_class,
                "churn_risk": found.churn_risk,
            },
        )

    @documented(
        "Record one event or a batch",
        request=ClientEvents,
        data=Recorded,
        status=[200, 201],
        errors=[403, 404],
        description=(
            "One event, or up to 100 under `events`, each with its own `event_id`. A batch is "
            "judged item by item; an id that was sent before is a duplicate and counts once. "
            "201 where anything was new."
        ),
    )
    def post(self, request: Request) -> Response:
        body = request.data
        if not isinstance(body, Mapping):
            raise serializers.ValidationError("Send a JSON object.", code="invalid")
        results = self._batch(body) if "events" in body else [self._single(body)]
        recorded = sum(result["status"] == "recorded" for result in results)
        return answer(
            {"recorded": recorded, "results": results},
            f"{recorded} of {len(results)} recorded",
            status=201 if recorded else 200,
        )

    def _single(self, body: Mapping[str, Any]) -> dict[str, Any]:
        named = {"event_id": f"server-{secrets.token_hex(12)}", **body}
        event = ClientEvent(data=named, context={"caller_id": self.me.pk})
        event.is_valid(raise_exception=True)
        [result] = self._recorded([event.validated_data])
        if result.get("code") == "not_found":
            raise NotFound("There is no such post or account.")
        if result["status"] == "rejected":
            raise Invalid(_REJECTED, code=result["code"])
        return result

    def _batch(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        sender = body.get("user_id")
        if sender is not None and str(sender) != str(self.me.pk):
            raise Forbidden("Events are told by those who did them.")
        judged = [self._parsed(item) for item in _events_of(body["events"])]
        recorded = iter(self._recorded([item for item, _ in judged if item is not None]))
        return [next(recorded) if item is not None else refusal for item, refusal in judged]

    def _parsed(self, item: Any) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        event = ClientEvent(data=item, context={"caller_id": self.me.pk})
        if event.is_valid():
            return event.validated_data, {}
        return None, _refusal(item, event.errors)

    def _recorded(self, items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        if not items:
            return []
        found = behaviour_record(actor_id=self.me.pk, items=items, at=timezone.now())
        return [_result(one.event_id, one.status, one.code) for one in found]


_REJECTED = "The event lacks what its kind needs, or its moment is too far from now."
_MESSAGES = {"not_found": "There is no such post or account.", "invalid": _REJECTED}


def _result(event_id: str, status: str, code: str) -> dict[str, Any]:
    if not code:
        return {"event_id": event_id, "status": status}
    message = _MESSAGES.get(code, _REJECTED)
    return {"event_id": event_id, "status": status, "code": code, "message": message}


def _events_of(events: Any) -> list[Any]:
    if not isinstance(events, list):
        raise serializers.ValidationError({"events": ["Send a list."]}, code="not_a_list")
    if not events:
        raise serializers.ValidationError({"events": ["Send at least one."]}, code="empty")
    if len(events) > MOST_EVENTS:
        raise serializers.ValidationError(
            {"events": [f"Send at most {MOST_EVENTS} events at once."]}, code="too_many_events"
        )
    return events


def _refusal(item: Any, errors: Mapping[str, Any]) -> dict[str, Any]:
    name, texts = next(iter(errors.items()))
    event_id = item.get("event_id") if isinstance(item, Mapping) else None
    return {
        "event_id": str(event_id)[:64] if isinstance(event_id, int | str) else None,
        "status": "rejected",
        "code": texts[0].code,
        "message": str(texts[0]) if name == "non_field_errors" else f"{name}: {texts[0]}",
    }


def _judged(user_id: int, *, at: datetime) -> tuple[Behaviour | StoredInsight, str, datetime]:
    """Return what the models said of the account, else what the rules say now."""
    insight = insight_of(user_id)
    if insight is not None:
        return insight, insight.model_version, insight.computed_at
    since = preferences_of(user_id)["history_since"]
    return behaviour_by_rules(user_id, at=at, since=since), RULES, at


def _described(user_id: int, found: Behaviour | StoredInsight) -> dict[str, Any]:
    tastes = found.tastes
    named = {
        name: [{"name": label, "share": share} for label, share in tastes.get(name, [])]
        for name in ("categories", "hashtags", "kinds")
    }
    traits = found.segment_traits if isinstance(found, StoredInsight) else {}
    return {
        "user_id": user_id,
        "activity_pattern": found.activity,
        "preferred": {**named, "authors": _authors(user_id, tastes.get("authors", []))},
        "engagement": {
            "level": found.engagement_class,
            "probabilities": found.engagement_probabilities,
            "drivers": found.engagement_drivers,
        },
        "churn": {"risk": found.churn_risk, "drivers": found.churn_drivers},
        # Descriptions of before there were actions have none.
        "next_action": found.next_action or None,
        "segment": {
            "name": found.segment,
            "traits": traits,
            "history": membership_history(user_id),
        },
    }


def _authors(viewer_id: int, shares: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Name the authors that the viewer may know of."""
    ids = [author_id for author_id, _ in shares]
    if not ids:
        return []
    known = User.objects.active().filter(pk__in=set(ids) - blocked_ids(viewer_id))
    names = dict(known.values_list("pk", "username"))
    return [
        {"id": author_id, "username": names[author_id], "share": share}
        for author_id, share in shares
        if author_id in names
    ]
