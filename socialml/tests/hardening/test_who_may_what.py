"""Who may do what to whose: every operation on a thing, asked by everybody who is not its owner."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import transaction

from posts.models import Comment, Post
from profiles.models import User
from profiles.services import block_add, follow_accept, follow_add
from profiles.tests.factories import NOON, client_for
from reels.models import Reel
from socialml.core.redis import client as redis
from socialml.tests.hardening.conftest import World, stored
from socialml.tests.hardening.operations import operations
from socialml.tests.hardening.valid import valid_send

ON_THINGS = [operation for operation in operations() if operation.has_id]


def _nothing(world: World) -> None:
    pass


def _private(world: World) -> None:
    User.objects.filter(pk=world.bob.pk).update(is_private=True)


def _followed(world: World) -> None:
    _private(world)
    follow_add(follower_id=world.ann.pk, followed_id=world.bob.pk, at=NOON)
    follow_accept(user_id=world.bob.pk, follower_id=world.ann.pk, at=NOON)


def _blocked(world: World) -> None:
    block_add(blocker_id=world.bob.pk, blocked_id=world.ann.pk, at=NOON)


def _blocking(world: World) -> None:
    block_add(blocker_id=world.ann.pk, blocked_id=world.bob.pk, at=NOON)


def _held(world: World) -> None:
    Post.objects.filter(author=world.bob).update(moderation=Post.Moderation.HELD)
    Comment.objects.filter(author=world.bob).update(moderation=Comment.Moderation.HELD)


def _hidden(world: World) -> None:
    Post.objects.filter(author=world.bob).update(moderation=Post.Moderation.HIDDEN)


def _unprocessed(world: World) -> None:
    Post.objects.filter(author=world.bob).update(moderation=Post.Moderation.PROCESSING)
    Reel.objects.filter(post__author=world.bob).update(state=Reel.State.PROCESSING)


def _suspended(world: World) -> None:
    User.objects.filter(pk=world.bob.pk).update(is_active=False)


def _staff(world: World) -> None:
    _private(world)
    User.objects.filter(pk=world.ann.pk).update(is_staff=True, is_superuser=True)


# How Ann stands to Bob and his things, by name.
SITUATIONS: dict[str, Callable[[World], None]] = {
    "public": _nothing,
    "private": _private,
    "followed": _followed,
    "blocked": _blocked,
    "blocking": _blocking,
    "held": _held,
    "hidden": _hidden,
    "unprocessed": _unprocessed,
    "suspended": _suspended,
    "staff": _staff,
}


@dataclass(frozen=True)
class Row:
    """What Ann gets of what is Bob's, and what Bob gets of it.

    `seen` where she may see it: it is public, or she follows him. Everywhere else it is as if it
    did not exist, but for what `but` says.
    """

    seen: int
    owner: int
    but: dict[str, int] = field(default_factory=dict)

    def status(self, situation: str) -> int:
        usual = self.seen if situation in ("public", "followed") else 404
        return self.but.get(situation, usual)


def _account(status: int, *, owner: int, **but: int) -> Row:
    """An operation on an account: moderation of its posts and its privacy do not hide it."""
    known = dict.fromkeys(("private", "held", "hidden", "unprocessed", "staff"), status)
    return Row(status, owner, {**known, **but})


_UNDO = dict.fromkeys(("blocked", "blocking", "suspended"), 204)
_LIST = {"private": 404, "staff": 404}

MATRIX = {
    "GET /api/analytics/posts/{post_id}": Row(404, 200, {"staff": 200}),
    # Decisions are for those they concern; moderators read them in the admin.
    "GET /api/moderation/decisions/{decision_id}": Row(404, 200),
    "POST /api/moderation/decisions/{decision_id}/appeal": Row(404, 201),
    "GET /api/post/{post_id}": Row(200, 200),
    "PATCH /api/post/{post_id}": Row(403, 200),
    "DELETE /api/post/{post_id}": Row(403, 204),
    "GET /api/post/{post_id}/comments": Row(200, 200),
    "POST /api/post/{post_id}/comments": Row(201, 201),
    "DELETE /api/post/{post_id}/comments/{comment_id}": Row(403, 204),
    "POST /api/post/{post_id}/comments/{comment_id}/report": Row(201, 400),
    "PUT /api/post/{post_id}/less": Row(201, 201),
    "DELETE /api/post/{post_id}/less": Row(200, 200),
    "PUT /api/post/{post_id}/like": Row(201, 201),
    "DELETE /api/post/{post_id}/like": Row(200, 200),
    "POST /api/post/{post_id}/report": Row(201, 400),
    "PUT /api/post/{post_id}/save": Row(201, 201),
    "DELETE /api/post/{post_id}/save": Row(200, 200),
    "POST /api/post/{post_id}/share": Row(201, 201),
    "GET /api/post/{post_id}/similar": Row(200, 200),
    "GET /api/post/{post_id}/why": Row(200, 200),
    "GET /api/sounds/{sound_id}": Row(200, 200),
    "GET /api/sounds/{sound_id}/reels": Row(200, 200),
    # One may always shut somebody out, and not be seen to be shut out.
    "PUT /api/profile/{user_id}/block": _account(201, owner=400, blocked=201, blocking=200),
    "DELETE /api/profile/{user_id}/block": _account(204, owner=204, **_UNDO),
    "PUT /api/profile/{user_id}/follow": _account(201, owner=400, followed=200),
    "DELETE /api/profile/{user_id}/follow": _account(204, owner=400),
    "GET /api/profile/{user_id}/followers": _account(200, owner=200, **_LIST),
    "GET /api/profile/{user_id}/following": _account(200, owner=200, **_LIST),
    "PUT /api/profile/{user_id}/mute": _account(201, owner=400),
    "DELETE /api/profile/{user_id}/mute": _account(204, owner=204, **_UNDO),
    "POST /api/profile/{user_id}/report": _account(201, owner=400, blocking=201),
    # A block takes the request with it.
    "PUT /api/profile/requests/{user_id}": _account(201, owner=400),
    "DELETE /api/profile/requests/{user_id}": _account(204, owner=404, suspended=204),
    "GET /api/reels/{post_id}": Row(200, 200),
    "DELETE /api/reels/{post_id}": Row(403, 204),
    # What is on its way is nobody else's; giving up what one does not have changes nothing.
    "GET /api/reels/uploads/{upload_id}": Row(404, 200),
    "DELETE /api/reels/uploads/{upload_id}": Row(204, 204, dict.fromkeys(SITUATIONS, 204)),
    "PUT /api/reels/uploads/{upload_id}/parts/{number}": Row(404, 200),
    "POST /api/reels/uploads/{upload_id}/finish": Row(404, 202),
}


@pytest.fixture
def ask(world):
    """Return a function that asks as somebody, in a situation that is over afterwards."""

    clients = {user: client_for(user) for user in (world.ann, world.bob)}

    def asked(operation, user, ids, arrange=_nothing):
        redis.flushdb()
        with transaction.atomic():
            arrange(world)
            before = stored()
            response = valid_send(clients[user], operation, operation.url(ids))
            response.is_same = response.status_code < 400 or stored() == before
            transaction.set_rollback(True)
        return response

    return asked


def test_every_operation_on_a_thing_has_its_row():
    assert set(MATRIX) == {str(operation) for operation in ON_THINGS}


@pytest.mark.parametrize("operation", ON_THINGS, ids=str)
def test_what_is_anothers_opens_as_far_as_it_may(world, ask, operation):
    row, ids = MATRIX[str(operation)], world.ids_for(operation, of=world.bob)
    missing = ask(operation, world.ann, dict.fromkeys(ids, 10**15))

    for situation, arrange in SITUATIONS.items():
        response = ask(operation, world.ann, ids, arrange)
        assert response.status_code == row.status(situation), situation
        assert response.is_same, situation
        # What may not be seen is answered as what is not there.
        assert response.status_code != 404 or _said(response) == _said(missing), situation
    assert ask(operation, world.bob, ids).status_code == row.owner


@pytest.mark.parametrize("operation", [o for o in ON_THINGS if "comment_id" in o.path], ids=str)
def test_a_comment_is_found_under_its_own_post_alone(world, ask, operation):
    ids = {**world.of_bob, "post_id": world.of_ann["post_id"]}

    for user in (world.ann, world.bob):
        response = ask(operation, user, ids)
        assert (response.status_code, response.is_same) == (404, True)


NAMING_OTHERS = [
    ("post", "/api/post", {"content": "Hi", "user_id": "{bob}"}, 403),
    ("put", "/api/profile", {"username": "ann", "user_id": "{bob}"}, 403),
    ("patch", "/api/profile", {"bio": "Hi", "user_id": "{bob}"}, 403),
    ("delete", "/api/profile?user_id={bob}", None, 403),
    ("get", "/api/recommendations?user_id={bob}", None, 403),
    ("post", "/api/recommendations", {"user_id": "{bob}"}, 403),
    ("get", "/api/user-behavior?user_id={bob}", None, 403),
    ("post", "/api/user-behavior", {"kind": "search", "query": "a", "user_id": "{bob}"}, 400),
    ("post", "/api/user-behavior", {"user_id": "{bob}", "events": [{"kind": "search"}]}, 403),
    ("get", "/api/analytics/dashboard?scope=platform", None, 403),
    ("get", "/api/analytics/dashboard?scope=creator&user_id={bob}", None, 403),
    ("get", "/api/analytics/dashboard?scope=own&user_id={bob}", None, 400),
    ("get", "/api/analytics/export?table=days&scope=creator&user_id={bob}", None, 403),
    ("get", "/api/analytics/export?table=creators&scope=platform", None, 403),
    ("get", "/api/analytics/live?scope=platform", None, 403),
    ("post", "/api/post/{own}/comments", {"content": "Hi", "parent": "{comment}"}, 404),
    ("get", "/api/post/{own}/comments?parent={comment}", None, 404),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), NAMING_OTHERS)
def test_another_named_in_a_body_or_a_query_is_refused(
    ann, world, method, path, body, status, nothing_stored
):
    names = {
        "{bob}": str(world.bob.pk),
        "{own}": str(world.of_ann["post_id"]),
        "{comment}": str(world.of_bob["comment_id"]),
    }

    def named(text):
        for name, value in names.items():
            text = text.replace(name, value)
        return text

    filled = body and {k: named(v) if isinstance(v, str) else v for k, v in body.items()}

    assert getattr(ann, method)(named(path), filled).status_code == status


def _said(response) -> tuple[str, str]:
    answer = response.json()
    return re.sub(r"[0-9]+", "", answer["message"]), answer["error"]["code"]
