"""What a draft may expect of its first seven days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from mlengine.estimators.artifacts import Arrays, arrays_load, arrays_save, expect
from mlengine.estimators.first_day import FirstDay
from mlengine.estimators.quantiles import Forecast, QuantileForecast

# Of each target the ends of a 90 % interval and what is expected between.
Ranges = dict[str, dict[str, float]]

TARGETS = ("views", "likes", "comments", "shares")
# After this a post's counts hardly move.
HORIZON_DAYS = 7
_LIKES = TARGETS.index("likes")
# Posts' worth of doubt: a name seen this often is half believed, half taken for average.
_PRIOR_POSTS = 5.0
_LINK = re.compile(r"https?://", re.IGNORECASE)
_LONGEST_CONTENT = 2_200


@dataclass(frozen=True, slots=True)
class Draft:
    """A post as it would be published. `length` is in characters, `words` as blanks part them."""

    author_id: int
    kind: str
    category: str
    hashtags: tuple[str, ...]
    publish_at: datetime
    length: int
    words: int
    marks: tuple[float, float, float, float]

    @classmethod
    def of(
        cls,
        *,
        author_id: int,
        content: str,
        kind: str,
        category: str,
        hashtags: Sequence[str],
        publish_at: datetime,
    ) -> Self:
        """Read what counts out of the content."""
        text = content[:_LONGEST_CONTENT]
        letters = sum(character.isalpha() for character in text)
        capitals = sum(character.isupper() for character in text)
        marks = (
            float("?" in text),
            float("!" in text),
            float(bool(_LINK.search(text))),
            capitals / letters if letters else 0.0,
        )
        names = tuple(dict.fromkeys(hashtags))
        words = len(text.split())
        return cls(author_id, kind, category, names, publish_at, len(text), words, marks)


class Means:
    """Mean outcomes by name, drawn towards the mean of all the less a name was seen.

    Attributes
    ----------
    sums : dict of name to ndarray of float64, shape (n_targets,)
        Summed log(1 + count).
    counts : dict of name to float
    """

    def __init__(self) -> None:
        self.sums: dict[str, NDArray[np.float64]] = {}
        self.counts: dict[str, float] = {}

    def add(self, name: str, outcome: NDArray[np.float64]) -> None:
        self.sums[name] = self.sums.get(name, 0.0) + outcome
        self.counts[name] = self.counts.get(name, 0.0) + 1.0

    def of(self, name: str, overall: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (sum + prior x overall) / (n + prior)."""
        if name not in self.sums:
            return overall
        count = self.counts[name]
        found: NDArray[np.float64] = (self.sums[name] + _PRIOR_POSTS * overall) / (
            count + _PRIOR_POSTS
        )
        return found

    def best(self, names: Iterable[str], overall: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the means of the name with the most likes; `overall` for no names."""
        found = [self.of(name, overall) for name in names if name in self.sums]
        return max(found, key=lambda one: float(one[_LIKES])) if found else overall


class Outlook:
    """Forests for each outcome over what a draft says and how its like did before.

    Built by `mlengine.estimators.outlook_fitting`, in the worker.

    Attributes
    ----------
    forecasts : dict of target to QuantileForecast
    means : dict of "author", "category" and "hashtag" to Means
    overall : ndarray of float64, shape (n_targets,)
        Mean log(1 + count) over all posts.
    likes : ndarray of float64, shape (n_quantiles,)
        Likes of the community's posts after seven days, ascending.
    homes : dict of hashtag to category
        Where each hashtag is used most; "" where posts have no category.
    first_day : dict of target to FirstDay, or None
        What of the week's counts comes on the first day; none in artifacts of before it was told.
    usual : ndarray of float64, shape (n_usual, FEATURES), or None
        Drafts of the community as the forests read them; none in artifacts of before.
    """

    kind = "outlook"
    tables = ("author", "category", "hashtag")

    def __init__(
        self,
        *,
        forecasts: dict[str, QuantileForecast],
        means: dict[str, Means],
        overall: NDArray[np.float64],
        likes: NDArray[np.float64],
        homes: dict[str, str],
        first_day: dict[str, FirstDay] | None = None,
        usual: NDArray[np.float64] | None = None,
    ) -> None:
        self.forecasts = forecasts
        self.means = means
        self.overall = overall
        self.likes = likes
        self.homes = homes
        self.first_day = first_day
        self.usual = usual

    def predict(self, drafts: Sequence[Draft]) -> list[Ranges]:
        """Return what each draft may expect of its seven days."""
        return self.predict_both(drafts)[0]

    def predict_both(self, drafts: Sequence[Draft]) -> tuple[list[Ranges], list[Ranges] | None]:
        """Return what each draft may expect of its seven days, and of the first of them.

        None for the first where it was not learned. Both by one walk through the forests.
        """
        rows = self.rows(drafts)
        spreads = {name: forecast.spread(rows) for name, forecast in self.forecasts.items()}
        week = {name: self.forecasts[name].within(spread) for name, spread in spreads.items()}
        if self.first_day is None:
            return _ranges(week, len(rows)), None
        day = {
            name: first.predict(spreads[name], week[name]) for name, first in self.first_day.items()
        }
        return _ranges(week, len(rows)), _ranges(day, len(rows))

    def rows(self, drafts: Sequence[Draft]) -> NDArray[np.float64]:
        """Return the drafts as the forests read them, shape (n_drafts, FEATURES)."""
        return np.array([features(draft, self.means, self.overall) for draft in drafts])

    def viral_score(self, likes: float) -> float:
        """Return the share, in [0, 1], of the community's posts that got fewer likes."""
        return float(np.searchsorted(self.likes, likes, side="left") / max(len(self.likes), 1))

    def save(self, file: BinaryIO) -> None:
        """Write forests and means as one .npz."""
        arrays: Arrays = {"overall": self.overall, "likes": self.likes}
        if self.first_day is not None:
            arrays["first_day"] = np.array([self.first_day[name].as_row() for name in TARGETS])
        if self.usual is not None:
            arrays["usual"] = self.usual
        for name, forecast in self.forecasts.items():
            buffer = BytesIO()
            forecast.save(buffer)
            arrays[f"forecast_{name}"] = np.frombuffer(buffer.getvalue(), dtype=np.uint8)
        for name, table in self.means.items():
            names = sorted(table.sums)
            arrays[f"{name}_names"] = np.frombuffer("\n".join(names).encode(), dtype=np.uint8)
            sums = [table.sums[one] for one in names]
            arrays[f"{name}_sums"] = np.array(sums, dtype=np.float64).reshape(-1, len(TARGETS))
            arrays[f"{name}_counts"] = np.array([table.counts[one] for one in names], np.float64)
        homes = [self.homes[name] for name in sorted(self.means["hashtag"].sums)]
        arrays["hashtag_homes"] = np.frombuffer("\n".join(homes).encode(), dtype=np.uint8)
        arrays_save(file, kind=self.kind, settings={}, arrays=arrays)

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what save wrote.

        :raises ArtifactError: if the file is damaged, of another kind or impossible.
        """
        _, arrays = arrays_load(file, kind=cls.kind)
        expect({"overall", "likes"} <= arrays.keys(), "it knows the community")
        expect(arrays["overall"].shape == (len(TARGETS),), "it has a mean of each outcome")
        expect({f"forecast_{name}" for name in TARGETS} <= arrays.keys(), "it has all forecasts")
        forecasts = {
            name: QuantileForecast.load(BytesIO(arrays[f"forecast_{name}"].tobytes()))
            for name in TARGETS
        }
        wide = {forecast.middle.feature_count for forecast in forecasts.values()}
        expect(wide == {FEATURES}, f"its forests ask for {FEATURES} features")
        means = {name: _means_restored(name, arrays) for name in cls.tables}
        return cls(
            forecasts=forecasts,
            means=means,
            overall=arrays["overall"],
            likes=arrays["likes"],
            homes=_homes_restored(means["hashtag"], arrays),
            first_day=_first_day_restored(arrays),
            usual=_usual_restored(arrays),
        )


FEATURES = 12 + 3 * len(TARGETS) + 1
# What a draft consists of, by where `features` has it.
GROUPS = {
    "kind": [0],
    "length": [1, 2],
    "hashtags": [3, 21, 22, 23, 24],
    "question": [4],
    "exclamation": [5],
    "link": [6],
    "capitals": [7],
    "hour": [8, 9],
    "weekday": [10, 11],
    "author": [12, 13, 14, 15, 16],
    "category": [17, 18, 19, 20],
}


def features(
    draft: Draft, means: dict[str, Means], overall: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the draft as the forests read it, shape (FEATURES,)."""
    hour = 2 * np.pi * (draft.publish_at.hour + draft.publish_at.minute / 60) / 24
    day = 2 * np.pi * draft.publish_at.weekday() / 7
    author = str(draft.author_id)
    return np.concatenate(
        [
            [float(draft.kind == "reel"), np.log1p(draft.length), np.log1p(draft.words)],
            [float(len(draft.hashtags)), *draft.marks],
            [np.sin(hour), np.cos(hour), np.sin(day), np.cos(day)],
            means["author"].of(author, overall),
            [np.log1p(means["author"].counts.get(author, 0.0))],
            means["category"].of(draft.category, overall),
            means["hashtag"].best(draft.hashtags, overall),
        ]
    )


def _ranges(found: dict[str, Forecast], count: int) -> list[Ranges]:
    return [{name: one.ends(row) for name, one in found.items()} for row in range(count)]


def _first_day_restored(arrays: Arrays) -> dict[str, FirstDay] | None:
    if "first_day" not in arrays:
        return None
    rows = arrays["first_day"]
    expect(rows.shape == (len(TARGETS), 4), "it knows the first day of each outcome")
    return {name: FirstDay.of_row(row) for name, row in zip(TARGETS, rows, strict=True)}


def _usual_restored(arrays: Arrays) -> NDArray[np.float64] | None:
    usual = arrays.get("usual")
    expect(usual is None or usual.shape[1:] == (FEATURES,), "its usual drafts are whole")
    return usual


def _means_restored(name: str, arrays: Arrays) -> Means:
    expect({f"{name}_names", f"{name}_sums", f"{name}_counts"} <= arrays.keys(), "its tables stand")
    joined = arrays[f"{name}_names"].tobytes().decode("utf-8", "replace")
    sums, counts = arrays[f"{name}_sums"], arrays[f"{name}_counts"]
    names = joined.split("\n") if len(counts) else []
    expect(sums.shape == (len(names), len(TARGETS)), f"each {name} has its sums")
    expect(counts.shape == (len(names),), f"each {name} has its count")
    table = Means()
    table.sums = dict(zip(names, sums, strict=True))
    table.counts = dict(zip(names, counts.tolist(), strict=True))
    return table


def _homes_restored(hashtags: Means, arrays: Arrays) -> dict[str, str]:
    expect("hashtag_homes" in arrays, "it knows where hashtags are used")
    homes = arrays["hashtag_homes"].tobytes().decode("utf-8", "replace").split("\n")
    names = list(hashtags.sums)
    expect(len(homes) == max(len(names), 1), "each hashtag has its category")
    return dict(zip(names, homes, strict=False))
