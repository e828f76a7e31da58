"""How many views a young post will have, and whether it goes viral."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from mlengine.estimators.artifacts import Arrays, arrays_load, arrays_save, expect

# Ages, in hours, at which a post is forecast; 0 is the moment it comes out.
AGES_HOURS = (0, 1, 3, 6, 24, 72)
# One post in twenty goes viral: those with the most views.
VIRAL_SHARE = 0.05
# Fewer views than this are no crowd, however small the community.
FEWEST_VIEWS = 10
FEATURES = (
    "expected",  # log(1 + views the draft was forecast to get)
    "author",  # mean log(1 + views) of the author's posts that came of age
    "views",  # log(1 + views so far)
    "usual",  # mean log(1 + views) of the author's earlier posts at this age
    "engagements",  # log(1 + likes, comments, shares and saves so far)
    "recent",  # log(1 + views in the newer half of its age)
    "hour_sin",
    "hour_cos",
)
# What each rival reads; "early" is Szabo and Huberman's.
RIVALS: dict[str, tuple[str, ...]] = {
    "usual": (),
    "draft": ("expected",),
    "early": ("views",),
    "full": FEATURES,
}
MISSED = 0.1
_LEARNED = ("mean", "scale", "coefficients", "intercept", "spread", "misses")
# exp of more overflows float64; no count is that large.
_LARGEST_LOG = 60.0

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stage:
    """What is known of posts of one age: a line through log(1 + views) and how far it is missed.

    Attributes
    ----------
    rival : str
        The key of RIVALS whose features have coefficients; those of all others are 0.
    mean, scale, coefficients : ndarray of float64, shape (n_features,)
    intercept : ndarray of float64, shape ()
    spread : ndarray of float64, shape (2,)
        Usual size of a miss: the least, and how much a forecast log view adds.
    misses : ndarray of float64, shape (n_misses,)
        Misses of later posts in units of their usual size, ascending.
    """

    rival: str
    mean: Vector
    scale: Vector
    coefficients: Vector
    intercept: Vector
    spread: Vector
    misses: Vector

    def parts(self, rows: Vector) -> Vector:
        """Return what each feature adds to the line at the mean post; one that is nan nothing."""
        known = np.where(np.isfinite(rows), rows, self.mean)
        found: Vector = (known - self.mean) / self.scale * self.coefficients
        return found

    def line(self, rows: Vector) -> tuple[Vector, Vector]:
        """Return the line at each row of features, shape (n, n_features), and a miss's size."""
        line = self.parts(rows).sum(axis=-1) + self.intercept
        return line, np.maximum(self.spread[0] + self.spread[1] * line, self.spread[0])


@dataclass(frozen=True, slots=True)
class Outcome:
    """Views at the end: ends of a 90 % interval, the median, and the chance of going viral."""

    low: Vector
    middle: Vector
    high: Vector
    probability: Vector


