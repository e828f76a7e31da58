"""What training costs: each source's fit, memory and prediction at growing sizes.

Run as `python -m socialml.bench.train KIND EVENTS`, one source at one size in a process of its
own, so that its peak memory is its own. Needs no deployment and no database.
"""

from __future__ import annotations

import json
import math
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from mlengine.datasets import Interactions, Items
from mlengine.errors import MLError
from mlengine.estimators import Recommender
from mlengine.estimators.blend import RECOMMENDERS
from mlengine.evaluation.tuning import GRIDS

# A community of TARGETS' proportions: 1 M events, 10,000 accounts, 20,000 posts.
EVENTS_AN_ACCOUNT = 100
EVENTS_A_POST = 50
# The r-th most popular post is chosen in proportion to r to the power of minus this, and
# accounts differ as a log-normal of this spread: both as usual in public logs.
POPULARITY_EXPONENT = 0.8
ACTIVITY_SPREAD = 1.0
_DAYS = 90
_WORDS_A_POST = 10
_VOCABULARY = 20_000
_VECTOR_WIDTH = 64
# As in training: serving needs the other core.
THREADS = 1
_BACKGROUND_NICENESS = 10
LISTED = 100
_PEOPLE_TOGETHER = 512
_PEOPLE_ALONE = 50
# A fit shorter than this is repeated, and its fastest run counts.
_BRIEF_SECONDS = 2.0
_REPEATS = 3


def community_draw(events: int, *, seed: int = 0) -> tuple[Interactions, Items]:
    """Return `events` choices with power laws on both sides; each post has a text and a vector."""
    rng = np.random.default_rng(seed)
    accounts, posts = max(events // EVENTS_AN_ACCOUNT, 2), max(events // EVENTS_A_POST, 2)
    activity = rng.lognormal(sigma=ACTIVITY_SPREAD, size=accounts)
    popularity = np.arange(1, posts + 1) ** -POPULARITY_EXPONENT
    # Ids in no order of popularity.
    rng.shuffle(popularity)
    chosen = Interactions.from_arrays(
        rng.choice(accounts, events, p=activity / activity.sum()),
        rng.choice(posts, events, p=popularity / popularity.sum()),
        at=rng.uniform(0, _DAYS * 86_400, events),
    )
    words = _VOCABULARY * rng.random((posts, _WORDS_A_POST)) ** 3
    texts = [" ".join(f"word{number}" for number in row) for row in words.astype(int).tolist()]
    look = rng.standard_normal((posts, _VECTOR_WIDTH), dtype=np.float32)
    return chosen, replace(Items.from_texts(dict(enumerate(texts))), vectors={"image": look})


def source_measure(kind: str, events: int) -> dict[str, Any]:
    """Return what one source costs at one size, or why it could not be fitted."""
    recommender = RECOMMENDERS[kind]
    settings = {name: values[0] for name, values in GRIDS.get(recommender, {}).items()}
    chosen, items = community_draw(events)
    facts = {"source": kind, "events": events, "pairs": len(chosen), "posts": len(items)}
    peak_forget()
    try:
        model, seconds = _fit(lambda: recommender(**settings).fit(chosen, items=items))
    except MLError as error:
        return {**facts, "error": str(error)}
    together, alone = _predictions(model, chosen)
    return {
        **facts,
        "fit_seconds": round(seconds, 6),
        "peak_mb": round(peak_mb(), 1),
        "predict_ms_in_batches": round(together, 4),
        "predict_ms_alone": round(alone, 4),
    }


def growth_exponent(sizes: list[int], costs: list[float]) -> float | None:
    """Return the e for which the cost grows as size to the power of e, by least squares.

    >>> growth_exponent([10, 100, 1000], [1.0, 100.0, 10_000.0])
    2.0

    None of fewer than two sizes, or where a cost is nothing.
    """
    if len(sizes) < 2 or min(costs) <= 0:
        return None
    slope = np.polyfit(np.log(sizes), np.log(costs), 1)[0]
    return round(float(slope), 2)


def report_make(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one object a source: its rows, and how its costs grow with the events."""
    found: dict[str, Any] = {}
    for row in rows:
        found.setdefault(row["source"], {"sizes": []})["sizes"].append(row)
    for source in found.values():
        done = [row for row in source["sizes"] if "error" not in row]
        sizes = [row["events"] for row in done]
        for name in ("fit_seconds", "predict_ms_alone"):
            source[f"{name}_exponent"] = growth_exponent(sizes, [row[name] for row in done])
    sizes = sorted({row["events"] for row in rows})
    return {
        "sources": found,
        # What an exponent of fit time may be at most, to grow no faster than n log n.
        "n_log_n_exponent": growth_exponent(sizes, [n * math.log(n) for n in sizes]),
        "threads": THREADS,
        "cores": os.cpu_count(),
    }


def report_table(report: dict[str, Any]) -> str:
    """Return the report as lines for a terminal."""
    head = f"{'source':<20}{'events':>11}{'fit s':>10}{'peak MB':>10}"
    lines = [f"{head}{'ms/person':>11}{'ms alone':>10}{'fit grows':>11}"]
    for name, source in report["sources"].items():
        growth = source["fit_seconds_exponent"]
        for row in source["sizes"]:
            label = f"{name:<20}{row['events']:>11,}"
            if "error" in row:
                lines.append(f"{label}  {row['error']}")
                continue
            is_last = row is source["sizes"][-1] and growth is not None
            lines.append(
                f"{label}{row['fit_seconds']:>10.2f}{row['peak_mb']:>10,.0f}"
                f"{row['predict_ms_in_batches']:>11.3f}{row['predict_ms_alone']:>10.2f}"
                + (f"{'n^' + format(growth, '.2f'):>11}" if is_last else "")
            )
    if report["n_log_n_exponent"]:
        lines.append(f"Between these sizes n log n grows as n^{report['n_log_n_exponent']:.2f}.")
    return "\n".join(lines)


def _fit(fit: Callable[[], Recommender]) -> tuple[Recommender, float]:
    best = math.inf
    for _ in range(_REPEATS):
        began = time.perf_counter()
        model = fit()
        best = min(best, time.perf_counter() - began)
        if best > _BRIEF_SECONDS:
            break
    return model, best


def _predictions(model: Recommender, chosen: Interactions) -> tuple[float, float]:
    """Return milliseconds a person, of many at once and of one alone (median)."""
    people = chosen.histories(model.item_ids_, chosen.user_ids[:_PEOPLE_TOGETHER])
    count = people.matrix.shape[0]
    began = time.perf_counter()
    model.score_users(people, k=LISTED)
    together = (time.perf_counter() - began) * 1000 / count
    alone = []
    for row in range(min(_PEOPLE_ALONE, count)):
        one = people.rows(row, row + 1)
        history = model.item_ids_[one.matrix.indices[np.argsort(-one.age)]].tolist()
        began = time.perf_counter()
        model.predict(history, k=LISTED)
        alone.append((time.perf_counter() - began) * 1000)
    return together, median(alone)


def peak_forget() -> None:
    """Let the peak count from here; where that cannot be asked for, drawing the data counts too."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_mb() -> float:
    """Return the most memory that this process held since, in MiB."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    os.nice(_BACKGROUND_NICENESS)
    with threadpool_limits(limits=THREADS):
        print(json.dumps(source_measure(sys.argv[1], int(sys.argv[2]))))
