"""The door to what a draft may expect, computed within a request. Loads numpy alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import QuerySet

from analytics.selectors.audience import audience_of
from mlengine.datasets.early import Early
from mlengine.estimators.outlook import HORIZON_DAYS, TARGETS, Draft, Outlook, Ranges
from mlengine.estimators.outlook_changes import suggestions
from mlengine.estimators.outlook_drivers import drivers
from mlengine.estimators.virality import FEATURES, Virality
from mlengine.estimators.virality_features import (
    drafts_expected,
    unknown_drafts,
    virality_rows,
)
from mlengine.forecast_words import driver_told, suggestion_told
from mlengine.models import AccountInsight
from mlengine.post_forecasts import VIRAL
from mlengine.registry import artifact_load
from posts.models import Post
from posts.services.hashtags import hashtags_merge

NAME = "engagement"
VIRAL_SCORE = (
    f"Share of this community's posts that had fewer likes after {HORIZON_DAYS} days"
    " than this draft may expect."
)
# Posts that stand for an author's or the community's past where no model is live.
_OWN_POSTS = 50
_COMMUNITY_POSTS = 500
_FEWEST_OWN = 3
# Whom an author reaches is seen in so long, and from so many accounts on their hours are told;
# reading those of more than a hundred takes longer than it says.
_AUDIENCE_SEEN = timedelta(days=28)
_FEWEST_ACCOUNTS, _MOST_ACCOUNTS = 10, 100
_COUNTERS = ("view_count", "like_count", "comment_count", "share_count")
_LIKES, _VIEWS = TARGETS.index("likes"), TARGETS.index("views")
NO_POSTS, COMMUNITY = "no posts yet", "community"


def engagement_forecast(
    *,
    author_id: int,
    content: str,
    at: datetime,
    category: str = "",
    hashtags: Sequence[str] = (),
    kind: str = "post",
    publish_at: datetime | None = None,
) -> dict[str, Any]:
    """Return what a draft published at `publish_at`, or now, may expect of its first seven days.

    Views, likes, comments and shares as 90 % intervals with what is expected between, the same
    of the first day alone, a viral score in [0, 1], the probability of going viral, what moves the
    likes, what would raise them, and the hour at which most of the author's audience is there.
    Without a live model the author's median stands in, or the community's; `model` says which.
    It says nothing of the first day: posts count for their whole life, and reading the log takes
    the longer the more a post was seen. Without posts to learn from the probability is None.
    Stores nothing. At most six queries.

    :raises InvalidHashtag: if one of `hashtags` is none.
    :raises TooManyHashtags: if content and `hashtags` together name too many.
    """
    draft = Draft.of(
        author_id=author_id,
        content=content,
        kind=kind,
        category=category,
        hashtags=hashtags_merge(content, hashtags),
        publish_at=publish_at or at,
    )
    best = {"best_hour": _best_hour(author_id, at)}
    loaded = artifact_load(NAME, Outlook.load)
    if loaded is None:
        return _by_median(draft, at) | best
    (expected,), first_day = loaded.model.predict_both([draft])
    return best | _answer(
        expected,
        after_a_day=first_day[0] if first_day else None,
        viral_score=loaded.model.viral_score(expected["likes"]["expected"]),
        viral=_viral(draft, loaded.model, at),
        moved=[driver_told(one) for one in drivers(loaded.model, draft)],
        raising=[suggestion_told(one) for one in suggestions(loaded.model, draft)],
        model=loaded.label,
    )


def _best_hour(author_id: int, at: datetime) -> dict[str, Any] | None:
    """Return when most of the author's audience is there; None of too small a one."""
    posts = Post.objects.published().filter(author_id=author_id).newest_first()
    audience = audience_of(
        list(posts.values_list("pk", flat=True)[:_OWN_POSTS]),
        since=at - _AUDIENCE_SEEN,
        most=_MOST_ACCOUNTS,
    )
    described = AccountInsight.objects.filter(pk__in=audience)
    rows = described.values_list("activity__by_hour", flat=True)
    hours = np.array([row for row in rows if row], dtype=np.float64).reshape(-1, 24)
    if len(hours) < _FEWEST_ACCOUNTS:
        return None
    share = hours.mean(axis=0)
    hour = int(share.argmax())
    return {"hour": hour, "share": round(float(share[hour]), 4), "accounts": len(hours)}


