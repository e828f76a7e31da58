"""Value a policy from what another policy logged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mlengine.datasets import number_field, table_columns, table_rows
from mlengine.errors import DatasetError, TooLittleData

# The reward model of the doubly robust estimate is fitted on the other folds.
_FOLDS = 5
# Rows' worth of the overall mean in each action's mean reward.
_PRIOR = 1.0

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def evaluate(*, logged: Path, policy: Path) -> dict[str, Any]:
    """Return the value that `policy` would have had, by three estimates.

    `ips` weighs each reward by probability / propensity (Horvitz and Thompson, 1952,
    doi:10.1080/01621459.1952.10483446), `snips` divides by the weights' sum (Swaminathan and
    Joachims, 2015), `dr` corrects a model of the rewards by the weighted residuals (Dudík et
    al., 2014, doi:10.1214/14-STS500). Each has a 95 % interval and the effective sample size
    (sum w)^2 / sum w^2: far below n, the log says little of the policy.

    :raises DatasetError: if a file cannot be read that way.
    :raises TooLittleData: if nothing was logged.
    """
    names, probability = _policy(policy)
    action, position, reward, propensity = _log(logged, names)
    if len(reward) < 2:
        raise TooLittleData(f"{logged}: two rows or more are needed.")
    chances = _chances(names, probability, position, policy)
    chosen = np.where(action >= 0, chances[np.arange(len(action)), action], 0.0)
    weight = chosen / propensity
    size = float(weight.sum() ** 2 / (weight**2).sum()) if weight.any() else 0.0
    model, expected = _rewards(action, position, reward, chances)
    value = weight.mean()
    snips = float((weight * reward).sum() / weight.sum()) if weight.any() else 0.0
    deviation = weight * (reward - snips) / value if value else np.zeros(len(weight))
    return {
        "n": len(reward),
        "logged_value": float(reward.mean()),
        "ips": _estimate(weight * reward, size),
        "snips": {**_estimate(snips + deviation, size), "value": snips},
        "dr": _estimate(expected + weight * (reward - model), size),
    }


def _estimate(terms: Floats, size: float) -> dict[str, Any]:
    value = float(terms.mean())
    half = float(stats.norm.ppf(0.975) * terms.std(ddof=1) / np.sqrt(len(terms)))
    return {
        "value": value,
        "interval": [value - half, value + half],
        "effective_sample_size": size,
    }


def _policy(path: Path) -> tuple[dict[str, int], dict[str, dict[str, float]]]:
    """Return the actions, numbered, and by position the probability of each."""
    has_position = "position" in table_columns(path)
    names: dict[str, int] = {}
    found: dict[str, dict[str, float]] = {}
    for line, row in table_rows(path, required=("action", "probability")):
        chance = number_field(path, line, row, "probability")
        if not 0.0 <= chance <= 1.0:
            raise DatasetError(f"{path}, line {line}, column 'probability': not in [0, 1].")
        name, place = row["action"].strip(), row["position"].strip() if has_position else ""
        names.setdefault(name, len(names))
        at_place = found.setdefault(place, {})
        if name in at_place:
            raise DatasetError(f"{path}, line {line}: action {name!r} stands twice.")
        at_place[name] = chance
    for place, chances in found.items():
        if abs(sum(chances.values()) - 1.0) > 1e-6:
            where = f"position {place!r}: " if place else ""
            raise DatasetError(f"{path}: {where}probabilities add up to {sum(chances.values()):g}.")
    if not found:
        raise DatasetError(f"{path}: no row below the header.")
    return names, found


def _log(path: Path, names: dict[str, int]) -> tuple[Integers, list[str], Floats, Floats]:
    """Return actions (-1 for one the policy never takes), positions, rewards, propensities."""
    has_position = "position" in table_columns(path)
    action, position, reward, propensity = [], [], [], []
    for line, row in table_rows(path, required=("action", "reward", "propensity")):
        chance = number_field(path, line, row, "propensity")
        if not 0.0 < chance <= 1.0:
            raise DatasetError(f"{path}, line {line}, column 'propensity': not in (0, 1].")
        action.append(names.get(row["action"].strip(), -1))
        position.append(row["position"].strip() if has_position else "")
        reward.append(number_field(path, line, row, "reward"))
        propensity.append(chance)
    return np.array(action, np.int64), position, np.array(reward), np.array(propensity)


def _chances(
    names: dict[str, int],
    probability: dict[str, dict[str, float]],
    position: list[str],
    path: Path,
) -> Floats:
    """Return each row's probabilities, shape (n_rows, n_actions)."""
    places = sorted(probability)
    table = np.zeros((len(places), len(names)))
    for row, place in enumerate(places):
        for name, chance in probability[place].items():
            table[row, names[name]] = chance
    if places == [""]:
        # One policy for all positions.
        return table[np.zeros(len(position), np.intp)]
    number = {place: row for row, place in enumerate(places)}
    missing = sorted(set(position) - number.keys())
    if missing:
        raise DatasetError(f"{path}: no probabilities for position {missing[0]!r}.")
    return table[np.array([number[place] for place in position], np.intp)]


def _rewards(
    action: Integers, position: list[str], reward: Floats, chances: Floats
) -> tuple[Floats, Floats]:
    """Return each row's modelled reward, and what the policy would earn there by the model.

    The model is the mean reward of an action at a position, drawn towards the mean of all, and
    never knows the row it is asked about.
    """
    places = {place: number for number, place in enumerate(sorted(set(position)))}
    place = np.array([places[one] for one in position], np.intp)
    shape = (len(places), chances.shape[1])
    model, expected = np.zeros(len(reward)), np.zeros(len(reward))
    fold = np.arange(len(reward)) % _FOLDS
    for one in range(_FOLDS):
        other, mine = (fold != one) & (action >= 0), fold == one
        overall = float(reward[fold != one].mean()) if (fold != one).any() else 0.0
        cell = place[other] * shape[1] + action[other]
        cells = shape[0] * shape[1]
        count = np.bincount(cell, minlength=cells)
        total = np.bincount(cell, reward[other], minlength=cells)
        table = ((total + _PRIOR * overall) / (count + _PRIOR)).reshape(shape)
        model[mine] = np.where(action[mine] >= 0, table[place[mine], action[mine]], overall)
        expected[mine] = (chances[mine] * table[place[mine]]).sum(axis=1)
    return model, expected
