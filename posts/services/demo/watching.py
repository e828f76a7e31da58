"""What is shown to whom, and what comes of it."""

from dataclasses import dataclass, replace

import numpy as np
from django.conf import settings

from posts.services.demo.accounts import (
    DAY,
    SKIMMING,
    Accounts,
    Flags,
    Floats,
    Ints,
    taste_draw,
    times_draw,
)
from posts.services.demo.following import Follows, pair_key
from posts.services.demo.publishing import Posts

POPULAR, FOLLOWED, TASTE, ANYTHING = range(4)
SOURCE_SHARES = (0.25, 0.25, 0.35, 0.15)
SESSION_LENGTH = 8
MEAN_AGE_SECONDS = 12 * DAY
# The popular source shows the best of this many.
POPULAR_OF = 6
SHOWN_AGAIN = 0.15
# While the burst lasts, the popular source shows this often one of its first posts.
BURST_SHARE, BURST_LEADERS = 0.8, 3
TOPIC_SHARE, SIDE_SHARE = 0.6, 0.4
# How much less somebody who skims stays with anything, in log odds.
SKIMMED = 2.0


@dataclass(frozen=True, slots=True)
class Showings:
    """One entry a post shown to an account, and what the account then did."""

    user: Ints
    post: Ints
    at: Floats
    is_viewed: Flags
    is_skipped: Flags
    watch_ms: Ints
    is_liked: Flags
    is_saved: Flags
    is_shared: Flags
    is_commented: Flags
    is_followed: Flags

    def __len__(self) -> int:
        return len(self.user)

    def keep(self, which: Flags | Ints) -> "Showings":
        """Return those that `which` selects."""
        return Showings(*(getattr(self, name)[which] for name in self.__slots__))

    @property
    def event_counts(self) -> Ints:
        """Return how many events each showing leaves in the log."""
        marks = (self.is_liked, self.is_saved, self.is_shared, self.is_commented, self.is_followed)
        found: Ints = 1 + np.sum([mark.astype(np.int64) for mark in marks], axis=0)
        return found


def showings_draw(
    rng: np.random.Generator,
    accounts: Accounts,
    posts: Posts,
    follows: Follows,
    *,
    is_held: Flags,
    events: int,
    end: float,
) -> Showings:
    """Draw what is shown until it has left `events` events, or a few more.

    Held posts are shown to nobody.
    """
    user, at = _sessions(rng, accounts, count=max(0, int(events * 1.25)) + 50)
    at_once = at < end - 60
    user, at = user[at_once], at[at_once]
    post = _shown(rng, accounts, posts, follows, user, at)
    is_possible = (post >= 0) & (posts.author[post] != user) & ~is_held[post]
    user, post, at = user[is_possible], post[is_possible], at[is_possible]
    is_first = _first_of_pairs(user, post, len(posts))
    # Few are shown again, unless there is not enough else to fill the log with.
    order = np.argsort(~(is_first | (rng.random(len(user)) < SHOWN_AGAIN)), kind="stable")
    user, post, at, is_first = user[order], post[order], at[order], is_first[order]
    drawn = _reactions(rng, accounts, posts, user, post, at, is_first)
    # Nobody is watching still: what happens after `end` is no event yet.
    drawn = drawn.keep(drawn.at + drawn.watch_ms / 1000 < end)
    drawn = _followed_once(drawn, accounts, posts, follows)
    enough = int(np.searchsorted(np.cumsum(drawn.event_counts), max(0, events))) + 1
    return drawn.keep(np.arange(min(enough, len(drawn))))


def affinity(accounts: Accounts, posts: Posts, user: Ints, post: Ints) -> Floats:
    """Return how much each account likes what each post is about, in [0, 1]."""
    weights = accounts.taste[user, posts.topic[post]] / accounts.taste.max(axis=1)[user]
    is_side = accounts.side[user, posts.topic[post]] == posts.side[post]
    fit: Floats = weights * (TOPIC_SHARE + SIDE_SHARE * is_side)
    return fit


