"""Ranking for some accounts at once: the model's scores, what is added, what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from mlengine.estimators.ranking import top_k
from mlengine.slates.accounts import Account
from mlengine.slates.catalogue import Catalogue
from mlengine.slates.model import FeedModel
from mlengine.slates.reasons import Tastes, reason, tastes_of

Scores = NDArray[np.float32]

# Added to the model's score, which is at most 1. Following says more than any guess; what is
# new or trending decides only where the model is of two minds.
FOLLOWING = 0.5
INTERESTS = 0.3
FRESH = 0.15
TRENDING = 0.1
# What one named when signing up counts half once this many posts were liked, and ever less.
_INTERESTS_HALVED_BY = 5
# Of the fresh posts, how much counts however little they fit the account's tastes.
_FRESH_FOR_ALL = 0.3
# A followed author's post counts half after this many days, and never less than this share.
_LEAST_FOLLOWING = 0.2
# Cells of one block of scores: accounts times posts, 4 bytes each and about eight blocks.
CELLS = 4_000_000
# Candidates from which author spread chooses, as a multiple of the slate's length.
_SPARE = 4
_SPREAD_OVER = 10


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


def accounts_rank(
    accounts: Sequence[Account], catalogue: Catalogue, model: FeedModel | None
) -> Iterator[Ranked]:
    """Yield each account's rankings: the feed, and the reels where there are any.

    Left out: what was seen, one's own, authors hidden by a block or a mute, private authors not
    followed, muted hashtags and categories, and languages outside those one has chosen.
    """
    if not len(catalogue):
        return
    at_once = max(1, CELLS // len(catalogue))
    reels = np.flatnonzero(catalogue.is_reel)
    surfaces = {"feed": None, "reels": reels} if len(reels) else {"feed": None}
    for start in range(0, len(accounts), at_once):
        some = accounts[start : start + at_once]
        tastes = tastes_of(some, catalogue)
        parts = _parts(some, tastes, catalogue, model)
        total = np.zeros((len(some), len(catalogue)), dtype=np.float32)
        for part in parts.values():
            total += part
        for row, account in enumerate(some):
            total[row, excluded(account, catalogue)] = 0.0
        for surface, columns in surfaces.items():
            best = _best(total, columns)
            for row, account in enumerate(some):
                chosen = spread(best[row][total[row, best[row]] > 0], catalogue)
                yield _ranked(account, surface, chosen, row, parts, total, tastes[row], catalogue)


def excluded(account: Account, catalogue: Catalogue) -> NDArray[np.bool_]:
    """Return which posts the account is not to be shown, shape (n_posts,)."""
    out = catalogue.is_closed.copy()
    out[catalogue.columns_by(account.following)] = False
    out[catalogue.columns_by([account.id, *account.hidden])] = True
    out[catalogue.columns_of(account.seen)] = True
    if account.muted_hashtags:
        out[catalogue.columns_tagged(account.muted_hashtags)] = True
    if account.muted_categories:
        out |= catalogue.is_of(account.muted_categories)
    if account.languages:
        # A text too short to tell its language is shown to all.
        names = {*account.languages, "", "und"}
        spoken = [code for code, name in enumerate(catalogue.languages) if name in names]
        out |= ~np.isin(catalogue.language, spoken)
    return out


def spread(columns: NDArray[np.intp], catalogue: Catalogue) -> list[int]:
    """Return `columns` in their order, moved back where one author would fill any ten.

    At most SOCIALML_SLATE_LENGTH; the archive of imported posts may stand as often as it likes.
    """
    share, length = settings.SOCIALML_SLATE_AUTHOR_SHARE, settings.SOCIALML_SLATE_LENGTH
    chosen: list[int] = []
    recent: list[int] = []
    waiting = list(
        zip(
            columns.tolist(),
            catalogue.authors[columns].tolist(),
            catalogue.is_archive[columns].tolist(),
            strict=True,
        )
    )
    while waiting and len(chosen) < length:
        window = recent[-(_SPREAD_OVER - 1) :]
        place = next(
            (
                place
                for place, (_, author, is_archive) in enumerate(waiting)
                if is_archive or window.count(author) < share
            ),
            None,
        )
        if place is None:
            break
        column, author, _ = waiting.pop(place)
        chosen.append(column)
        recent.append(author)
    return chosen


def _parts(
    accounts: Sequence[Account],
    tastes: Sequence[Tastes],
    catalogue: Catalogue,
    model: FeedModel | None,
) -> dict[str, Scores]:
    shape = (len(accounts), len(catalogue))
    parts = model.parts(accounts, len(catalogue)) if model else {}
    parts["trending"] = np.broadcast_to(np.float32(TRENDING) * catalogue.trending, shape)
    following = np.zeros(shape, dtype=np.float32)
    interests = np.zeros(shape, dtype=np.float32)
    fresh = np.zeros(shape, dtype=np.float32)
    new = np.flatnonzero(catalogue.fresh)
    for row, account in enumerate(accounts):
        followed = catalogue.columns_by(account.following)
        recency = np.maximum(catalogue.fresh[followed], np.float32(_LEAST_FOLLOWING))
        following[row, followed] = FOLLOWING * recency
        if account.interests:
            liked = sum(weight > 0 for _, weight, _ in account.history)
            weight = INTERESTS * _INTERESTS_HALVED_BY / (_INTERESTS_HALVED_BY + liked)
            interests[row, catalogue.columns_tagged(account.interests)] = weight
            interests[row, catalogue.is_of(account.interests)] = weight
        fit = tastes[row].category_share[catalogue.category[new]]
        fit = _FRESH_FOR_ALL + (1.0 - _FRESH_FOR_ALL) * fit
        fresh[row, new] = FRESH * catalogue.fresh[new] * fit
    return {**parts, "following": following, "interests": interests, "fresh": fresh}


def _best(total: Scores, columns: NDArray[np.intp] | None) -> NDArray[np.intp]:
    spare = _SPARE * settings.SOCIALML_SLATE_LENGTH
    if columns is None:
        return top_k(total, spare)
    return columns[top_k(total[:, columns], spare)]


def _ranked(
    account: Account,
    surface: str,
    chosen: list[int],
    row: int,
    parts: dict[str, Scores],
    total: Scores,
    tastes: Tastes,
    catalogue: Catalogue,
) -> Ranked:
    names = list(parts)
    shares = np.round(np.array([part[row, chosen] for part in parts.values()], np.float64), 4)
    strongest = np.argsort(-np.abs(shares), axis=0, kind="stable").T.tolist()
    sources, contributions, reasons = [], [], []
    for column, order, values in zip(chosen, strongest, shares.T.tolist(), strict=True):
        told = [n for n in order if values[n]]
        sources.append([names[n] for n in told])
        contributions.append([values[n] for n in told])
        reasons.append(reason(names[order[0]], column, tastes, catalogue))
    return Ranked(
        account=account,
        surface=surface,
        ids=catalogue.ids[chosen].tolist(),
        authors=catalogue.authors[chosen].tolist(),
        scores=[round(score, 4) for score in total[row, chosen].tolist()],
        sources=sources,
        contributions=contributions,
        reasons=reasons,
    )