class Virality:
    """A line through the logarithm of early counts for each age, with conformal misses.

    Views at the end follow views so far on the log scale, with a noise that is the same for
    all (Szabo and Huberman); what the draft promised, who wrote it, how it is engaged with and
    whether it quickens say more (Cheng et al.). Interval and probability both come from the misses
    of later posts, so they never contradict each other, and keep their promise whatever the line is
    worth as long as what comes is like what came. Built by `virality_fitting`.

    Attributes
    ----------
    stages : list of Stage
        One for each of `ages_hours`.
    viral_from : float
        Views at the end from which a post is viral.

    References
    ----------
    Szabo and Huberman (2010), doi:10.1145/1787234.1787254. Cheng et al. (2014),
    doi:10.1145/2566486.2567997. Split conformal intervals: Lei et al. (2018),
    doi:10.1080/01621459.2017.1307116; probabilities from the same misses: Vovk et al. (2020),
    doi:10.1016/j.neucom.2019.07.110.
    """

    kind = "virality"

    def __init__(
        self, *, stages: Sequence[Stage], ages_hours: Sequence[float], viral_from: float
    ) -> None:
        self.stages = list(stages)
        self.ages_hours = tuple(ages_hours)
        self.viral_from = viral_from

    @classmethod
    def usual(cls, views: Vector) -> Self:
        """Return what knows nothing but how many views posts had: it says the same of every one.

        `views`, shape (n_posts,), are those of at least one post at its end.
        """
        nothing = np.zeros(len(FEATURES))
        stage = Stage(
            rival="usual",
            mean=nothing,
            scale=np.ones(len(FEATURES)),
            coefficients=nothing,
            intercept=np.array(0.0),
            spread=np.array([1.0, 0.0]),
            misses=np.sort(np.log1p(views)),
        )
        ages = AGES_HOURS
        return cls(stages=[stage] * len(ages), ages_hours=ages, viral_from=viral_from(views))

    def predict(self, stage: int, rows: Vector, *, views: Vector) -> Outcome:
        """Return what posts of the stage's age will have, by FEATURES, shape (n, n_features).

        `views` are those they have: they will not have fewer.
        """
        one = self.stages[stage]
        line, size = one.line(rows)
        count = len(one.misses)
        low, high = (line + size * one.misses[place] for place in conformal_places(count))
        middle = line + size * np.median(one.misses)
        needed = (np.log1p(self.viral_from) - line) / size
        above = count - np.searchsorted(one.misses, needed, side="left")
        # One more miss, half of it above, keeps the ends away from certainty.
        probability = np.where(views >= self.viral_from, 1.0, (above + 0.5) / (count + 1))
        low, middle, high = (np.maximum(_count(end), views) for end in (low, middle, high))
        return Outcome(low, middle, high, probability)

    def draws(self, stage: int, rows: Vector, *, views: Vector) -> Vector:
        """Return equally likely log(1 + views at the end), ascending, shape (n, n_misses)."""
        one = self.stages[stage]
        line, size = one.line(rows)
        drawn = line[:, None] + size[:, None] * one.misses
        return np.maximum(drawn, np.log1p(views)[:, None])

    def contributions(self, stage: int, row: Vector) -> dict[str, float]:
        """Return what each feature adds to log(1 + views) against the mean post, by name."""
        return self.named(self.stages[stage].parts(row))

    def mean(self, stage: int) -> dict[str, float]:
        """Return the mean post's features, by name."""
        return self.named(self.stages[stage].mean)

    @staticmethod
    def named(row: Vector) -> dict[str, float]:
        """Return a post's features by name."""
        return dict(zip(FEATURES, row.tolist(), strict=True))

    def save(self, file: BinaryIO) -> None:
        """Write all stages as one .npz."""
        arrays: Arrays = {
            f"{number}_{name}": getattr(stage, name)
            for number, stage in enumerate(self.stages)
            for name in _LEARNED
        }
        settings: dict[str, Any] = {
            "rivals": [stage.rival for stage in self.stages],
            "ages_hours": list(self.ages_hours),
            "viral_from": self.viral_from,
        }
        arrays_save(file, kind=self.kind, settings=settings, arrays=arrays)

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what save wrote.

        :raises ArtifactError: if the file is damaged, of another kind or impossible.
        """
        settings, arrays = arrays_load(file, kind=cls.kind)
        expect({"rivals", "ages_hours", "viral_from"} == settings.keys(), "it has its settings")
        rivals = settings["rivals"]
        expect(len(rivals) == len(settings["ages_hours"]) > 0, "each age has its stage")
        expect(set(rivals) <= RIVALS.keys(), "its rivals are known")
        named = {f"{number}_{name}" for number in range(len(rivals)) for name in _LEARNED}
        expect(named == arrays.keys(), "each stage has its numbers")
        stages = [
            Stage(rival, *(arrays[f"{number}_{name}"] for name in _LEARNED))
            for number, rival in enumerate(rivals)
        ]
        for stage in stages:
            for array in (stage.mean, stage.scale, stage.coefficients):
                expect(array.shape == (len(FEATURES),), "each feature has its numbers")
            expect(stage.spread.shape == (2,) and stage.spread[0] > 0, "misses have a size")
            expect(stage.misses.ndim == 1 and len(stage.misses) > 0, "there are misses")
            expect(bool((np.diff(stage.misses) >= 0).all()), "misses ascend")
        return cls(
            stages=stages,
            ages_hours=settings["ages_hours"],
            viral_from=float(settings["viral_from"]),
        )


def conformal_places(count: int) -> tuple[int, int]:
    """Return where of `count` ascending misses the interval ends that lets out MISSED.

    >>> conformal_places(19)
    (0, 18)
    >>> conformal_places(199)
    (9, 189)
    """
    high = min(int(np.ceil((count + 1) * (1 - MISSED / 2) - 1e-9)), count)
    return count - high, high - 1


def viral_from(views: Vector) -> float:
    """Return the views that VIRAL_SHARE of the posts have at least, FEWEST_VIEWS or more.

    >>> viral_from(np.arange(1.0, 201.0))
    191.0
    """
    most = np.quantile(views, 1 - VIRAL_SHARE, method="higher") if len(views) else 0.0
    return float(max(most, FEWEST_VIEWS))


def _count(logarithm: Vector) -> Vector:
    return np.expm1(np.clip(logarithm, 0.0, _LARGEST_LOG))
