"""How much of what was planted was found: precision and recall against a known answer."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment


def found_of(planted: Set[Any], found: Set[Any]) -> dict[str, float | int]:
    """Return precision, recall and F1 of `found`; each 0 where it is not defined.

    >>> found_of({1, 2, 3, 4}, {3, 4, 5})["recall"]
    0.5
    """
    hits = len(planted & found)
    precision = hits / len(found) if found else 0.0
    recall = hits / len(planted) if planted else 0.0
    both = precision + recall
    return {
        "planted": len(planted),
        "found": len(found),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / both, 4) if both else 0.0,
    }


def groups_found(
    planted: Mapping[str, Set[int]], found: Mapping[str, Set[int]]
) -> dict[str, dict[str, Any]]:
    """Return found_of each planted group and the found group that answers to it.

    Each found group answers to one planted group at most, so that the F1 scores add up to most.
    A planted group that none is left for is found by the empty set.
    """
    names, others = sorted(planted), sorted(found)
    scores = np.array(
        [[found_of(planted[name], found[other])["f1"] for other in others] for name in names]
    ).reshape(len(names), len(others))
    rows, columns = linear_sum_assignment(-scores)
    chosen = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    answers = {name: others[chosen[i]] if i in chosen else None for i, name in enumerate(names)}
    return {
        name: {"answer": other, **found_of(planted[name], found[other] if other else set())}
        for name, other in answers.items()
    }
