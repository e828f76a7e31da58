"""What nobody else may read of an account, whatever they ask: exposure.toml says what they may."""

import csv
import json
import re
from io import StringIO

import pytest

from mlengine.models import PostForecast
from posts.models import Post
from profiles.models import Session
from profiles.tests.factories import client_for
from reels.models import Reel, VideoHash
from socialml.tests.hardening.asking import Asked, asked_by_everybody, everything
from socialml.tests.hardening.exposed import allowed, beyond, paths_of
from socialml.tests.hardening.operations import operations

SUCCESS = {"message", "data", "ml_insights", "timestamp"}
FAILURE = {"message", "error", "request_id", "timestamp"}


@pytest.fixture
def rich(world):
    everything(world)
    return world


@pytest.fixture
def secrets(rich) -> list[str]:
    """Traces of what only Bob or a moderator may read."""
    client_for(rich.bob)
    sessions = Session.objects.filter(user=rich.bob).values_list("pk", flat=True)
    # What was measured of his reel is told to him alone, and its hash to nobody.
    reels = Reel.objects.filter(pk=rich.of_bob["reel_id"])
    advice = [{"part": "sharpness", "text": "secretadvice", "score": 0.5}]
    quality = {"score": 0.31415926, "parts": {"sharpness": 0.2}, "advice": advice}
    reels.update(analysis={"version": 1, "nudity": 0.27182818, "quality": quality})
    Post.objects.filter(pk__in=reels).update(insights={"nudity": {"score": 0.27182818}})
    VideoHash.objects.filter(reel__in=reels).update(hashes=bytes.fromhex("1618033988749894"))
    drivers = [{"feature": "views", "effect": 2.0, "text": "secretdriver"}]
    PostForecast.objects.filter(author_id=rich.bob.pk).update(drivers=drivers)
    seen = ["secretadvice", "secretdriver", "0.31415926", "0.27182818", "1618033988749894"]
    return ["bob@private", "argon2", rich.bob.password, *seen, *sessions]


def keys_of(asked: Asked) -> set[str]:
    """Return the paths in an answer, those in `data` bare; of CSV the names of its columns."""
    if asked.response["Content-Type"].startswith("text/csv"):
        [header, *_] = csv.reader(StringIO(asked.response.content.decode()))
        return set(header)
    if asked.response["Content-Type"] == "text/event-stream":
        [event] = re.findall(r"^data: (.*)$", asked.response.content.decode(), re.MULTILINE)
        return set(paths_of(json.loads(event)))
    body = asked.response.json()
    assert set(body) == (SUCCESS if asked.response.status_code < 300 else FAILURE), str(asked)
    if asked.response.status_code >= 300:
        assert set(body["error"]) == {"code", "fields"}, str(asked)
        return set()
    insights = {"ml_insights": body["ml_insights"]} if body["ml_insights"] else {}
    return set(paths_of(body["data"])) | set(paths_of(insights))


def test_every_operation_says_what_it_may_tell_whom():
    named = {name.partition("?")[0] for name in allowed()}

    assert named == {str(operation) for operation in operations()}


def test_no_answer_holds_a_key_that_is_not_listed_for_who_asks(rich):
    listed = allowed()
    told = set()
    for asked in asked_by_everybody(rich):
        if asked.response.content:
            name = f"{asked.operation}{asked.query}"
            name = name if name in listed else str(asked.operation)
            keys = keys_of(asked)
            assert not beyond(keys, listed[name][asked.role]), str(asked)
            told |= {str(asked.operation)} if keys else set()
    # Else the above would hold of failures alone.
    assert told == {n.partition("?")[0] for n, roles in listed.items() if any(roles.values())} - {
        "POST /api/auth/token/refresh",
        "GET /api/profile/erasure",
    }


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_no_key_is_described_that_is_not_listed(operation):
    entries = [v for name, v in allowed().items() if name.partition("?")[0] == str(operation)]
    listed = frozenset().union(*(keys for roles in entries for keys in roles.values()))
    described = {key.removeprefix("data.") for key in operation.answered if key.startswith("data.")}

    assert not {key for key in beyond(described, listed) if not key.endswith("*")}


def test_a_stranger_learns_nothing_of_anothers_secrets(rich, secrets):
    for asked in asked_by_everybody(rich):
        if asked.role in ("anonymous", "member") and not asked.query.endswith("platform"):
            text = asked.response.content.decode()
            for trace in secrets:
                assert trace not in text, (str(asked), trace)


def test_of_oneself_one_learns_it(rich, secrets):
    bob = client_for(rich.bob)

    assert bob.get("/api/profile").json()["data"]["email"] == "bob@private.example"
    assert "secretreason" in bob.get(f"/api/post/{rich.of_bob['post_id']}").content.decode()
    assert "secretadvice" in bob.get(f"/api/reels/{rich.of_bob['reel_id']}").content.decode()
    for path in ("analytics/posts/{post_id}", "reels/{reel_id}"):
        assert "secretdriver" in bob.get(f"/api/{path.format(**rich.of_bob)}").content.decode()
    assert "secretdecision" in bob.get("/api/moderation/decisions").content.decode()
