"""Client events as they arrive: in many spellings, each judged on its own."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from socialml.api.fields import Id, Moment, StrictInteger, Text

MOST_EVENTS = 100

# What clients call things, and what we do.
KINDS = {
    "impression": "impression",
    "impressed": "impression",
    "view": "view",
    "viewed": "view",
    "watch": "view",
    "watched": "view",
    "skip": "skip",
    "skipped": "skip",
    "dwell": "dwell",
    "dwelled": "dwell",
    "click": "click",
    "clicked": "click",
    "start": "start",
    "started": "start",
    "progress": "progress",
    "progressed": "progress",
    "complete": "complete",
    "completed": "complete",
    "loop": "loop",
    "looped": "loop",
    "profile_view": "profile_view",
    "profile_viewed": "profile_view",
    "search": "search",
    "searched": "search",
}

# What only an endpoint of its own may do, because it changes more than the log.
ENDPOINTS = {
    **dict.fromkeys(("like", "liked", "unlike", "unliked"), "PUT or DELETE /api/post/{id}/like"),
    **dict.fromkeys(("save", "saved", "unsave", "unsaved"), "PUT or DELETE /api/post/{id}/save"),
    **dict.fromkeys(("share", "shared"), "POST /api/post/{id}/share"),
    **dict.fromkeys(("comment", "commented"), "POST /api/post/{id}/comments"),
    **dict.fromkeys(
        ("follow", "followed", "unfollow", "unfollowed"), "PUT or DELETE /api/profile/{id}/follow"
    ),
    **dict.fromkeys(("block", "blocked"), "PUT /api/profile/{id}/block"),
    **dict.fromkeys(("mute", "muted"), "PUT /api/profile/{id}/mute"),
    **dict.fromkeys(("report", "reported"), "POST /api/post/{id}/report"),
    **dict.fromkeys(("post", "posted"), "POST /api/post"),
}

_ALIASES = {
    "kind": ("event_type", "event", "action", "type"),
    "post_id": ("reel_id",),
    "occurred_at": ("timestamp",),
    "target_id": ("profile_id",),
}
_LONGEST_MS = 2**53


class EventId(serializers.CharField):
    """The client's own name of an event: 1 to 64 printable ASCII characters; a number is taken."""

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("invalid")
        text = str(data)
        if not text.isascii() or not text.isprintable():
            self.fail("invalid")
        return super().to_internal_value(text)


class EventKind(serializers.CharField):
    """One of the client's kinds, in the spelling of behaviour_record."""

    default_error_messages = {
        "unknown_kind": "Use one of: impression, start, progress, complete, loop, view, skip, "
        "dwell, click, profile_view, search.",
        "use_endpoint": "This is not told but done: use {endpoint}.",
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if data in ENDPOINTS:
            self.fail("use_endpoint", endpoint=ENDPOINTS[data])
        if data not in KINDS:
            self.fail("unknown_kind")
        return KINDS[data]


class ClientEvent(serializers.Serializer):
    """One thing that a client saw its person do."""

    event_id = EventId(max_length=64, help_text="The client's own name; a retry counts once.")
    kind = EventKind(max_length=20, help_text="Also taken as `event_type`.")
    post_id = Id(required=False, allow_null=True)
    target_id = Id(required=False, allow_null=True, help_text="The profile that was viewed.")
    user_id = Id(required=False, allow_null=True, help_text="The caller, if given at all.")
    watch_ms = StrictInteger(min_value=0, max_value=_LONGEST_MS, required=False, allow_null=True)
    dwell_ms = StrictInteger(min_value=0, max_value=_LONGEST_MS, required=False, allow_null=True)
    duration_ms = StrictInteger(min_value=0, max_value=_LONGEST_MS, required=False, allow_null=True)
    slate_id = Id(required=False, allow_null=True)
    position = StrictInteger(min_value=0, max_value=1000, required=False, allow_null=True)
    occurred_at = Moment(required=False, allow_null=True)
    query = Text(max_length=100, required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, Mapping):
            data = _with_our_names(data)
        values: dict[str, Any] = super().to_internal_value(data)
        return _item(values, caller_id=self.context["caller_id"])


def _with_our_names(data: Mapping[str, Any]) -> dict[str, Any]:
    named = dict(data)
    for name, others in _ALIASES.items():
        for other in others:
            if name not in named and other in named:
                named[name] = named[other]
    return named


def _item(values: dict[str, Any], *, caller_id: int) -> dict[str, Any]:
    """Return the values under the names that behaviour_record takes."""
    user_id, target_id = values.pop("user_id", None), values.pop("target_id", None)
    kind, duration_ms = values["kind"], values.pop("duration_ms", None)
    if kind == "profile_view":
        # A client that names no target means the profile by its user_id.
        target_id, user_id = (target_id, user_id) if target_id else (user_id, None)
    if user_id is not None and user_id != caller_id:
        raise serializers.ValidationError(
            {"user_id": ["Events are told by those who did them."]}, code="permission_denied"
        )
    if duration_ms is not None:
        values.setdefault("dwell_ms" if kind == "dwell" else "watch_ms", duration_ms)
    return {**values, "user_id": target_id}


class EventResult(serializers.Serializer):
    """What became of one event."""

    event_id = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=["recorded", "duplicate", "rejected"])
    code = serializers.CharField(required=False)
    message = serializers.CharField(required=False)


class Recorded(serializers.Serializer):
    """How many events were new, and what became of each, in the order sent."""

    recorded = serializers.IntegerField()
    results = EventResult(many=True)


class ClientEvents(serializers.Serializer):
    """One event, or up to 100 under `events`."""

    events = ClientEvent(many=True, required=False)
    event_id = serializers.CharField(required=False, max_length=64)
    kind = serializers.CharField(required=False)
    event_type = serializers.CharField(required=False)
    post_id = serializers.IntegerField(required=False)
    user_id = serializers.IntegerField(required=False)
    target_id = serializers.IntegerField(required=False)
    watch_ms = serializers.IntegerField(required=False)
    dwell_ms = serializers.IntegerField(required=False)
    slate_id = serializers.IntegerField(required=False)
    position = serializers.IntegerField(required=False)
    occurred_at = serializers.DateTimeField(required=False)
    query = serializers.CharField(required=False)
