"""Storing a drawn community, with a member and a moderator to sign in as."""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction

from analytics.models import Event
from analytics.services import event_record
from posts.models import Comment, Post
from posts.services.demo import log, storing
from posts.services.demo.draft import Draft
from posts.services.fragments import fragment_write
from profiles.models import User
from profiles.models.names import username_fold
from socialml.core.errors import Conflict
from socialml.core.ids import ids_reserve
from socialml.core.progress import progress

MEMBER, MODERATOR = "demo", "moderator"
_POSTS_AT_ONCE = 2_000


class NotEmpty(Conflict):
    """The database holds accounts already."""


@dataclass(frozen=True, slots=True)
class Community:
    """What was stored."""

    accounts: int
    posts: int
    events: int
    user_ids: list[int]
    reel_ids: list[int]
    # The names and passwords to sign in with, by role; empty when they were there before.
    passwords: dict[str, dict[str, str]]


def has_member() -> bool:
    """Return whether the demo member is there already. One query."""
    return User.objects.filter(username_key=MEMBER).exists()


def emptiness_check() -> None:
    """Do nothing if there is no account. One query.

    :raises NotEmpty: if there is one.
    """
    if User.objects.exists():
        raise NotEmpty("The database holds accounts already: --append adds to them.")


@transaction.atomic
def community_store(*, draft: Draft, at: datetime) -> Community:
    """Insert the drawn community, all or nothing, and return what was stored.

    Reels are posts without their videos yet: who calls this gives them theirs.
    """
    user_ids = np.array(ids_reserve(User, len(draft.accounts)), dtype=np.int64)
    post_ids = np.array(ids_reserve(Post, len(draft.posts)), dtype=np.int64)
    comment_ids = ids_reserve(Comment, len(draft.comments))
    storing.users_write(draft, user_ids, _usernames(draft))
    storing.posts_write(draft, post_ids, user_ids)
    storing.graph_write(draft, user_ids)
    storing.marks_write(draft, user_ids, post_ids)
    storing.comments_write(draft, comment_ids, user_ids, post_ids)
    storing.decisions_write(draft, comment_ids, user_ids, post_ids)
    events = log.log_write(draft, user_ids, post_ids, comment_ids)
    starts = range(0, len(post_ids), _POSTS_AT_ONCE)
    for start in progress(starts, label="writing cards", total=len(starts)):
        fragment_write(post_ids[start : start + _POSTS_AT_ONCE].tolist())
    return Community(
        accounts=len(draft.accounts),
        posts=len(draft.posts),
        events=events,
        user_ids=user_ids.tolist(),
        reel_ids=post_ids[draft.posts.is_reel].tolist(),
        passwords=_doors_open(int(user_ids[0]), at=at) if draft.has_member else {},
    )


def passwords_write(passwords: dict[str, dict[str, str]], file: Path) -> None:
    """Write the demo passwords, for the owner of `file` alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump(passwords, handle, indent=2)


def _doors_open(member_id: int, *, at: datetime) -> dict[str, dict[str, str]]:
    """Give the member a password, make the moderator, and return how to sign in."""
    made = {name: secrets.token_urlsafe(12) for name in (MEMBER, MODERATOR)}
    User.objects.filter(pk=member_id).update(password=make_password(made[MEMBER]))
    moderator = User.objects.create(
        username=MODERATOR,
        username_key=username_fold(MODERATOR),
        display_name="Moderator",
        password=make_password(made[MODERATOR]),
        is_staff=True,
        is_superuser=True,
        joined_at=at,
    )
    event_record(kind=Event.Kind.SIGNED_UP, actor_id=moderator.pk, at=at)
    return {
        "member": {"username": MEMBER, "password": made[MEMBER]},
        "moderator": {"username": MODERATOR, "password": made[MODERATOR]},
    }


def _usernames(draft: Draft) -> list[str]:
    """Return a name for each account that nobody has yet."""
    words = draft.words.words["names"]
    rng = np.random.default_rng(draft.seed)
    taken = set(User.objects.values_list("username_key", flat=True)) | {MEMBER, MODERATOR}
    found = []
    for i in range(len(draft.accounts)):
        first, last = rng.choice(words["first"]), rng.choice(words["last"])
        name, number = f"{first}.{last}", 1
        while name in taken:
            number += 1
            name = f"{first}.{last}{number}"
        taken.add(name)
        found.append(MEMBER if i == 0 and draft.has_member else name)
    return found
