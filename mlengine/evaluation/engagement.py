"""Judge forecasts of what a post will earn, against the author's own past."""

from __future__ import annotations

import time as clock
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from mlengine.datasets.posts import PostOutcomes, read_posts
from mlengine.estimators.post_forecast import PAST
from mlengine.estimators.post_forecast_fitting import post_forecast_fit
from mlengine.estimators.quantiles import Forecast
from mlengine.estimators.word_ridge import WordRidge
from mlengine.metrics.forecasting import interval_coverage, interval_width, mae_log, spearman


def evaluate(
    *,
    train: Path,
    test: Path,
    text: str,
    target: str,
    time: str | None = None,
    author: str | None = None,
) -> dict[str, Any]:
    """Return how well outcomes of the test's posts are forecast from train alone.

    Test posts know the author's outcomes in train, none in the test. `baseline` forecasts the
    author's median and the author's own 5th and 95th percentile (of all posts where an author
    has fewer than five); `words` is a ridge on TF-IDF alone.

    :raises DatasetError: if a file cannot be read; it names file, line and column.
    :raises TooLittleData: if train has fewer than 50 posts.
    """
    known = read_posts(train, text=text, target=target, time=time, author=author)
    asked = read_posts(test, text=text, target=target, time=time, author=author)
    started = clock.perf_counter()
    forecaster = post_forecast_fit(known)
    fit_seconds = clock.perf_counter() - started

    pasts: defaultdict[str, list[float]] = defaultdict(list)
    for name, outcome in zip(known.authors, known.outcomes.tolist(), strict=True):
        pasts[name].append(outcome)
    histories = [pasts.get(name, [])[-PAST:] if name else [] for name in asked.authors]
    started = clock.perf_counter()
    forecast = forecaster.predict(
        asked.texts, pasts=histories, at=None if asked.at is None else asked.at.tolist()
    )
    predict_seconds = clock.perf_counter() - started

    words = WordRidge().fit(known.texts, np.log1p(known.outcomes)).predict(asked.texts)
    truth = asked.outcomes
    return {
        "train_posts": len(known),
        "posts": len(asked),
        "authors": len(set(asked.authors)),
        "authors_known": len(set(asked.authors) & set(known.authors)),
        **_figures(truth, forecast),
        "baseline": _figures(truth, _by_author(known, asked)),
        "words": {
            "spearman": round(spearman(truth, words), 6),
            "mae_log": round(mae_log(truth, np.expm1(np.maximum(words, 0.0))), 6),
        },
        "fit_seconds": round(fit_seconds, 3),
        "predict_ms": round(predict_seconds / len(asked) * 1000, 3),
    }


def _figures(truth: np.ndarray, forecast: Forecast) -> dict[str, float]:
    return {
        "spearman": round(spearman(truth, forecast.middle), 6),
        "mae_log": round(mae_log(truth, forecast.middle), 6),
        "coverage_90": round(interval_coverage(truth, forecast.low, forecast.high), 6),
        "interval_width": round(interval_width(forecast.low, forecast.high), 6),
    }


def _by_author(known: PostOutcomes, asked: PostOutcomes) -> Forecast:
    """Forecast what each author earned before."""
    pasts: defaultdict[str, list[float]] = defaultdict(list)
    for name, outcome in zip(known.authors, known.outcomes.tolist(), strict=True):
        pasts[name].append(outcome)
    everyone = known.outcomes.tolist()
    rows = []
    for name in asked.authors:
        past = pasts.get(name) or everyone
        spread = past if len(past) >= 5 else everyone
        low, high = np.percentile(spread, [5, 95])
        rows.append((low, np.median(past), high))
    low, middle, high = np.array(rows).T
    return Forecast(np.minimum(low, middle), middle, np.maximum(high, middle))
