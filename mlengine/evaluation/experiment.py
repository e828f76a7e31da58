"""Compare the arms of a finished experiment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mlengine.datasets import number_field, table_rows
from mlengine.errors import DatasetError, TooLittleData

_WORDS = {"true": "1", "false": "0", "yes": "1", "no": "0"}


def evaluate(*, data: Path, arm: str, metric: str, expected: str | None = None) -> dict[str, Any]:
    """Return each arm's mean, and the effect of the last arm by name over the first.

    One row is one subject. A metric of zeros and ones is compared by the two-proportion z-test
    with pooled variance, another by Welch's t-test (1947, doi:10.1093/biomet/34.1-2.28).
    `sample_ratio_p` tells by a chi-square test whether the arms' sizes fit `expected`, as 1:1,
    in the order of the names: below 0.001 the assignment is broken and no effect means anything.

    :raises DatasetError: if the file or `expected` cannot be read that way.
    :raises TooLittleData: if there are fewer than two arms, or two subjects in one.
    """
    values = _arms(data, arm, metric)
    if len(values) < 2:
        raise TooLittleData(f"{data}: an experiment has two arms or more, found {len(values)}.")
    small = [name for name, arm_values in values.items() if len(arm_values) < 2]
    if small:
        raise TooLittleData(f"{data}: fewer than two subjects in {small[0]!r}.")
    counts = [len(arm_values) for arm_values in values.values()]
    first, *_, last = values.values()
    is_binary = all(np.isin(arm_values, (0.0, 1.0)).all() for arm_values in values.values())
    compared = _proportions(first, last) if is_binary else _welch(first, last)
    return {
        "n": sum(counts),
        "arms": {
            name: {
                "n": len(arm_values),
                "mean": float(arm_values.mean()),
                "standard_deviation": float(arm_values.std(ddof=1)),
            }
            for name, arm_values in values.items()
        },
        "effect": float(last.mean() - first.mean()),
        **compared,
        "sample_ratio_p": _sample_ratio(counts, expected),
    }


def _arms(data: Path, arm: str, metric: str) -> dict[str, NDArray[np.float64]]:
    found: dict[str, list[float]] = {}
    for line, row in table_rows(data, required=(arm, metric)):
        name = row[arm].strip()
        if not name:
            raise DatasetError(f"{data}, line {line}, column {arm!r}: no arm is named.")
        word = row[metric].strip().lower()
        value = number_field(data, line, {**row, metric: _WORDS.get(word, word)}, metric)
        found.setdefault(name, []).append(value)
    return {name: np.array(found[name]) for name in sorted(found)}


def _proportions(first: NDArray[np.float64], last: NDArray[np.float64]) -> dict[str, Any]:
    n, m = len(first), len(last)
    p, q = float(first.mean()), float(last.mean())
    pooled = (p * n + q * m) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    z = (q - p) / error if error else 0.0
    # The interval is for the effect there is, so it does not suppose that there is none.
    apart = np.sqrt(p * (1 - p) / n + q * (1 - q) / m)
    half = stats.norm.ppf(0.975) * apart
    return {
        "test": "two-proportion z",
        "statistic": float(z),
        "interval": [float(q - p - half), float(q - p + half)],
        "p_value": float(2 * stats.norm.sf(abs(z))),
    }


def _welch(first: NDArray[np.float64], last: NDArray[np.float64]) -> dict[str, Any]:
    a, b = first.var(ddof=1) / len(first), last.var(ddof=1) / len(last)
    error = np.sqrt(a + b)
    effect = float(last.mean() - first.mean())
    if not error:
        # Two constants: equal, or apart beyond doubt.
        p_value = 1.0 if effect == 0 else 0.0
        return {
            "test": "Welch t",
            "statistic": 0.0,
            "interval": [effect, effect],
            "p_value": p_value,
        }
    freedom = (a + b) ** 2 / (a**2 / (len(first) - 1) + b**2 / (len(last) - 1))
    half = float(stats.t.ppf(0.975, freedom) * error)
    return {
        "test": "Welch t",
        "statistic": float(effect / error),
        "degrees_of_freedom": float(freedom),
        "interval": [effect - half, effect + half],
        "p_value": float(2 * stats.t.sf(abs(effect / error), freedom)),
    }


def _sample_ratio(counts: Sequence[int], expected: str | None) -> float:
    parts = [1.0] * len(counts)
    if expected is not None:
        try:
            parts = [float(part) for part in expected.split(":")]
        except ValueError:
            parts = []
        if len(parts) != len(counts) or not all(0 < part < 1e9 for part in parts):
            raise DatasetError(
                f"{expected!r} is no ratio of {len(counts)} arms; give one as"
                f" {':'.join('1' * len(counts))}."
            )
    wanted = np.array(parts) / sum(parts) * sum(counts)
    return float(stats.chisquare(counts, wanted).pvalue)
