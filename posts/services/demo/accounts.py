"""Who the demo community is: tastes, languages, rhythms, and who leaves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posts.services.demo.vocabulary import LANGUAGE_SHARES, SIDES, Vocabulary

DAY = 86_400.0
WINDOW_DAYS = 60
FOUNDERS = 0.7
CHURNED = 0.15
TOXIC = 0.015
READERS_ONLY = 0.4
# What sets some accounts apart from the usual ones, whatever they like: a share of all each.
HABITS = ("usual", "night", "weekend", "skimming")
USUAL, NIGHT, WEEKEND, SKIMMING = range(len(HABITS))
HABIT_SHARES = (0.64, 0.12, 0.12, 0.12)
# The night's middle, and its spread, in hours UTC.
NIGHT_HOUR, NIGHT_SPREAD = 3.0, 1.2
# Of what a weekend person does, so much happens on a Saturday or Sunday at least.
ON_WEEKENDS = 0.9
# The demo member's tastes; it is account 0.
MEMBER_TASTES = ("music", "food", "travel")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Accounts:
    """One entry an account. Times are seconds since 1970."""

    taste: Floats  # shape (accounts, topics); rows add to 1, one to three topics each
    side: Ints  # shape (accounts, topics); the side of each topic it likes most
    language: Ints
    activity: Floats  # relative number of sessions a day
    authorship: Floats  # relative number of posts; 0 for those who only read
    peak_hour: Floats  # hour of the day, UTC, around which it is active
    joined: Floats
    left: Floats  # when it stops for good; the end of the window for those who stay
    is_churned: Flags
    is_toxic: Flags
    habit: Ints  # place in HABITS

    def __len__(self) -> int:
        return len(self.language)


def accounts_draw(
    rng: np.random.Generator, *, count: int, end: float, words: Vocabulary, has_member: bool
) -> Accounts:
    """Draw `count` accounts that live in the WINDOW_DAYS before `end`."""
    start = end - WINDOW_DAYS * DAY
    taste = _tastes(rng, count, len(words.topics))
    is_founder = rng.random(count) < FOUNDERS
    joined = start + DAY * np.where(
        is_founder, rng.uniform(0, 4, count), rng.uniform(4, WINDOW_DAYS - 2, count)
    )
    # Nobody churns in the last week: there it would be a pause like any other.
    last_exit = np.maximum(joined + DAY, end - 8 * DAY)
    is_churned = (rng.random(count) < CHURNED) & (joined < end - 12 * DAY)
    left = np.where(is_churned, rng.uniform(joined + DAY, last_exit), end)
    activity = rng.lognormal(0.0, 0.9, count)
    authorship = rng.lognormal(0.0, 1.1, count) * (rng.random(count) > READERS_ONLY)
    language = rng.choice(len(LANGUAGE_SHARES), count, p=np.array(LANGUAGE_SHARES) / 100)
    is_toxic = rng.random(count) < TOXIC
    peak_hour = rng.normal(18.5, 3.5, count) % 24
    habit = rng.spawn(1)[0].choice(len(HABITS), count, p=HABIT_SHARES)
    if has_member:
        taste[0] = 0.0
        taste[0, [words.topics.index(name) for name in MEMBER_TASTES]] = (0.5, 0.3, 0.2)
        joined[0], left[0], is_churned[0] = start + DAY, end, False
        activity[0], authorship[0] = max(3.0, float(activity.mean()) * 2), 1.0
        language[0], is_toxic[0], habit[0] = 0, False, USUAL
    if not authorship.any():
        authorship[:] = 1.0
    return Accounts(
        taste=taste,
        side=rng.integers(0, SIDES, taste.shape),
        language=language,
        activity=activity,
        authorship=authorship,
        peak_hour=np.where(habit == NIGHT, NIGHT_HOUR, peak_hour),
        joined=joined,
        left=left,
        is_churned=is_churned,
        is_toxic=is_toxic,
        habit=habit,
    )


def times_draw(rng: np.random.Generator, accounts: Accounts, who: Ints) -> Floats:
    """Draw a moment of each account `who`: a day of its life, an hour by its rhythm."""
    joined, left = accounts.joined[who], accounts.left[who]
    drawn = rng.uniform(joined, left)
    # Hours spread by three around the peak, with a long tail through the day.
    spread = np.where(rng.random(len(who)) < 0.85, 2.5, 7.0)
    spread = np.where(accounts.habit[who] == NIGHT, NIGHT_SPREAD, spread)
    hour = (accounts.peak_hour[who] + rng.normal(0, 1, len(who)) * spread) % 24
    day = np.floor(drawn / DAY)
    # Day 0 was a Thursday; to Saturday or Sunday of the same week.
    apart = rng.spawn(1)[0]
    weekend = day - (day + 3) % 7 + apart.integers(5, 7, len(who))
    moves = (accounts.habit[who] == WEEKEND) & (apart.random(len(who)) < ON_WEEKENDS)
    moment = np.where(moves, weekend, day) * DAY + hour * 3600
    is_outside = (moment <= joined) | (moment >= left)
    return np.where(is_outside, drawn, moment)


def taste_draw(rng: np.random.Generator, accounts: Accounts, who: Ints) -> Ints:
    """Draw one topic of each account `who` by its taste."""
    edges = np.cumsum(accounts.taste, axis=1)[who]
    drawn = rng.random(len(who))[:, None] * edges[:, -1:]
    found: Ints = (drawn >= edges).sum(axis=1).clip(max=accounts.taste.shape[1] - 1)
    return found


def _tastes(rng: np.random.Generator, count: int, topics: int) -> Floats:
    # Some topics are more liked than others: weights fall as one over the square root of rank.
    popularity = 1 / np.sqrt(1 + rng.permutation(topics))
    # Gumbel's trick: the best three of noisy log weights are three draws without return.
    noisy = np.log(popularity) + rng.gumbel(size=(count, topics))
    chosen = np.argsort(-noisy, axis=1)[:, :3]
    how_many = rng.choice([1, 2, 3], count, p=[0.3, 0.4, 0.3])
    weights = rng.uniform(0.4, 1.0, (count, 3)) * (np.arange(3) < how_many[:, None])
    taste = np.zeros((count, topics))
    np.put_along_axis(taste, chosen, weights / weights.sum(axis=1, keepdims=True), axis=1)
    return taste
