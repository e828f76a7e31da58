"""Forecasts of young posts: made anew at each age, scored when the posts have come of age."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.conf import settings
from django.db.models import Avg, Count, Exists, F, FloatField, OuterRef
from django.db.models.functions import Cast, Ln
from numpy.typing import NDArray

from mlengine.estimators.outlook import Draft, Outlook
from mlengine.estimators.virality import Virality
from mlengine.estimators.virality_features import (
    drafts_expected,
    unknown_drafts,
    usual_of,
    virality_rows,
)
from mlengine.models import PostForecast
from mlengine.pipelines.grown import HORIZON
from mlengine.pipelines.virality import HORIZON_HOURS, PostVirality, early_acts
from mlengine.registry import Loaded, artifact_load
from mlengine.virality_words import drivers_told
from posts.models import Post

# An age is made up for so long where no worker ran; after that the next one has to do.
CATCH_UP = timedelta(days=1)
# Posts at once: their acts are in memory.
_AT_ONCE = 500
# More wait for the next run.
_MOST_DUE = 5_000
# Posts that stand for all where no model is live.
_COMMUNITY_POSTS = 500
COMMUNITY = "community"

Vector = NDArray[np.float64]


def forecasts_refresh(*, at: datetime) -> int:
    """Forecast the posts that reached one of AGES_HOURS, and score those that came of age.

    Returns how many forecasts were made. A forecast is made of what was done by that age,
    however late this runs, and once: of two runs at once the first stands.
    """
    loaded = artifact_load(PostVirality.name, Virality.load) or _community(at=at)
    made = 0
    if loaded is not None:
        for stage, age in enumerate(loaded.model.ages_hours):
            for posts in _pages(_due(age, at=at)):
                made += _forecast(loaded, stage, posts, at=at)
    _score(at=at)
    _purge(at=at)
    return made


def _community(*, at: datetime) -> Loaded[Virality] | None:
    """Return what is known without a model: how many views the newest grown posts have."""
    grown = Post.objects.published().filter(published_at__lte=at - HORIZON).newest_first()
    views = list(grown.values_list("view_count", flat=True)[:_COMMUNITY_POSTS])
    if not views:
        return None
    return Loaded(0, COMMUNITY, Virality.usual(np.array(views, dtype=np.float64)))


def _due(age: float, *, at: datetime) -> list[Post]:
    """Return the posts that reached the age lately and were not forecast at it, oldest first."""
    reached = at - timedelta(hours=age)
    made = PostForecast.objects.filter(post_id=OuterRef("pk"), age_hours=int(age))
    posts = Post.objects.published().filter(
        ~Exists(made), published_at__lte=reached, published_at__gt=reached - CATCH_UP
    )
    columns = ("author_id", "content", "kind", "category", "hashtags", "published_at")
    return list(posts.only(*columns).order_by("published_at", "pk")[:_MOST_DUE])


def _pages(posts: Sequence[Post]) -> Iterable[Sequence[Post]]:
    return (posts[start : start + _AT_ONCE] for start in range(0, len(posts), _AT_ONCE))


def _forecast(loaded: Loaded[Virality], stage: int, posts: Sequence[Post], *, at: datetime) -> int:
    model, age = loaded.model, loaded.model.ages_hours[stage]
    published = {post.pk: post.published_at.timestamp() for post in posts}
    early = early_acts(published).early([age], posts=len(posts))
    expected, author = _drafts_expected(posts)
    usual, known = _usual(model, stage, posts)
    rows = virality_rows(
        early,
        expected=expected,
        author=author,
        usual=usual[:, None],
        published=np.array(list(published.values())),
    )[:, 0]
    said = model.predict(stage, rows, views=early.views[:, 0])
    made = [
        PostForecast(
            post_id=post.pk,
            author_id=post.author_id,
            age_hours=age,
            view_count=int(early.views[place, 0]),
            low=round(float(said.low[place]), 2),
            expected=round(float(said.middle[place]), 2),
            high=round(float(said.high[place]), 2),
            viral_probability=round(float(said.probability[place]), 4),
            viral_from=model.viral_from,
            drivers=drivers_told(model, stage, rows[place], is_known=bool(known[place])),
            model_version=loaded.label,
            computed_at=at,
            ends_at=post.published_at + HORIZON,
        )
        for place, post in enumerate(posts)
    ]
    PostForecast.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _drafts_expected(posts: Sequence[Post]) -> tuple[Vector, Vector]:
    loaded = artifact_load("engagement", Outlook.load)
    if loaded is None:
        return unknown_drafts(len(posts))
    drafts = [
        Draft.of(
            author_id=post.author_id,
            content=post.content,
            kind=post.kind,
            category=post.category,
            hashtags=post.hashtags,
            publish_at=post.published_at,
        )
        for post in posts
    ]
    return drafts_expected(loaded.model, drafts)


def _usual(model: Virality, stage: int, posts: Sequence[Post]) -> tuple[Vector, NDArray[np.bool_]]:
    """Return the mean log views of the authors' earlier posts at this age, and whose are known."""
    overall = model.mean(stage)["views"]
    rows = (
        PostForecast.objects.filter(
            author_id__in={post.author_id for post in posts},
            age_hours=int(model.ages_hours[stage]),
        )
        .values("author_id")
        .annotate(count=Count("pk"), mean=Avg(Ln(Cast(F("view_count"), FloatField()) + 1.0)))
        .values_list("author_id", "count", "mean")
    )
    found = {author: (count, mean) for author, count, mean in rows}
    pairs = [found.get(post.author_id, (0, 0.0)) for post in posts]
    counts, means = np.array(pairs, dtype=np.float64).T
    return usual_of(counts * means, counts, np.array(overall)), counts > 0


def _score(*, at: datetime) -> None:
    """Write beside the forecasts of posts that came of age how many views those have.

    What was deleted or taken down before was not let run its course: its forecasts go.
    """
    due = PostForecast.objects.filter(final_view_count__isnull=True, ends_at__lte=at)
    while ids := list(
        due.order_by("post_id").values_list("post_id", flat=True).distinct()[:_AT_ONCE]
    ):
        out = Post.objects.published().filter(pk__in=ids).values_list("pk", "published_at")
        published = {post_id: moment.timestamp() for post_id, moment in out}
        final = early_acts(published).views_by(HORIZON_HOURS, posts=len(published))
        for post_id, views in zip(published, final.tolist(), strict=True):
            due.filter(post_id=post_id).update(final_view_count=int(views))
        due.filter(post_id__in=set(ids) - published.keys()).delete()


def _purge(*, at: datetime) -> None:
    kept = timedelta(days=settings.ANALYTICS_RETENTION_DAYS)
    PostForecast.objects.filter(ends_at__lt=at - kept).delete()
