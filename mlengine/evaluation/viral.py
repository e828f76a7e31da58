"""Judge early forecasts of how many views an item will have, from any table of events."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from mlengine.datasets.cascades import Cascades, read_cascades
from mlengine.errors import DatasetError, TooLittleData
from mlengine.estimators.virality import RIVALS, Vector, Virality
from mlengine.estimators.virality_features import usual_before, virality_rows
from mlengine.estimators.virality_fitting import virality_fit
from mlengine.metrics.calibration import average_precision, brier, calibration_error
from mlengine.metrics.forecasting import crps, interval_coverage, interval_width, mae_log

HELD_OUT_SHARE = 0.2
_HOUR = 3_600.0
_LONGEST = 240_000.0
# There is no draft here to say anything.
_TRIED = tuple(name for name in RIVALS if name != "draft")


def evaluate(
    *,
    data: Path,
    item: str,
    time: str,
    author: str | None = None,
    days: float = 7.0,
    ages: Sequence[float] = (1, 3, 6, 24),
) -> dict[str, Any]:
    """Return how well the views of new items after `days` are forecast at these ages in hours.

    The newest fifth of the items is judged, by what was known when its first came out. At each
    age stand the figures of what was `chosen`, and of each rival alone: "usual" knows nothing
    of the item, "early" its views so far (Szabo and Huberman), "full" also how they quicken,
    the hour and the author's earlier items.

    :raises DatasetError: if the file cannot be read (it names file, line and column), or an age
        is none.
    :raises TooLittleData: if too few items are new and old enough.
    """
    hours = days * 24.0
    if not 0.0 < hours < _LONGEST or not all(0.0 <= age < hours for age in ages):
        raise DatasetError("Ages are hours from 0 to below the days, days at most 10,000.")
    found = read_cascades(data, item=item, time=time, author=author, hours=hours)
    final = found.acts.views_by(hours, posts=len(found))
    early = found.acts.early(ages, posts=len(found))
    rows = _rows(found, ages)
    place = round(len(found) * (1 - HELD_OUT_SHARE))
    known = int((found.published <= found.published[place] - hours * _HOUR).sum()) if place else 0
    held = (rows[place:], early.views[place:], final[place:])
    if len(found) - place < 2:
        raise TooLittleData(f"{data}: {len(found)} new items are too few to judge.")

    def fitted(rivals: Sequence[str]) -> Virality:
        learned = (rows[:known], early.views[:known], final[:known])
        return virality_fit(*learned, ages_hours=ages, rivals=[rivals] * len(ages))

    chosen, alone = fitted(_TRIED), {name: fitted([name]) for name in _TRIED}
    return {
        "items": len(found),
        "learned_from": known,
        "judged": len(found) - place,
        "days": days,
        "viral_from": chosen.viral_from,
        "viral": int((held[2] >= chosen.viral_from).sum()),
        "ages": [
            {
                "hours": age,
                "chosen": chosen.stages[stage].rival,
                **figures(chosen, stage, *held),
                **{name: figures(model, stage, *held) for name, model in alone.items()},
            }
            for stage, age in enumerate(ages)
        ],
    }


def figures(
    model: Virality, stage: int, rows: Vector, so_far: Vector, final: Vector
) -> dict[str, float | None]:
    """Return how well the model does at one age, on rows of shape (n_posts, n_ages, n_features).

    The average precision is None where nothing went viral.
    """
    said = model.predict(stage, rows[:, stage], views=so_far[:, stage])
    draws = model.draws(stage, rows[:, stage], views=so_far[:, stage])
    is_viral = final >= model.viral_from
    numbers = {
        "crps": float(crps(np.log1p(final), draws).mean()),
        "mae_log": mae_log(final, said.middle),
        "coverage_90": interval_coverage(final, said.low, said.high),
        "interval_width": interval_width(said.low, said.high),
        "brier": brier(is_viral, said.probability),
        "calibration_error": calibration_error(is_viral, said.probability),
        "average_precision": average_precision(is_viral, said.probability),
    }
    return {name: round(one, 6) if isfinite(one) else None for name, one in numbers.items()}


def _rows(found: Cascades, ages: Sequence[float]) -> Vector:
    early = found.acts.early(ages, posts=len(found))
    unknown = np.zeros(len(found))
    return virality_rows(
        early,
        expected=unknown,
        author=unknown,
        usual=usual_before(found.authors, early.views),
        published=found.published,
    )
