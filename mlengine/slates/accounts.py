"""What a ranking must know of the accounts it is for, read for many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.db.models import Max, Q
from numpy.typing import NDArray

from analytics.models import Event
from analytics.selectors.history import history_of
from analytics.selectors.weights import TELLING
from mlengine.slates.seen import Seen, seen_read
from posts.models import Dismissal
from profiles.models import Block, Follow, Mute, Preferences, User
from socialml.core.text import fold


@dataclass(frozen=True, slots=True)
class Circle:
    """Public accounts that one follows, and those that these follow.

    Attributes
    ----------
    ids : ndarray of int64, shape (n_members,)
    ties : ndarray of float32, shape (n_members,)
        How many of those whom one follows follow the member; 0 where one does oneself.
    """

    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    ties: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))


@dataclass(slots=True)
class Account:
    """One account to rank for.

    `history` holds (post id, summed weight, seconds of the last act), in no particular order;
    a weight of 0 or less says the post was met but not liked. `event_mark` is the newest
    telling event that all this took in.
    """

    id: int
    interests: tuple[str, ...] = ()
    is_personalised: bool = True
    muted_hashtags: tuple[str, ...] = ()
    muted_categories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    # The share of each source's part that the account lets count; 1 where it is not named.
    weights: dict[str, float] = field(default_factory=dict)
    # What it did before says nothing of it any more.
    history_since: datetime | None = None
    # Oldest first.
    following: list[int] = field(default_factory=list)
    circle: Circle = field(default_factory=Circle)
    hidden: list[int] = field(default_factory=list)
    history: list[tuple[int, float, float]] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    # Asked for less of: all such posts, and those since `history_since`, oldest first.
    dismissed: list[int] = field(default_factory=list)
    disliked: list[int] = field(default_factory=list)
    event_mark: int = 0

    @property
    def has_liked(self) -> bool:
        """Whether some post weighs more than nothing."""
        return any(weight > 0 for _, weight, _ in self.history)

    @property
    def is_known(self) -> bool:
        """Whether anything is known that sets their ranking apart from everybody's."""
        told = (self.interests, self.languages, self.muted_hashtags, self.muted_categories)
        return bool(self.history or self.following or self.weights or any(told))


def accounts_read(user_ids: Collection[int]) -> dict[int, Account]:
    """Return the active accounts of people among `user_ids`, by id.

    Eleven queries for up to 5,000 accounts, and one for every 100 that have seen more than the log
    is read for. The newest event is read before the history, so that
    an event recorded meanwhile makes the next refresh come rather than be overlooked.
    """
    marks = event_marks(user_ids)
    rows = User.objects.active().people().filter(pk__in=user_ids).values_list("pk", "interests")
    accounts = {
        pk: Account(id=pk, interests=tuple(_words(interests)), event_mark=marks.get(pk, 0))
        for pk, interests in rows
    }
    _read_preferences(accounts)
    _read_graph(accounts)
    _read_history(accounts)
    return accounts


def event_marks(user_ids: Collection[int]) -> dict[int, int]:
    """Return the newest telling event of each account that has one. One query."""
    rows = (
        Event.objects.filter(kind__in=TELLING, actor_id__in=list(user_ids))
        .values("actor_id")
        .annotate(newest=Max("pk"))
        .order_by()
    )
    return {row["actor_id"]: row["newest"] for row in rows if row["actor_id"] is not None}


def actors_since(moment: datetime) -> dict[int, int]:
    """Return who did something telling that was recorded since `moment`, and their newest event.

    One query, which reads those rows alone: asked to group by actor, SQLite would walk the
    whole log in the order of actors.
    """
    rows = Event.objects.filter(recorded_at__gte=moment).order_by("recorded_at")
    newest: dict[int, int] = {}
    for pk, actor_id, kind in rows.values_list("pk", "actor_id", "kind").iterator():
        if actor_id is not None and kind in TELLING:
            newest[actor_id] = max(pk, newest.get(actor_id, 0))
    return newest


def _read_preferences(accounts: dict[int, Account]) -> None:
    for row in Preferences.objects.filter(pk__in=list(accounts)):
        account = accounts[row.pk]
        account.is_personalised = row.is_personalised
        account.muted_hashtags = tuple(_words(row.muted_hashtags))
        account.muted_categories = tuple(row.muted_categories)
        account.languages = tuple(row.languages)
        account.weights = row.weights
        account.history_since = row.history_since


def _read_graph(accounts: dict[int, Account]) -> None:
    ids = list(accounts)
    follows = Follow.objects.accepted().filter(follower__in=ids).order_by("pk")
    for follower, followed in follows.values_list("follower_id", "followed_id"):
        accounts[follower].following.append(followed)
    blocks = Block.objects.filter(Q(blocker__in=ids) | Q(blocked__in=ids))
    for blocker, blocked in blocks.values_list("blocker_id", "blocked_id"):
        for one, other in ((blocker, blocked), (blocked, blocker)):
            if one in accounts:
                accounts[one].hidden.append(other)
    mutes = Mute.objects.filter(muter__in=ids)
    for muter, muted in mutes.values_list("muter_id", "muted_id"):
        accounts[muter].hidden.append(muted)


def _read_history(accounts: dict[int, Account]) -> None:
    since = {pk: one.history_since for pk, one in accounts.items() if one.history_since}
    for user_id, post_id, weight, seconds in _summed(history_of(accounts, since=since)):
        accounts[user_id].history.append((post_id, weight, seconds))
    for user_id, seen in seen_read(accounts).items():
        accounts[user_id].seen = seen
    dismissed = Dismissal.objects.filter(user_id__in=list(accounts)).order_by("pk")
    for user_id, post_id, moment in dismissed.values_list("user_id", "post_id", "dismissed_at"):
        account = accounts[user_id]
        account.dismissed.append(post_id)
        if account.history_since is None or moment >= account.history_since:
            account.disliked.append(post_id)


def _summed(
    rows: Iterable[tuple[int, int, float, float]],
) -> Iterable[tuple[int, int, float, float]]:
    """Yield each (account, post) once, weights summed, with the last moment."""
    table = np.fromiter(
        rows, dtype=[("user", "i8"), ("post", "i8"), ("weight", "f8"), ("at", "f8")]
    )
    if not len(table):
        return
    order = np.lexsort((table["at"], table["post"], table["user"]))
    table = table[order]
    is_first = np.r_[
        True,
        (table["user"][1:] != table["user"][:-1]) | (table["post"][1:] != table["post"][:-1]),
    ]
    starts: NDArray[np.intp] = np.flatnonzero(is_first)
    weights = np.add.reduceat(table["weight"], starts)
    last = np.r_[starts[1:], len(table)] - 1
    yield from zip(
        table["user"][starts].tolist(),
        table["post"][starts].tolist(),
        weights.tolist(),
        table["at"][last].tolist(),
        strict=True,
    )


def _words(names: Iterable[object]) -> list[str]:
    return [fold(str(name)).lstrip("#") for name in names]
