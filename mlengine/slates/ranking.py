"""Ranking for some accounts at once: scored, filtered, spread, with some places for tries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from mlengine.datasets.shown import RANKER
from mlengine.estimators.ranking import top_k
from mlengine.slates.accounts import Account
from mlengine.slates.candidates import Scores, candidate_parts
from mlengine.slates.catalogue import Catalogue
from mlengine.slates.demotions import demoted
from mlengine.slates.exclusion import excluded
from mlengine.slates.exploration import EXPLORATION, interleaved, trials_draw
from mlengine.slates.learned import FeedRanker
from mlengine.slates.model import FeedModel
from mlengine.slates.reasons import Tastes, reason, tastes_of
from mlengine.slates.spreading import spread

# Cells of one block of scores, accounts times posts: 4 MB each for about ten blocks.
CELLS = 1_000_000
# Candidates from which the spread chooses, as a multiple of the slate's length.
_SPARE = 4


@dataclass(frozen=True, slots=True)
class Ranked:
    """One account's ranking on one surface, best first; fields as in StoredSlate."""

    account: Account
    surface: str
    ids: list[int]
    authors: list[int]
    scores: list[float]
    sources: list[list[str]]
    contributions: list[list[float]]
    reasons: list[str]
    propensities: list[float]


@dataclass(frozen=True, slots=True)
class _Block:
    """Some accounts' scores. `total` and each of `parts` have shape (n_accounts, n_posts)."""

    accounts: Sequence[Account]
    tastes: list[Tastes]
    parts: dict[str, Scores]
    total: Scores
    catalogue: Catalogue


def accounts_rank(
    accounts: Sequence[Account],
    catalogue: Catalogue,
    model: FeedModel | None,
    ranker: FeedRanker | None = None,
    *,
    at: datetime,
) -> Iterator[Ranked]:
    """Yield each account's rankings: the feed, and the reels where there are any.

    The same accounts, posts, models and moment give the same rankings, tries included.
    """
    if not len(catalogue):
        return
    at_once = max(1, CELLS // len(catalogue))
    reels = np.flatnonzero(catalogue.is_reel)
    surfaces = {"feed": None, "reels": reels} if len(reels) else {"feed": None}
    for start in range(0, len(accounts), at_once):
        block = _scored(accounts[start : start + at_once], catalogue, model, at)
        for surface, columns in surfaces.items():
            yield from _ranked(block, surface, columns, ranker, at)


def _scored(
    accounts: Sequence[Account], catalogue: Catalogue, model: FeedModel | None, at: datetime
) -> _Block:
    tastes = tastes_of(accounts, catalogue)
    parts = candidate_parts(accounts, tastes, catalogue, model)
    total = np.zeros((len(accounts), len(catalogue)), dtype=np.float32)
    for part in parts.values():
        total += part
    total, taken = demoted(total, accounts, catalogue, model, at=at)
    for row, account in enumerate(accounts):
        total[row, excluded(account, catalogue)] = -np.inf
    return _Block(accounts, tastes, {**parts, **taken}, total, catalogue)


def _ranked(
    block: _Block,
    surface: str,
    columns: NDArray[np.intp] | None,
    ranker: FeedRanker | None,
    at: datetime,
) -> Iterator[Ranked]:
    best = _best(block.total, columns)
    if ranker is not None:
        block, best = _reordered(block, best, ranker, at)
    scores = np.take_along_axis(block.total, best, axis=1)
    relevance = settings.SOCIALML_SLATE_RELEVANCE
    for row, chosen in enumerate(spread(best, scores, block.catalogue, relevance=relevance)):
        tried = trials_draw(
            block.accounts[row],
            surface,
            block.total[row],
            chosen,
            block.tastes[row],
            block.catalogue,
            at=at,
        )
        mixed, propensities = interleaved(chosen.tolist(), tried)
        yield _explained(block, row, surface, mixed, propensities)


def _reordered(
    block: _Block, best: NDArray[np.intp], ranker: FeedRanker, at: datetime
) -> tuple[_Block, NDArray[np.intp]]:
    """Return the block with what the ranker puts in, and `best` in the order that gives."""
    lift = np.zeros_like(block.total)
    added = ranker.lifts(block.accounts, best, block.total, block.parts, at=at)
    np.put_along_axis(lift, best, added, axis=1)
    total = block.total + lift
    order = np.argsort(-np.take_along_axis(total, best, axis=1), axis=1, kind="stable")
    lifted = replace(block, total=total, parts={**block.parts, RANKER: lift})
    return lifted, np.take_along_axis(best, order, axis=1)


def _best(total: Scores, columns: NDArray[np.intp] | None) -> NDArray[np.intp]:
    spare = _SPARE * settings.SOCIALML_SLATE_LENGTH
    if columns is None:
        return top_k(total, spare)
    return columns[top_k(total[:, columns], spare)]


def _explained(
    block: _Block, row: int, surface: str, chosen: list[int], propensities: dict[int, float]
) -> Ranked:
    """Return the items at `chosen` with what each source put in.

    `propensities` has those of the places that try something out. What is tried is given the
    score of the item before it: the difference is what trying puts in.
    """
    catalogue, account = block.catalogue, block.accounts[row]
    names = [*block.parts, EXPLORATION]
    scores = block.total[row, chosen].astype(np.float64)
    lift = np.zeros(len(chosen))
    for place in propensities:
        lift[place] = max(scores[place - 1] - scores[place], 0.0)
    parts = [part[row, chosen] for part in block.parts.values()]
    shares = np.round(np.array([*parts, lift], np.float64), 4)
    # What tries something out names that first.
    weight = np.abs(shares)
    weight[-1, list(propensities)] = np.inf
    order = np.argsort(-weight, axis=0, kind="stable")
    told = np.count_nonzero(weight, axis=0)
    named = np.array(names, dtype=object)[order].T
    valued = np.take_along_axis(shares, order, axis=0).T
    # The first that speaks for it; the ranker orders what others propose.
    speaks = (valued >= 0) & (named != RANKER) & (np.arange(len(names)) < told[:, None])
    spokesmen = named[np.arange(len(chosen)), speaks.argmax(axis=1)].tolist()
    sources = [ordered[:n] for ordered, n in zip(named.tolist(), told.tolist(), strict=True)]
    contributions = [values[:n] for values, n in zip(valued.tolist(), told.tolist(), strict=True)]
    reasons = [
        reason(spokesman, column, block.tastes[row], catalogue)
        for spokesman, column in zip(spokesmen, chosen, strict=True)
    ]
    return Ranked(
        account=account,
        surface=surface,
        ids=catalogue.ids[chosen].tolist(),
        authors=catalogue.authors[chosen].tolist(),
        scores=[round(score, 4) for score in (scores + lift).tolist()],
        sources=sources,
        contributions=contributions,
        reasons=reasons,
        propensities=[propensities.get(place, 1.0) for place in range(len(chosen))],
    )