def _viral(draft: Draft, outlook: Outlook | None, at: datetime) -> dict[str, Any]:
    """Return how likely the draft goes viral, by the live model or how often posts did."""
    loaded = artifact_load("virality", Virality.load)
    if loaded is None:
        return _viral_by_community(at)
    nothing = np.zeros((1, 1))
    expected, author = drafts_expected(outlook, [draft]) if outlook else unknown_drafts(1)
    row = virality_rows(
        Early(nothing, nothing, nothing),
        expected=expected,
        author=author,
        usual=nothing,
        published=np.array([draft.publish_at.timestamp()]),
    )[:, 0]
    (probability,) = loaded.model.predict(0, row, views=nothing[0]).probability.tolist()
    return _viral_answer(probability, loaded.model.viral_from, model=loaded.label)


def _viral_by_community(at: datetime) -> dict[str, Any]:
    views = np.array([row[_VIEWS] for row in _grown(at)[:_COMMUNITY_POSTS]], dtype=np.float64)
    if not len(views):
        return _viral_answer(None, None, model=NO_POSTS)
    usual = Virality.usual(views)
    (probability,) = usual.predict(0, np.zeros((1, len(FEATURES))), views=np.zeros(1)).probability
    return _viral_answer(float(probability), usual.viral_from, model=COMMUNITY)


def _viral_answer(
    probability: float | None, from_views: float | None, *, model: str
) -> dict[str, Any]:
    return {
        "probability": None if probability is None else round(probability, 4),
        "from_views": from_views,
        "definition": VIRAL,
        "model": model,
    }


def _grown(at: datetime) -> QuerySet[Post, tuple[int, ...]]:
    """Return the counters of the posts that came of age, the newest first."""
    known = Post.objects.published().filter(published_at__lte=at - timedelta(days=HORIZON_DAYS))
    return known.newest_first().values_list(*_COUNTERS)


def _by_median(draft: Draft, at: datetime) -> dict[str, Any]:
    newest = _grown(at)
    own = list(newest.filter(author_id=draft.author_id)[:_OWN_POSTS])
    community = np.array(list(newest[:_COMMUNITY_POSTS]), dtype=np.float64).reshape(-1, 4)
    if len(own) >= _FEWEST_OWN:
        past, model = np.array(own, dtype=np.float64), "author median"
    elif len(community):
        past, model = community, "community median"
    else:
        past, model = np.zeros((1, len(TARGETS))), NO_POSTS
    low, middle, high = np.quantile(past, (0.05, 0.5, 0.95), axis=0)
    expected = {
        name: {"low": low[n].item(), "expected": middle[n].item(), "high": high[n].item()}
        for n, name in enumerate(TARGETS)
    }
    fewer = (community[:, _LIKES] < middle[_LIKES]).mean() if len(community) else 0.0
    return _answer(
        expected,
        after_a_day=None,
        viral_score=float(fewer),
        viral=_viral(draft, None, at),
        moved=[],
        raising=[],
        model=model,
    )


def _answer(
    expected: Ranges,
    *,
    after_a_day: Ranges | None,
    viral_score: float,
    viral: dict[str, Any],
    moved: list[dict[str, Any]],
    raising: list[dict[str, Any]],
    model: str,
) -> dict[str, Any]:
    return {
        "horizon_days": HORIZON_DAYS,
        "expected": _rounded(expected),
        "after_a_day": _rounded(after_a_day) if after_a_day else None,
        "viral_score": {"score": round(viral_score, 4), "definition": VIRAL_SCORE},
        "viral": viral,
        "drivers": moved,
        "suggestions": raising,
        "model": model,
    }


def _rounded(ranges: Ranges) -> Ranges:
    return {
        name: {end: round(count, 2) for end, count in ends.items()} for name, ends in ranges.items()
    }
