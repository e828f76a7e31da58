"""What accounts did and when, and the features of their behaviour at any moment of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

DAY = 86_400.0
# Acts further apart than this belong to two sessions; the half hour of web analytics.
SESSION_GAP = 1_800.0

# Codes of what was done; anything else is being there.
OTHER, VIEW, SKIP, ENGAGEMENT, POST, FOLLOW = range(6)

# Counts are log(1 + n): the tenth act says less than the first.
FEATURES = (
    "days_since_last_act",
    "days_known",
    "acts_last_week",
    "acts_last_month",
    "active_days_last_week",
    "active_days_last_month",
    "engagements_last_week",
    "engagements_last_month",
    "posts_last_month",
    "follows_last_month",
    "views_last_month",
    "sessions_last_month",
    "skip_share",
    "mean_watch_seconds",
    "reel_share",
    "night_share",
    "weekend_share",
    "recent_change",
    "authors_last_month",
    "category_spread",
    "log_days_since_last_act",
    "silence_in_gaps",
    "log_visits_a_day",
)

Vector = NDArray[np.float64]
# Account, seconds since 1970, kind, milliseconds or None, whether a reel, the account it was done
# to or None, category.
Row = tuple[int, float, str, int | None, bool, int | None, str]
_ROW = [
    *(("who", "i8"), ("at", "f8"), ("code", "i1"), ("watched", "f8"), ("reel", "?")),
    *(("other", "i8"), ("category", "i4")),
]


@dataclass(frozen=True, slots=True)
class Acts:
    """Acts sorted by account, then by time.

    Attributes
    ----------
    account_ids : ndarray of int64, shape (n_accounts,)
        Ascending.
    account : ndarray of int64, shape (n_acts,)
        Position in account_ids.
    at : ndarray of float64, shape (n_acts,)
        Seconds since 1970.
    code : ndarray of int8, shape (n_acts,)
    watched : ndarray of float64, shape (n_acts,)
        Seconds; nan where nothing was watched.
    is_reel : ndarray of bool, shape (n_acts,)
    other : ndarray of int64, shape (n_acts,)
        The other account it was done to, 0 for none and oneself.
    category : ndarray of int32, shape (n_acts,)
        A number a category, 0 for none.
    """

    account_ids: NDArray[np.int64]
    account: NDArray[np.int64]
    at: Vector
    code: NDArray[np.int8]
    watched: Vector
    is_reel: NDArray[np.bool_]
    other: NDArray[np.int64]
    category: NDArray[np.int32]

    @classmethod
    def from_rows(cls, rows: Iterable[Row], codes: Mapping[str, int]) -> Acts:
        """Build from rows as Row says; kinds that `codes` gives no code are OTHER."""
        categories: defaultdict[str, int] = defaultdict(count(1).__next__)
        categories[""] = 0
        table = np.fromiter(
            (
                (
                    *(who, at, codes.get(kind, OTHER), np.nan if ms is None else ms / 1000, reel),
                    *(0 if other is None or other == who else other, categories[category]),
                )
                for who, at, kind, ms, reel, other, category in rows
            ),
            dtype=_ROW,
        )
        table = table[np.lexsort((table["at"], table["who"]))]
        account_ids, account = np.unique(table["who"], return_inverse=True)
        return cls(account_ids, account, *(table[name] for name, _ in _ROW[1:]))

    def where(self, keep: NDArray[np.bool_]) -> Acts:
        """Return the acts for which `keep` (shape (n_acts,)) is true; accounts stay."""
        return Acts(
            self.account_ids,
            self.account[keep],
            self.at[keep],
            self.code[keep],
            self.watched[keep],
            self.is_reel[keep],
            self.other[keep],
            self.category[keep],
        )

    def between(self, since: float, until: float) -> Acts:
        """Return the acts from `since` to before `until`."""
        return self.where((self.at >= since) & (self.at < until))

    def count(self, *codes: int) -> Vector:
        """Return how many acts of these codes, of all where none is given, each account did."""
        chosen = np.isin(self.code, codes) if codes else np.ones(len(self.code), bool)
        return self._sum(chosen.astype(np.float64))

    def active_days(self) -> Vector:
        """Return on how many UTC days each account did anything."""
        return self._sum(self._starts(np.floor(self.at / DAY), 0.0))

    def sessions(self) -> Vector:
        """Return how many sessions each account's acts fall into."""
        return self._sum(self._starts(self.at, SESSION_GAP))

    def session_starts(self) -> NDArray[np.bool_]:
        """Return whether each act begins a session, shape (n_acts,)."""
        return self._starts(self.at, SESSION_GAP).astype(bool)

    def shares(self, is_so: NDArray[np.bool_], among: NDArray[np.bool_]) -> Vector:
        """Return each account's share of acts `is_so` among those `among`; 0 where none are."""
        whole = self._sum(among.astype(np.float64))
        part = self._sum((is_so & among).astype(np.float64))
        return part / np.maximum(whole, 1.0)

    def distinct(self, values: NDArray[np.integer[Any]]) -> tuple[Vector, Vector]:
        """Return how many different values above 0 each account's acts have, and effectively.

        Effectively as many as would be equally common: (sum of counts)^2 / sum of squared counts,
        Simpson's index (doi:10.1038/163688a0); 0 where there are none.
        """
        known = values > 0
        kinds, place = np.unique(values[known], return_inverse=True)
        pairs, counts = np.unique(
            self.account[known] * max(len(kinds), 1) + place, return_counts=True
        )
        who, size = pairs // max(len(kinds), 1), len(self.account_ids)
        how_many = np.bincount(who, minlength=size).astype(np.float64)
        whole = np.bincount(who, counts, minlength=size)
        squares = np.bincount(who, counts.astype(np.float64) ** 2, minlength=size)
        return how_many, whole**2 / np.maximum(squares, 1.0)

    def _sum(self, values: Vector) -> Vector:
        # Of no acts at all, numpy makes integers.
        summed = np.bincount(self.account, values, minlength=len(self.account_ids))
        return np.asarray(summed, dtype=np.float64)

    def _starts(self, clock: Vector, gap: float) -> Vector:
        if not len(clock):
            return np.zeros(0)
        is_first = np.r_[True, np.diff(self.account) != 0]
        is_start = is_first | np.r_[True, np.diff(clock) > gap]
        return np.asarray(is_start, dtype=np.float64)


