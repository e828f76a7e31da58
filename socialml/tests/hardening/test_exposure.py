"""What nobody else may read of an account, whatever they ask."""

from collections.abc import Iterator
from typing import Any

import pytest

from posts.models import Decision, Post, Report
from posts.tests.factories import NOON
from profiles.models import Preferences, Session
from profiles.tests.factories import client_for
from socialml.tests.hardening.operations import operations
from socialml.tests.hardening.valid import BODIES

# Of no account, not even to itself.
NEVER = {
    *("password", "username_key", "email_key", "is_staff", "is_superuser", "ip", "address"),
    *("fragment", "embedding", "toxicity_score", "reporter", "moderator", "moderator_id"),
}
# Of oneself alone.
OWN = {"email", "has_password", "moderation_reason", "insights"}
OF_TOKENS = {"access", "refresh"}


@pytest.fixture
def secrets(world) -> list[str]:
    """Plant what only Bob or a moderator may read, and return traces of it."""
    bob, post = world.bob, Post.objects.get(pk=world.of_bob["post_id"])
    bob.set_password("violet-otter-47")
    bob.save()
    Preferences.objects.create(user=bob, muted_hashtags=["secretmute"], changed_at=NOON)
    Post.objects.filter(pk=post.pk).update(
        moderation_reason="secretreason", insights={"toxicity": {"score": 0.987654321}}
    )
    Report.objects.create(
        reporter=bob,
        account=world.ann,
        post_id=world.of_ann["post_id"],
        reason="spam",
        note="secretnote",
        reported_at=NOON,
    )
    Decision.objects.create(
        account=bob, post=post, action="hide", reason="secretdecision", decided_at=NOON
    )
    client_for(bob)
    sessions = Session.objects.filter(user=bob).values_list("pk", flat=True)
    traces = ["secret", "private.example", "argon2", "0.987654321"]
    return [*traces, bob.password, *sessions]


def answers(world, viewer) -> Iterator[tuple[str, Any]]:
    client = client_for(viewer)
    # Last what ends the session.
    ordered = sorted(operations(), key=lambda o: (o.method != "get", o.method == "delete"))
    for operation in ordered:
        if operation.path in ("/api/auth/logout", "/api/profile/erasure"):
            continue
        url = operation.url(world.ids_for(operation, of=world.bob))
        yield str(operation), getattr(client, operation.method)(url, BODIES.get(str(operation), {}))


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from keys_of(inner)
    if isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


def test_a_stranger_learns_nothing_of_anothers_secrets(world, secrets):
    for name, response in answers(world, world.ann):
        text = response.content.decode().replace("ann@private.example", "")
        for trace in secrets:
            assert trace not in text, (name, trace)


def test_no_answer_holds_a_column_of_ours_alone(world, secrets):
    for name, response in answers(world, world.ann):
        if response.content and name != "GET /api/profile/export":
            assert not NEVER & set(keys_of(response.json().get("data"))), name


@pytest.mark.parametrize(
    "url",
    [
        "/api/profile?user_id={user_id}",
        "/api/profile?username=bob",
        "/api/post/{post_id}",
        "/api/post",
        "/api/post?author={user_id}",
        "/api/feed",
        "/api/feed?mode=latest",
        "/api/reels",
        "/api/reels/{reel_id}",
        "/api/post/{post_id}/comments",
        "/api/recommendations?type=users",
        "/api/recommendations?type=posts",
        "/api/profile/requests",
    ],
)
def test_what_is_shown_of_another_is_what_everybody_may_see(world, secrets, url):
    response = client_for(world.ann).get(url.format(**world.of_bob))

    assert response.status_code == 200
    of_bob = [item for item in things(response.json()["data"]) if is_bobs(item, world)]
    for item in of_bob:
        assert not (NEVER | OWN | OF_TOKENS) & set(keys_of(item)), item


def things(data: Any) -> list[Any]:
    return data.get("results", [data])


def is_bobs(item: Any, world) -> bool:
    author = item.get("author") or (item.get("post") or {}).get("author") or item
    return author["id"] == world.bob.pk


def test_of_oneself_one_learns_it(world, secrets):
    bob = client_for(world.bob)

    assert bob.get("/api/profile").json()["data"]["email"] == "bob@private.example"
    assert "secretreason" in bob.get(f"/api/post/{world.of_bob['post_id']}").content.decode()
    assert "secretdecision" in bob.get("/api/moderation/decisions").content.decode()
