"""Posts with what became of them: what an engagement forecast learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.tables import moment_field, number_field, table_rows
from mlengine.errors import DatasetError


@dataclass(frozen=True, slots=True)
class PostOutcomes:
    """Posts in order of time, oldest first.

    Attributes
    ----------
    texts : list of str
    authors : list of str
        Any name that is the same for posts of one author; all "" where authors are unknown.
    at : ndarray of float64, shape (n_posts,), or None
        Moment of posting in seconds since 1970, UTC; None where unknown.
    outcomes : ndarray of float64, shape (n_posts,)
        Likes, views or whatever is forecast; never negative.
    """

    texts: list[str]
    authors: list[str]
    at: NDArray[np.float64] | None
    outcomes: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        authors: Sequence[str],
        at: Sequence[float] | None,
        outcomes: Sequence[float],
    ) -> PostOutcomes:
        """Build from aligned sequences, sorting by moment where there is one."""
        order = np.argsort(np.asarray(at), kind="stable") if at is not None else range(len(texts))
        return cls(
            [texts[i] for i in order],
            [authors[i] for i in order],
            None if at is None else np.asarray(at, dtype=np.float64)[order],
            np.asarray(outcomes, dtype=np.float64)[list(order)],
        )

    def __len__(self) -> int:
        return len(self.texts)


def read_posts(
    path: Path, *, text: str, target: str, time: str | None = None, author: str | None = None
) -> PostOutcomes:
    """Read posts from .csv or .csv.gz; the arguments name the columns.

    Rows whose target is empty have no outcome to learn and are passed over. Moments are
    ISO 8601 (UTC without a zone) or seconds since 1970.

    :raises DatasetError: naming file, line and column if it cannot be read that way, a target is
        negative, or no row has one.
    """
    texts, authors, outcomes, moments = [], [], [], []
    for line, row in table_rows(path, required=[c for c in (text, target, time, author) if c]):
        if not row[target].strip():
            continue
        outcome = number_field(path, line, row, target)
        if outcome < 0:
            raise DatasetError(f"{path}, line {line}, column {target!r}: below zero.")
        texts.append(row[text])
        outcomes.append(outcome)
        authors.append(row[author] if author else "")
        if time:
            moments.append(moment_field(path, line, row, time))
    if not texts:
        raise DatasetError(f"{path}: no row with a value in {target!r}.")
    return PostOutcomes.of(texts, authors, moments if time else None, outcomes)
