"""Ranking one chosen item among given ones that were not chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets import Interactions, integer_field, positions_in, table_columns, table_rows
from mlengine.errors import DatasetError
from mlengine.evaluation.judging import Scorer, figures
from mlengine.metrics import report_of_hits

_CHUNK = 512


@dataclass(frozen=True, slots=True)
class Contest:
    """One chosen item of one user, and the items it is ranked among."""

    user_id: int
    item_id: int
    rivals: NDArray[np.int64]


def read_negatives(path: Path, test: Interactions) -> list[Contest]:
    """Read one contest a row: user[,item] and the rivals, in one column or in many.

    Every column but `user` and `item` holds rivals, separated by blanks, commas, "|" or ";".
    Without an `item` column the row belongs to the user's only item of the test.

    :raises DatasetError: naming file and line if a row has no rival, names no whole number, or
        leaves open which item it is about.
    """
    columns = [name for name in table_columns(path) if name not in ("user", "item")]
    has_item = "item" in table_columns(path)
    chosen = test.items_by_user()
    contests = []
    for line, row in table_rows(path, required=("user",)):
        user = integer_field(path, line, row, "user")
        if has_item:
            item = integer_field(path, line, row, "item")
        elif len(chosen.get(user, ())) == 1:
            (item,) = chosen[user]
        else:
            raise DatasetError(
                f"{path}, line {line}: user {user} has {len(chosen.get(user, ()))} test items; "
                "an 'item' column must say which one is meant."
            )
        words = re.split(r"[\s,|;\[\]]+", " ".join(row[name] for name in columns))
        try:
            rivals = np.array([int(word) for word in words if word], dtype=np.int64)
        except (ValueError, OverflowError) as error:
            raise DatasetError(f"{path}, line {line}: {error}.") from error
        rivals = rivals[rivals != item]
        if not len(rivals):
            raise DatasetError(f"{path}, line {line}: no negative items.")
        contests.append(Contest(user, item, rivals))
    if not contests:
        raise DatasetError(f"{path}: no row below the header.")
    return contests


def judge_among_negatives(
    scorer: Scorer, past: Interactions, contests: list[Contest], *, k: int
) -> dict[str, float]:
    """Return ranking figures of each contest's item among its rivals, and how many there were.

    An item unknown to the scorer scores 0. Of rivals with the same score half count as better.
    """
    hits = np.zeros((len(contests), k), dtype=bool)
    users = np.array([contest.user_id for contest in contests], dtype=np.int64)
    people = past.histories(scorer.item_ids_, users)
    for start in range(0, len(contests), _CHUNK):
        scores = scorer.scores(people.rows(start, start + _CHUNK))
        for row, contest in enumerate(contests[start : start + _CHUNK]):
            ids = np.concatenate([[contest.item_id], contest.rivals])
            place, known = positions_in(scorer.item_ids_, ids)
            value = np.where(known, scores[row, place], 0.0)
            better = (value[1:] > value[0]).sum() + ((value[1:] == value[0]).sum() + 1) // 2
            if better < k:
                hits[start + row, better] = True
    report = report_of_hits(hits, np.ones(len(contests), dtype=np.int64))
    return {"contests": len(contests), **figures(report)}
