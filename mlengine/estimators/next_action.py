"""What an account might do next that goes most with staying, by the churn model."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.acts import FEATURES
from mlengine.estimators.behaviour import BehaviourModel

# By action: how often within the month, and the feature, a log(1 + n), that counts it.
ACTIONS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "follow_authors": (3, "follows_last_month"),
        "engage": (5, "engagements_last_month"),
        "publish": (1, "posts_last_month"),
        "explore_authors": (5, "authors_last_month"),
    }
)
# What is said where no action lowers the risk.
KEEP_GOING = "keep_going"


def next_actions(model: BehaviourModel, rows: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Return, for each row of FEATURES, the action by which the model's risk would be least.

    {"action", "times" (how often within a month), "risk_after" (in [0, 1])}; the action is
    KEEP_GOING, 0 times, where none lowers the risk. An association, not a promise: accounts that
    did so stayed more often, others alike. `model` may know fewer features than there are now.
    """
    names, risks = [KEEP_GOING], [model.churn_risk(rows)]
    for name, (times, feature) in ACTIONS.items():
        if feature not in model.churn.names_:
            continue
        changed, place = rows.copy(), FEATURES.index(feature)
        changed[:, place] = np.log1p(np.expm1(rows[:, place]) + times)
        names.append(name)
        risks.append(model.churn_risk(changed))
    table = np.stack(risks, axis=1)
    best = table.argmin(axis=1)
    return [
        {
            "action": names[place],
            "times": ACTIONS[names[place]][0] if place else 0,
            "risk_after": round(float(table[row, place]), 4),
        }
        for row, place in enumerate(best.tolist())
    ]
