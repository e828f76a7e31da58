"""Judge recommendation: rank everything a user has not met, and compare with what they chose."""

from __future__ import annotations

import logging
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from mlengine.datasets import Interactions, Items, read_interactions, read_items, read_vectors
from mlengine.errors import DatasetError, TooLittleData
from mlengine.estimators import Blend, Popularity, Recommender
from mlengine.evaluation.judging import Examination, figures
from mlengine.evaluation.negatives import judge_among_negatives, read_negatives
from mlengine.evaluation.splits import hold_back, is_later, users_sampled
from mlengine.evaluation.tuning import GRIDS, Search

logger = logging.getLogger(__name__)

# More users make a choice of settings hardly surer, and a search much longer.
_USERS_TO_TUNE_ON = 4_000
_USERS_TO_TIME = 500


def evaluate(
    *,
    train: Path,
    test: Path,
    val: Path | None = None,
    items: Path | None = None,
    features: Path | None = None,
    negatives: Path | None = None,
    k: int = 20,
) -> dict[str, Any]:
    """Return how well the blend chosen on `val` ranks the test's items, and popularity beside it.

    Without `val`, a part of train is held back in the test's manner: the newest if the test's
    rows come after train's, else at random. The chosen blend is then fitted to train and val
    together. The test's items are read once, at the end.

    `features` gives items vectors of pictures and sounds (see read_vectors).

    :raises DatasetError: if a file cannot be read; it names file and line. Or if `k` is below 1.
    :raises TooLittleData: if there is too little to learn from or nothing to find.
    """
    if k < 1:
        raise DatasetError(f"A list of {k} items cannot be judged; k must be 1 or more.")
    known, tested = read_interactions(train), read_interactions(test)
    described = _described(items, features)
    notes = []
    if val:
        held = read_interactions(val)
        fitted, everything = known, _together(known, held)
    else:
        newest = is_later(known, tested)
        each = round(len(tested) / len(tested.user_ids))
        fitted, held = hold_back(known, newest=newest, each=each if newest else None)
        everything = known
        notes.append(f"settings chosen on {'the newest' if newest else 'a random'} part of train")

    started = time.perf_counter()
    search = Search(
        fitted, Examination(fitted, users_sampled(held, count=_USERS_TO_TUNE_ON)), k, described
    )
    chosen = _choose(search)
    tuning_seconds = time.perf_counter() - started

    started = time.perf_counter()
    blend = _refit(chosen, everything, described)
    fit_seconds = time.perf_counter() - started

    exam = Examination(everything, tested)
    if not len(exam.user_ids):
        raise TooLittleData(f"{test}: no user chose an item they had not met before.")
    ids, _, _ = blend.score_users(exam.people(blend.item_ids_), k=k)
    popularity = Popularity().fit(everything.binary())
    popular, _ = popularity.score_users(exam.people(popularity.item_ids_), k=k)
    result: dict[str, Any] = {
        "users": len(everything.user_ids),
        "items": len(everything.item_ids),
        "interactions": len(everything),
        "test_users": len(exam.user_ids),
        "k": k,
        **figures(exam.report(ids)),
        "popularity": dict(figures(exam.report(popular))),
        "fit_seconds": round(fit_seconds, 3),
        "tuning_seconds": round(tuning_seconds, 3),
        **_timed(blend, exam, k=k),
        "peak_rss_mb": _peak_rss_mb(),
        "chosen": {name: {**chosen[name], "weight": blend.weights[name]} for name in chosen},
        "ablation_on_val": search.ablation,
        "tried": search.tried,
        "notes": notes,
    }
    if negatives:
        rows = read_negatives(negatives, tested)
        result["negatives"] = judge_among_negatives(blend, everything, rows, k=k)
        result["popularity"]["negatives"] = judge_among_negatives(popularity, everything, rows, k=k)
    return result


def _described(items: Path | None, features: Path | None) -> Items | None:
    described = read_items(items) if items else None
    if features is None:
        return described
    vectors = read_vectors(features)
    return described.with_vectors(vectors) if described else vectors


def _choose(search: Search) -> dict[str, dict[str, Any]]:
    """Return kind -> settings and weight of the sources worth blending, chosen on held-out."""
    if not len(search.exam.user_ids):
        raise TooLittleData("No user has a held-out choice to tune on.")
    models: dict[str, tuple[Recommender, float]] = {}
    for kind in GRIDS:
        best = search.best_of(kind)
        if best:
            models[kind.kind] = best
    weights = search.weights(models)
    return {
        name: {"settings": model.settings(), "weight": weights[name]}
        for name, (model, _) in models.items()
        if weights[name]
    }


def _refit(
    chosen: dict[str, dict[str, Any]], everything: Interactions, items: Items | None
) -> Blend:
    kinds = {kind.kind: kind for kind in GRIDS}
    sources = {
        name: kinds[name](**choice["settings"]).fit(everything, items=items)
        for name, choice in chosen.items()
    }
    return Blend(sources, {name: choice["weight"] for name, choice in chosen.items()})


def _together(train: Interactions, val: Interactions) -> Interactions:
    """Return both as one, val after train where only positions are known."""
    parts = (train, val)
    rows = [np.repeat(part.user_ids, np.diff(part.matrix.indptr)) for part in parts]
    timed = train.at is not None and val.at is not None
    ordered = train.is_ordered and val.is_ordered
    # An age counts backwards from the end; all of val comes after all of train.
    places = [-train.age.astype(np.float64) - len(val), -val.age.astype(np.float64)]
    return Interactions.from_arrays(
        np.concatenate(rows),
        np.concatenate([part.item_ids[part.matrix.indices] for part in parts]),
        np.concatenate([part.matrix.data for part in parts]),
        at=np.concatenate([train.at, val.at]) if timed else None,
        position=np.concatenate(places) if ordered else None,
    )


def _timed(blend: Blend, exam: Examination, *, k: int) -> dict[str, float]:
    """Return milliseconds to rank everything for one user through the serving code."""
    people = exam.people(blend.item_ids_)
    milliseconds = []
    for row in range(min(_USERS_TO_TIME, len(exam.user_ids))):
        one = people.rows(row, row + 1)
        oldest_first = np.argsort(-one.age, kind="stable")
        history = blend.item_ids_[one.matrix.indices[oldest_first]].tolist()
        started = time.perf_counter()
        blend.predict(history, k=k)
        milliseconds.append((time.perf_counter() - started) * 1000)
    p50, p99 = np.percentile(milliseconds, [50, 99])
    return {"predict_ms_p50": round(float(p50), 3), "predict_ms_p99": round(float(p99), 3)}


def _peak_rss_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes on Linux, bytes on macOS.
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
