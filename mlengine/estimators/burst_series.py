"""Bursts of named series: the names that count for something are followed, the rest sketched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import compress
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import ArtifactError
from mlengine.estimators.artifacts import Arrays, arrays_load, arrays_save
from mlengine.estimators.bursts import BurstDetector
from mlengine.estimators.sketch import CountMinSketch

Floats = NDArray[np.float64]

_KIND = "burst-series"
_DAY = 86_400.0
# Of hundreds of names some score above 4 now and then by chance (docs/models/trending.md).
_THRESHOLD = 5.0


@dataclass(frozen=True, slots=True)
class Report:
    """A burst of one name: how far its newest point, or last hours, went beyond its own past."""

    name: str
    score: float
    expected: float
    observed: float


@dataclass(slots=True)
class BurstSeries:
    """A BurstDetector over the names that are followed, and a sketch of those that are not.

    A name that was never followed has done next to nothing so far, so it begins as a series of
    zeros. Its size is its count, which fades by half in `half_life_days`, as the sketch does.
    State and work a point do not grow with the number of names there are.

    Parameters
    ----------
    capacity : int, default 20,000
        Series at most; the smallest give way to names that outgrow them.
    followed_from : float, default 3.0
        Size from which a name is followed: fewer than three accounts are no trend.
    half_life_days : float, default 1.0
        Of the sizes. A day, for what does little each day is not worth a series.

    Attributes
    ----------
    names_ : list of str
        The names that are followed, in the order of the series.
    sizes_ : ndarray of float64, shape (n_series,)
        How much each counted lately.
    """

    capacity: int = 20_000
    followed_from: float = 3.0
    half_life_days: float = 1.0
    detector: BurstDetector = field(default_factory=lambda: BurstDetector(threshold=_THRESHOLD))
    sketch: CountMinSketch = field(default_factory=CountMinSketch)
    names_: list[str] = field(default_factory=list)
    sizes_: Floats = field(default_factory=lambda: np.empty(0))
    _place: dict[str, int] = field(default_factory=dict)

    def take(self, *, at: float, counts: Mapping[str, float]) -> list[Report]:
        """Take in the next point of every name, at `at` in seconds; return the bursts it shows.

        Names that are not in `counts` counted 0. Moments must not go backwards.
        """
        elapsed = max(at - self.detector.last_at_, 0.0) if self.detector.seen_ else 0.0
        share = 0.5 ** (elapsed / (self.half_life_days * _DAY))
        self.sizes_ *= share
        self.sketch.fade(share)
        self._admit({name: n for name, n in counts.items() if name not in self._place})
        observed = np.zeros(len(self.names_))
        for name, count in counts.items():
            if (place := self._place.get(name)) is not None:
                observed[place] = count
        self.sizes_ += observed
        found = self.detector.judge_all(at=at, counts=observed)
        return [
            Report(
                self.names_[i], float(found.score[i]), float(found.expected[i]), float(observed[i])
            )
            for i in np.flatnonzero(found.is_burst)
        ]

    def save(self, file: BinaryIO) -> None:
        """Write what was learned, for `load`; no pickle."""
        detector, names = self.detector, json.dumps(self.names_, ensure_ascii=False).encode()
        settings = {
            "seen": detector.seen_,
            "last_at": detector.last_at_,
            "total": self.sketch.total_,
        }
        arrays: Arrays = {
            "names": np.frombuffer(names, dtype=np.uint8),
            "sizes": self.sizes_,
            "state": detector.state_,
            "table": self.sketch.table_,
        }
        arrays_save(file, kind=_KIND, settings=settings, arrays=arrays)

    def load(self, file: BinaryIO) -> BurstSeries:
        """Go on from what was saved; return self.

        :raises ArtifactError: if the file is damaged, of another kind, or its parts do not fit.
        """
        settings, arrays = arrays_load(file, kind=_KIND)
        try:
            names = json.loads(arrays["names"].tobytes())
            shapes = [arrays[name].shape for name in ("sizes", "state", "table")]
            own = [(len(names),), (len(self.detector.state_), len(names)), self.sketch.table_.shape]
            if shapes != own:
                raise ArtifactError(f"The stored series have shapes {shapes}, not {own}.")
            self.detector.seen_, self.detector.last_at_ = settings["seen"], settings["last_at"]
            self.sketch.total_ = settings["total"]
        except (KeyError, ValueError, TypeError) as error:
            raise ArtifactError(f"The stored series cannot be read: {error}.") from error
        self.detector.state_, self.sketch.table_ = arrays["state"], arrays["table"]
        self.sizes_ = arrays["sizes"]
        self._name(names)
        return self

    def _admit(self, counts: Mapping[str, float]) -> None:
        """Count these names in the sketch, and follow those that did enough."""
        if not counts:
            return
        names = list(counts)
        self.sketch.add(names, np.fromiter(counts.values(), dtype=np.float64, count=len(names)))
        # What the sketch may have made too much of is nobody's doing.
        sizes = self.sketch.estimate(names) - self.sketch.error
        order = np.argsort(-sizes, kind="stable")
        order = order[sizes[order] >= self.followed_from]
        if not len(order):
            return
        order = order[: self._make_room(sizes[order])]
        # What this point counts is added when the point is judged.
        before = [max(sizes[i] - counts[names[i]], 0.0) for i in order]
        self.sizes_ = np.concatenate([self.sizes_, before])
        self.detector.series_add(len(order))
        self._name(self.names_ + [names[i] for i in order])

    def _make_room(self, sizes: Floats) -> int:
        """Let smaller series give way to names of these sizes, largest first; return for how many.

        What gives way is counted in the sketch from then on, so that it can return.
        """
        free = self.capacity - len(self.names_)
        if len(sizes) <= free:
            return len(sizes)
        smallest = np.argsort(self.sizes_, kind="stable")[: len(sizes) - free]
        rivals = sizes[free : free + len(smallest)]
        leaving = smallest[rivals > self.sizes_[smallest]]
        if len(leaving):
            self.sketch.add([self.names_[i] for i in leaving], self.sizes_[leaving])
            kept = np.ones(len(self.names_), dtype=bool)
            kept[leaving] = False
            self.detector.series_keep(kept)
            self.sizes_ = self.sizes_[kept]
            self._name(list(compress(self.names_, kept)))
        return free + len(leaving)

    def _name(self, names: list[str]) -> None:
        self.names_ = names
        self._place = {name: place for place, name in enumerate(names)}
