"""Numbers, moments and keys of another kind than asked for."""

from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import models

from profiles.models import User
from socialml.tests.hardening.conftest import stored
from socialml.tests.hardening.operations import described, operations
from socialml.tests.hardening.places import NUMBERS
from socialml.tests.hardening.valid import BODIES

BAD_NUMBERS = {
    "underscores": ("1_000", "invalid"),
    "Arabic digits": ("١٢", "invalid"),
    "wide digits": ("３", "invalid"),
    "spaces": (" 5 ", "invalid"),
    "a sign": ("+5", "invalid"),
    "a word": ("NaN", "invalid"),
    "infinity": ("inf", "invalid"),
    "an exponent": ("1e3", "invalid"),
    "nothing": ("", "invalid"),
    "a fraction": (1.0, "invalid"),
    "true": (True, "invalid"),
    "an object": ({"a": 1}, "invalid"),
    "a list": ([1], "invalid"),
    "five thousand digits": ("9" * 5000, "invalid"),
    "minus one": (-1, "min_value"),
    "2^63": (2**63, "max_value"),
    "2^63 in words": (str(2**63), "max_value"),
    "four hundred digits": (int("9" * 400), "max_value"),
    "four hundred digits in words": ("9" * 400, "max_value"),
}
BAD_MOMENTS = [
    "99999-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2026-01-01T23:59:60Z",
    "2026-13-45",
    "2026-02-30T00:00:00Z",
    "1e308",
    "notadate",
    "٢٠٢٦-01-01",
]
MOMENTS = [
    ("/api/user-behavior", lambda x: {"kind": "search", "query": "a", "occurred_at": x}),
    ("/api/user-behavior", lambda x: {"kind": "search", "query": "a", "timestamp": x}),
    ("/api/engagement/predict", lambda x: {"content": "Hi", "publish_at": x}),
]
BAD_BOOLEANS = ["yes", "on", "", 1, 0, [], {}, "TRUE"]
SENTINELS = {
    models.BooleanField: True,
    models.DateTimeField: "2001-02-03T04:05:06Z",
    models.IntegerField: 987_654_321,
    models.FloatField: 987.654321,
    models.JSONField: {"sentinel": 987_654_321},
    models.ForeignKey: 987_654_321,
}
# What clients also call the fields of an event.
ALIASES = {"event", "event_type", "action", "type", "reel_id", "timestamp", "profile_id"}


def outcome(response):
    return response.status_code, response.json()["error"]["code"]


@pytest.mark.parametrize("place", NUMBERS, ids=str)
def test_a_number_of_another_form_is_refused(ann, world, place, nothing_stored):
    for name, (value, code) in BAD_NUMBERS.items():
        response = getattr(ann, place.method)(place.url(world), place.body(value))
        assert outcome(response) == (400, code), name


@pytest.mark.parametrize(("path", "body"), MOMENTS)
def test_a_moment_that_is_none_is_refused(ann, path, body, nothing_stored):
    for value in [*BAD_MOMENTS, 1e308, 10**20, True, {}, []]:
        assert outcome(ann.post(path, body(value))) == (400, "invalid"), value


@pytest.mark.parametrize(
    "query", ["/api/post?since", "/api/post?until", "/api/analytics/dashboard?since"]
)
def test_a_moment_that_is_none_is_refused_in_a_query_too(ann, query):
    for value in BAD_MOMENTS:
        assert outcome(ann.get(f"{query}={quote(value)}")) == (400, "invalid"), value


@pytest.mark.parametrize("value", BAD_BOOLEANS, ids=str)
def test_only_true_and_false_are_true_and_false(ann, value, nothing_stored):
    responses = [
        ann.patch("/api/profile", {"is_private": value}),
        ann.patch("/api/profile/preferences", {"is_personalised": value}),
    ]

    assert [outcome(response) for response in responses] == [(400, "invalid")] * 2


def test_there_is_a_good_body_for_every_operation():
    assert set(BODIES) == {str(found) for found in operations() if found.takes_json}


@pytest.mark.parametrize("operation", [o for o in operations() if o.takes_json], ids=str)
def test_a_column_that_is_not_for_the_asking_is_never_set(ann, world, operation):
    body = {**_protected(operation), **BODIES[str(operation)]}
    own = ("/api/moderation/decisions/", "/api/reels/uploads/")
    is_own = operation.method == "patch" or operation.path.startswith(own)
    url = operation.url(world.of_ann if is_own else world.of_bob)

    response = getattr(ann, operation.method)(url, body)

    assert response.status_code in (200, 201, 202, 401), response.content
    rows = repr(stored())
    for trace in ("987654321", "987.654321", "sentinel", "2001, 2, 3", "2001-02-03"):
        assert trace not in rows, trace
    people = User.objects.values_list("is_staff", "is_superuser", "is_active").distinct()
    assert list(people) == [(False, False, True)]


def _protected(operation) -> dict[str, object]:
    """Return a value for every column there is, but those that the operation describes."""
    extra = {"role": "sentinel", "user": 987_654_321, "owner": 987_654_321, "__proto__": "sentinel"}
    extra |= {"constructor": "sentinel", "is_admin": True, "embedding": [987_654_321]}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for name in (field.name, field.attname):
                extra[name] = _sentinel(field)
    shapes = described()["components"]["schemas"]
    allowed = {name for shape in _shapes_of(operation) for name in shapes[shape]["properties"]}
    return {name: value for name, value in extra.items() if name not in allowed | ALIASES}


def _sentinel(field: models.Field) -> object:
    kinds = (value for kind, value in SENTINELS.items() if isinstance(field, kind))
    return next(kinds, "sentinel")


def _shapes_of(operation) -> list[str]:
    content = described()["paths"][operation.path][operation.method]["requestBody"]["content"]
    return [content["application/json"]["schema"]["$ref"].rpartition("/")[2]]
