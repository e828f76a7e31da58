"""Slates that are nobody's own: everyone's, and each segment's."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Count
from numpy.typing import NDArray

from analytics.selectors.history import log_span
from analytics.selectors.weights import signals_of_others_posts
from mlengine.models import AccountInsight, Slate
from mlengine.predictions import NEWEST
from mlengine.slates.accounts import Account
from mlengine.slates.candidates import FRESH
from mlengine.slates.catalogue import Catalogue
from mlengine.slates.columns import CHOSEN
from mlengine.slates.demotions import BUSY_AUTHOR
from mlengine.slates.ranking import Ranked
from mlengine.slates.spreading import spread
from mlengine.slates.store import items_encode, slates_cache
from socialml.core.schedules import window_claim

# What trends leads everyone's slate, and what is new stands between; the rest follows by age.
_TRENDING = 1.0
_NEWEST = 0.01
# In a cohort's slate its own choices lead.
_COHORT = 2.0
# A day of what a cohort did says little, all time too much of the past.
_COHORT_WINDOW = timedelta(days=14)
_SHARED_EVERY = timedelta(seconds=60)
# Pages that are still open stand on older ones.
_KEPT_FOR = timedelta(hours=2)
# Candidates from which the spread chooses.
_CANDIDATES = 1_000


def shared_publish(catalogue: Catalogue, *, at: datetime) -> bool:
    """Make everyone's slate again if it was not made in this minute, and return whether."""
    if not window_claim(name="shared slates", every=_SHARED_EVERY, at=at):
        return False
    shared_store(catalogue, at)
    return True


def shared_store(catalogue: Catalogue, at: datetime) -> None:
    """Store what trends, what is fresh, and after them the newest, for anybody to see."""
    parts = {
        "trending": np.float32(_TRENDING) * catalogue.trending,
        "fresh": np.float32(FRESH) * catalogue.fresh,
        "newest": np.float32(_NEWEST) * catalogue.recency,
    }
    version = "trending" if catalogue.trending.any() else NEWEST
    _store(Slate.Audience.EVERYONE, {0: parts}, catalogue, version, at)


def cohorts_store(catalogue: Catalogue, at: datetime) -> None:
    """Store for each segment what its members made most of lately, then what trends."""
    segment_of = dict(
        AccountInsight.objects.filter(segment__isnull=False).values_list("pk", "segment_id")
    )
    if not segment_of or not len(catalogue):
        return
    span = log_span()
    until = min(at, span[1]) if span else at
    rows = (
        signals_of_others_posts()
        .filter(kind__in=CHOSEN, occurred_at__gt=until - _COHORT_WINDOW)
        .values_list("actor_id", "post_id")
        .annotate(acts=Count("pk"))
        .order_by()
    )
    choice = np.array([row[:2] for row in rows.iterator(chunk_size=50_000)], np.int64)
    choice = choice.reshape(-1, 2)
    # One act or twenty: an account counts once for a post.
    segment = np.array([segment_of.get(actor, 0) for actor in choice[:, 0].tolist()], np.int64)
    made = {
        int(one): _cohort_parts(choice[segment == one, 1], catalogue)
        for one in set(segment_of.values())
    }
    _store(Slate.Audience.COHORT, made, catalogue, "cohort", at)


def _cohort_parts(
    post_ids: NDArray[np.int64], catalogue: Catalogue
) -> dict[str, NDArray[np.float32]]:
    counts = np.bincount(catalogue.columns_of(post_ids), minlength=len(catalogue))
    share = (counts / max(int(counts.max(initial=0)), 1)).astype(np.float32)
    return {
        "cohort": np.float32(_COHORT) * share,
        "trending": np.float32(_TRENDING) * catalogue.trending,
        "fresh": np.float32(FRESH) * catalogue.fresh,
    }


def _store(
    audience: Slate.Audience,
    made: dict[int, dict[str, NDArray[np.float32]]],
    catalogue: Catalogue,
    version: str,
    at: datetime,
) -> None:
    surfaces = {"feed": np.ones(len(catalogue), dtype=bool)}
    if catalogue.is_reel.any():
        surfaces["reels"] = catalogue.is_reel
    rows = [
        Slate(
            audience=audience,
            audience_id=audience_id,
            surface=surface,
            items=items_encode(_shared(parts, surface, is_on, catalogue, version)),
            model_version=version,
            computed_at=at,
        )
        for audience_id, parts in made.items()
        for surface, is_on in surfaces.items()
    ]
    with transaction.atomic():
        Slate.objects.filter(audience=audience, computed_at__lt=at - _KEPT_FOR).delete()
        Slate.objects.bulk_create(rows)
        transaction.on_commit(partial(slates_cache, rows, is_wanted_now=True))


def _shared(
    parts: dict[str, NDArray[np.float32]],
    surface: str,
    is_on: NDArray[np.bool_],
    catalogue: Catalogue,
    version: str,
) -> Ranked:
    total = np.sum(list(parts.values()), axis=0)
    relevance = settings.SOCIALML_SLATE_RELEVANCE
    if version == NEWEST:
        # Nothing but age speaks for them, so nothing else moves them.
        relevance = 1.0
    else:
        parts = {**parts, BUSY_AUTHOR: (catalogue.ease - np.float32(1.0)) * total}
        total = total + parts[BUSY_AUTHOR]
    # Nobody in particular reads it, so nobody follows the authors of what followers alone see.
    total = np.where(is_on & ~catalogue.is_closed, total, 0.0)
    order = np.lexsort((-catalogue.ids, -total))
    best = order[None, :_CANDIDATES]
    [chosen] = spread(best, total[best].astype(np.float32), catalogue, relevance=relevance)
    sources, contributions, reasons = [], [], []
    for column in chosen.tolist():
        shares = sorted(((float(part[column]), name) for name, part in parts.items()), reverse=True)
        told = [(name, round(share, 4)) for share, name in shares if abs(share) >= 5e-5]
        sources.append([name for name, _ in told])
        contributions.append([share for _, share in told])
        reasons.append(_reason(shares[0][1], catalogue.categories[catalogue.category[column]]))
    return Ranked(
        account=Account(id=0),
        surface=surface,
        ids=catalogue.ids[chosen].tolist(),
        authors=catalogue.authors[chosen].tolist(),
        scores=[round(score, 4) for score in total[chosen].tolist()],
        sources=sources,
        contributions=contributions,
        reasons=reasons,
        propensities=[1.0] * len(chosen),
    )


def _reason(source: str, category: str) -> str:
    if source == "cohort":
        return "Popular with people who use this as you do"
    word = "Trending" if source == "trending" else "New"
    return f"{word} in {category}" if category else f"{word} here"
