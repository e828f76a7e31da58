"""The forecast of a young post's views, and of whether it goes viral."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from analytics.models import Event
from analytics.selectors.weights import ENGAGEMENTS
from mlengine.datasets.early import EarlyActs
from mlengine.errors import ArtifactError, TooLittleData
from mlengine.estimators.outlook import HORIZON_DAYS, TARGETS, Draft
from mlengine.estimators.outlook_fitting import views_ahead
from mlengine.estimators.virality import AGES_HOURS, Virality
from mlengine.estimators.virality_features import usual_before, virality_rows
from mlengine.estimators.virality_fitting import virality_fit
from mlengine.metrics.calibration import average_precision, brier, calibration_error
from mlengine.metrics.forecasting import crps, interval_coverage, interval_width, mae_log
from mlengine.pipelines.base import Judged, Pipeline, Split
from mlengine.pipelines.grown import acts_on, held_out_place, known_at, posts_grown

HORIZON_HOURS = HORIZON_DAYS * 24.0
_KINDS = (Event.Kind.VIEWED, *ENGAGEMENTS)

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class YoungPosts:
    """Posts in order of publication, as they were at each age, and how they ended.

    `rows` has the shape (n_posts, n_ages, n_features), `views` (n_posts, n_ages), `final`
    (n_posts,).
    """

    rows: Vector
    views: Vector
    final: Vector

    def part(self, start: int, stop: int | None) -> YoungPosts:
        return YoungPosts(self.rows[start:stop], self.views[start:stop], self.final[start:stop])


class PostVirality(Pipeline):
    """Lines through early counts; judged by the whole forecast of later posts, at all ages."""

    name = "virality"
    measure = "1 - CRPS of log views"

    def load(self, *, until: datetime, unseen_since: datetime | None) -> Split[YoungPosts]:
        published, drafts, newest = posts_grown(until=until)
        whole, drafts = _young(published, drafts)
        place = held_out_place(drafts, unseen_since=unseen_since)
        cut = drafts[place].publish_at
        known = known_at(drafts, cut)
        return Split(whole.part(0, known), whole.part(place, None), whole, cut, newest)

    def fit(self, data: YoungPosts) -> Virality:
        return virality_fit(data.rows, data.views, data.final, ages_hours=AGES_HOURS)

    def refit(self, model: Virality, data: YoungPosts) -> Virality:
        kept = [[stage.rival] for stage in model.stages]
        return _fitted(data, kept)

    def evaluate(self, model: Virality, split: Split[YoungPosts]) -> Judged:
        if model.ages_hours != AGES_HOURS:
            raise ArtifactError("It forecasts posts of other ages.")
        held_out = split.held_out
        missed = _missed(model, held_out)
        by_age = {
            f"{age}h_crps": round(float(one), 6)
            for age, one in zip(AGES_HOURS, missed.mean(axis=0), strict=True)
        }
        metrics = {"posts": len(held_out.final), **_figures(model, held_out), **by_age}
        return Judged(float((1 - missed).mean()), metrics, 1 - missed.mean(axis=1))

    def baseline(self, split: Split[YoungPosts]) -> Judged:
        """Judge what would serve instead: how posts usually end, whatever this one does.

        Beside it stand the draft's forecast alone and the views so far alone.
        """
        rivals = {
            name: _fitted(split.train, [[name]] * len(AGES_HOURS))
            for name in ("usual", "draft", "early")
        }
        judged = self.evaluate(rivals["usual"], split)
        alone = {
            f"{age}h_crps_{name}": round(float(missed), 6)
            for name in ("draft", "early")
            for age, missed in zip(
                AGES_HOURS, _missed(rivals[name], split.held_out).mean(axis=0), strict=True
            )
        }
        return Judged(judged.score, {**judged.metrics, **alone}, judged.units)

    def restore(self, file: BinaryIO) -> Virality:
        return Virality.load(file)


def early_acts(published: Mapping[int, float]) -> EarlyActs:
    """Return what others did with these posts, published at these seconds since 1970, by age."""
    found = [
        (place, age / 3_600.0, kind == Event.Kind.VIEWED)
        for place, kind, age in acts_on(published, kinds=_KINDS)
    ]
    places, hours, is_view = zip(*found, strict=True) if found else ((), (), ())
    return EarlyActs(
        np.array(places, dtype=np.int64),
        np.array(hours, dtype=np.float64),
        np.array(is_view, dtype=bool),
    )


def _young(
    published: Mapping[int, float], drafts: Sequence[Draft]
) -> tuple[YoungPosts, list[Draft]]:
    """Return the posts whose draft can be forecast from what had come of age before, and these."""
    acts = early_acts(published)
    early = acts.early(AGES_HOURS, posts=len(drafts))
    final = acts.views_by(HORIZON_HOURS, posts=len(drafts))
    outcomes = np.zeros((len(drafts), len(TARGETS)))
    outcomes[:, TARGETS.index("views")] = final
    expected, author = views_ahead(drafts, outcomes)
    rows = virality_rows(
        early,
        expected=expected,
        author=author,
        usual=usual_before([draft.author_id for draft in drafts], early.views),
        published=np.array(list(published.values())),
    )
    kept = np.flatnonzero(np.isfinite(expected))
    if not len(kept):
        raise TooLittleData("No draft could be forecast: too few posts came of age before others.")
    young = YoungPosts(rows[kept], early.views[kept], final[kept])
    return young, [drafts[place] for place in kept.tolist()]


def _fitted(data: YoungPosts, rivals: Sequence[Sequence[str]]) -> Virality:
    return virality_fit(data.rows, data.views, data.final, ages_hours=AGES_HOURS, rivals=rivals)


def _figures(model: Virality, data: YoungPosts) -> dict[str, float]:
    """Return how good the forecasts of all ages together are."""
    said = [
        model.predict(stage, data.rows[:, stage], views=data.views[:, stage])
        for stage in range(len(AGES_HOURS))
    ]
    low, middle, high, probability = (
        np.concatenate([getattr(one, name) for one in said])
        for name in ("low", "middle", "high", "probability")
    )
    final = np.tile(data.final, len(said))
    is_viral = final >= model.viral_from
    numbers = {
        "mae_log": mae_log(final, middle),
        "coverage_90": interval_coverage(final, low, high),
        "interval_width": interval_width(low, high),
        "brier": brier(is_viral, probability),
        "calibration_error": calibration_error(is_viral, probability),
        "average_precision": average_precision(is_viral, probability),
    }
    return {name: round(value, 6) for name, value in numbers.items()}


def _missed(model: Virality, data: YoungPosts) -> Vector:
    """Return the CRPS of each post at each age, shape (n_posts, n_ages)."""
    truth = np.log1p(data.final)
    return np.column_stack(
        [
            crps(truth, model.draws(stage, data.rows[:, stage], views=data.views[:, stage]))
            for stage in range(len(AGES_HOURS))
        ]
    )