# Makes features of acts as of a moment.
Maker = Callable[[Acts, float], tuple[NDArray[np.int64], Vector]]


def features(acts: Acts, at: float, *, active_days: int = 28) -> tuple[NDArray[np.int64], Vector]:
    """Return who acted in the `active_days` before `at`, and FEATURES of each as of then.

    Nothing at or after `at` is read: what would not have been known then cannot leak in.
    Shapes (n,) and (n, n_features); no value is missing.
    """
    past = acts.between(-np.inf, at)
    month, week = past.between(at - 28 * DAY, at), past.between(at - 7 * DAY, at)
    first, last = _ends(past)
    # Days it came by the days from its first to its last act: silence means more to the regular.
    rate = past.active_days() / np.maximum((last - first) / DAY + 1.0, 1.0)
    keep = last >= at - active_days * DAY
    silence = np.where(keep, (at - last) / DAY, 0.0)

    seen = np.isin(month.code, (VIEW, SKIP))
    everything = np.ones(len(month.at), bool)
    acts_week, acts_month = week.count(), month.count()
    columns = {
        "days_since_last_act": (at - last) / DAY,
        "days_known": (at - first) / DAY,
        "acts_last_week": np.log1p(acts_week),
        "acts_last_month": np.log1p(acts_month),
        "active_days_last_week": week.active_days(),
        "active_days_last_month": month.active_days(),
        "engagements_last_week": np.log1p(week.count(ENGAGEMENT, POST)),
        "engagements_last_month": np.log1p(month.count(ENGAGEMENT, POST)),
        "posts_last_month": np.log1p(month.count(POST)),
        "follows_last_month": np.log1p(month.count(FOLLOW)),
        "views_last_month": np.log1p(month.count(VIEW)),
        "sessions_last_month": np.log1p(month.sessions()),
        "skip_share": month.shares(month.code == SKIP, seen),
        "mean_watch_seconds": _mean_watched(month),
        "reel_share": month.shares(month.is_reel, everything),
        "night_share": month.shares(_hour(month) < 6, everything),
        "weekend_share": month.shares(_weekday(month) >= 5, everything),
        # The last week against the mean of the three weeks before, as a difference of logs.
        "recent_change": np.log1p(acts_week) - np.log1p((acts_month - acts_week) / 3),
        "authors_last_month": np.log1p(month.distinct(month.other)[0]),
        "category_spread": month.distinct(month.category)[1],
        "log_days_since_last_act": np.log1p(silence),
        "silence_in_gaps": np.log1p(silence * rate),
        "log_visits_a_day": np.log(np.maximum(rate, 1e-3)),
    }
    matrix = np.stack([columns[name] for name in FEATURES], axis=1)
    return acts.account_ids[keep], matrix[keep]


def rhythm(acts: Acts, account_ids: NDArray[np.int64], at: float) -> Vector:
    """Return days of acts after the first, days from it to the last and to `at`, shape (n, 3).

    What BG/NBD asks of each account; nothing at or after `at` is read.
    """
    past = acts.between(-np.inf, at)
    first, last = _ends(past)
    row = np.searchsorted(acts.account_ids, account_ids)
    columns = (past.active_days() - 1.0, (last - first) / DAY, (at - first) / DAY)
    return np.stack([column[row] for column in columns], axis=1)


def leaks(made: Maker, acts: Acts, at: float) -> list[int]:
    """Return the columns of `made(acts, at)` that change when nothing from `at` on is known.

    Such a feature was told of the future: what learns from it does well on the past alone.
    """
    ids, rows = made(acts, at)
    known_ids, known = made(acts.between(-np.inf, at), at)
    if not np.array_equal(ids, known_ids):
        return list(range(rows.shape[1]))
    return np.flatnonzero((rows != known).any(axis=0)).tolist()


def outcomes(acts: Acts, account_ids: NDArray[np.int64], at: float, days: int) -> NDArray[np.int64]:
    """Return (acts, engagements) of the accounts in the `days` from `at` on, shape (n, 2)."""
    later = acts.between(at, at + days * DAY)
    row = np.searchsorted(acts.account_ids, account_ids)
    both = np.stack([later.count(), later.count(ENGAGEMENT, POST)], axis=1)
    return both[row].astype(np.int64)


def _ends(acts: Acts) -> tuple[Vector, Vector]:
    """Return when each account's first and last act was; infinities where it has none."""
    count = len(acts.account_ids)
    first, last = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(first, acts.account, acts.at)
    np.maximum.at(last, acts.account, acts.at)
    return first, last


def _mean_watched(acts: Acts) -> Vector:
    known = np.isfinite(acts.watched)
    total = acts._sum(np.where(known, acts.watched, 0.0))
    count = acts._sum(known.astype(np.float64))
    return total / np.maximum(count, 1.0)


def _hour(acts: Acts) -> Vector:
    return acts.at % DAY // 3600


def _weekday(acts: Acts) -> Vector:
    # 1 January 1970 was a Thursday; 0 is Monday.
    return (acts.at // DAY + 3) % 7