def _sessions(rng: np.random.Generator, accounts: Accounts, *, count: int) -> tuple[Ints, Floats]:
    """Draw `count` moments of attention, in sessions of SESSION_LENGTH on average."""
    sessions = max(1, 2 * count // SESSION_LENGTH)
    weights = accounts.activity * (accounts.left - accounts.joined)
    who = rng.choice(len(accounts), sessions, p=weights / weights.sum())
    started = times_draw(rng, accounts, who)
    length = rng.geometric(1 / SESSION_LENGTH, sessions)
    user = np.repeat(who, length)[:count]
    pause = rng.exponential(18, int(length.sum()))[:count] + 1
    # Seconds since the session's start: a running sum that begins anew with each session.
    total = np.cumsum(pause)
    first = np.repeat(np.cumsum(length) - length, length)[:count]
    at = np.repeat(started, length)[:count] + total - total[first]
    is_alive = at < accounts.left[user]
    return user[is_alive], at[is_alive]


def _shown(
    rng: np.random.Generator,
    accounts: Accounts,
    posts: Posts,
    follows: Follows,
    user: Ints,
    at: Floats,
) -> Ints:
    """Draw the post shown at each moment, -1 where there is none yet."""
    count = len(user)
    source = rng.choice(len(SOURCE_SHARES), count, p=SOURCE_SHARES)
    wanted = at - rng.exponential(MEAN_AGE_SECONDS, count)
    shown = _newest_before(posts, wanted, at, rng)
    popular = np.flatnonzero(source == POPULAR)
    for _ in range(POPULAR_OF - 1):
        ages = rng.exponential(MEAN_AGE_SECONDS, len(popular))
        rival = _newest_before(posts, at[popular] - ages, at[popular], rng)
        is_better = posts.quality[rival] > posts.quality[shown[popular]]
        shown[popular] = np.where(is_better, rival, shown[popular])
    leaders = np.flatnonzero(posts.is_burst)[:BURST_LEADERS]
    if len(leaders):
        crowd = popular[rng.random(len(popular)) < BURST_SHARE]
        leader = rng.choice(leaders, len(crowd))
        is_out = posts.published[leader] < at[crowd]
        shown[crowd] = np.where(is_out, leader, shown[crowd])
    tasted = np.flatnonzero(source == TASTE)
    topic = taste_draw(rng, accounts, user[tasted])
    found = _newest_of(posts.topic, posts.published, topic, wanted[tasted])
    shown[tasted] = np.where(found >= 0, found, shown[tasted])
    from_followed = np.flatnonzero(source == FOLLOWED)
    author = _one_followed(rng, follows, user[from_followed], len(accounts))
    found = _newest_of(posts.author, posts.published, author, wanted[from_followed])
    shown[from_followed] = np.where(found >= 0, found, shown[from_followed])
    return shown


def _newest_before(posts: Posts, wanted: Floats, at: Floats, rng: np.random.Generator) -> Ints:
    """Return the newest post before `wanted`, else any before `at`, else -1."""
    found = np.searchsorted(posts.published, wanted) - 1
    out_by_now = np.searchsorted(posts.published, at)
    anything = (rng.random(len(at)) * out_by_now).astype(np.int64)
    return np.where(found >= 0, found, np.where(out_by_now > 0, anything, -1))


def _newest_of(group: Ints, published: Floats, wanted: Ints, before: Floats) -> Ints:
    """Return the newest post of the wanted group before a moment, -1 where there is none."""
    order = np.lexsort((published, group))
    start = published[0] - DAY
    span = published[-1] - start + DAY
    keys = group[order] * span + (published[order] - start)
    offset = np.clip(before - start, 0, span - 1)
    place = np.searchsorted(keys, wanted * span + offset) - 1
    found = order[place.clip(min=0)]
    return np.where((place >= 0) & (group[found] == wanted), found, -1)


def _one_followed(rng: np.random.Generator, follows: Follows, user: Ints, count: int) -> Ints:
    """Return one account that each of `user` follows, -1 where there is none."""
    if not len(follows):
        return np.full(len(user), -1)
    order = np.argsort(follows.follower, kind="stable")
    how_many = np.bincount(follows.follower, minlength=count)
    first = np.cumsum(how_many) - how_many
    pick = first[user] + (rng.random(len(user)) * how_many[user]).astype(np.int64)
    found = follows.followed[order[pick.clip(max=len(follows) - 1)]]
    return np.where(how_many[user] > 0, found, -1)


def _reactions(
    rng: np.random.Generator,
    accounts: Accounts,
    posts: Posts,
    user: Ints,
    post: Ints,
    at: Floats,
    is_first: Flags,
) -> Showings:
    count = len(user)
    fit = affinity(accounts, posts, user, post)
    quality = posts.quality[post]
    is_foreign = (accounts.language[user] != posts.language[post]) & (posts.language[post] != 0)
    skims = accounts.habit[user] == SKIMMING
    viewed = _happens(rng, -1.9 + 3.8 * fit + 0.5 * quality - 0.8 * is_foreign - SKIMMED * skims)
    skipped = ~viewed & (rng.random(count) < np.where(skims, 0.95, 0.55))
    watch_ms = rng.lognormal(np.log(2500 + 12_000 * fit), 0.5).clip(max=600_000)
    watch_ms = watch_ms.clip(min=settings.SOCIALML_SKIP_BELOW_MS)
    brief_ms = rng.uniform(150, settings.SOCIALML_SKIP_BELOW_MS - 1, count)
    # A post met again is watched again, but liked or saved only once.
    marked = viewed & is_first
    return Showings(
        user=user,
        post=post,
        at=at,
        is_viewed=viewed,
        is_skipped=skipped,
        watch_ms=np.where(viewed, watch_ms, brief_ms).astype(np.int64),
        is_liked=marked & _happens(rng, -2.5 + 3.6 * fit + 0.4 * quality),
        is_saved=marked & _happens(rng, -4.6 + 2.4 * fit),
        is_shared=marked & _happens(rng, -5.0 + 1.6 * fit + 0.5 * quality),
        is_commented=marked & _happens(rng, -4.4 + 1.8 * fit + 1.5 * accounts.is_toxic[user]),
        is_followed=marked & _happens(rng, -5.2 + 2.6 * fit),
    )


def _first_of_pairs(user: Ints, post: Ints, size: int) -> Flags:
    _, first = np.unique(pair_key(user, post, size), return_index=True)
    is_first = np.zeros(len(user), dtype=bool)
    is_first[first] = True
    return is_first


def _followed_once(drawn: Showings, accounts: Accounts, posts: Posts, follows: Follows) -> Showings:
    """Let nobody follow whom they follow already."""
    known = pair_key(follows.follower, follows.followed, len(accounts))
    led = np.flatnonzero(drawn.is_followed)
    key = pair_key(drawn.user[led], posts.author[drawn.post[led]], len(accounts))
    _, first = np.unique(key, return_index=True)
    first = first[~np.isin(key[first], known)]
    is_followed = np.zeros(len(drawn), dtype=bool)
    is_followed[led[first]] = True
    return replace(drawn, is_followed=is_followed)


def _happens(rng: np.random.Generator, log_odds: Floats) -> Flags:
    """Draw events whose log odds are given."""
    drawn: Flags = rng.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))
    return drawn
