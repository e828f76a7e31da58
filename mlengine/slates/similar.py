"""What each post is like: its nearest posts, stored for the requests that read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets import Items
from mlengine.models import SimilarPosts
from mlengine.slates.catalogue import Catalogue
from mlengine.slates.model import feed_model
from mlengine.slates.nearest import Alike, Nearest
from posts.models import Post

# Nearest posts stored of each: a page of them, with room for those that may not be shown.
KEPT = 40
# Posts worked out at once; each has at most some ten thousand candidates in memory.
_AT_ONCE = 500
# New posts that one tick takes on.
NEW_AT_ONCE = 100


def similar_publish(catalogue: Catalogue, *, at: datetime) -> int:
    """Store the nearest posts of every post in the catalogue; return of how many.

    By the live feed model; where none is live nothing is stored. One read and one write for
    every 500 posts; memory is that of one such block.
    """
    model = feed_model(catalogue)
    if model is None:
        SimilarPosts.objects.all().delete()
        return 0
    nearest = Nearest(model.blend, catalogue)
    for start in range(0, len(catalogue.ids), _AT_ONCE):
        ids = catalogue.ids[start : start + _AT_ONCE]
        _store(ids, _alike(nearest, ids), version=model.label, at=at)
    SimilarPosts.objects.exclude(computed_at=at).delete()
    return len(catalogue.ids)


def similar_add(catalogue: Catalogue, *, at: datetime) -> int:
    """Store the nearest posts of those published since the last training; return of how many.

    By their words, as nobody has met them. The oldest first, at most NEW_AT_ONCE. Two queries
    where nothing is new, and nothing at all before a first training.
    """
    last = SimilarPosts.objects.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return 0
    new = Post.objects.published().filter(pk__gt=last).order_by("pk")
    ids = list(new.values_list("pk", flat=True)[:NEW_AT_ONCE])
    model = feed_model(catalogue) if ids else None
    if model is None:
        return 0
    id_array = np.array(ids, dtype=np.int64)
    alike = _alike(Nearest(model.blend, catalogue), id_array)
    _store(id_array, alike, version=model.label, at=at)
    return len(ids)


def _alike(nearest: Nearest, ids: NDArray[np.int64]) -> list[Alike]:
    return nearest.of(ids, _items(nearest.unknown(ids).tolist()), k=KEPT)


def _items(post_ids: Sequence[int]) -> Items:
    rows = Post.objects.filter(pk__in=post_ids).values_list("pk", "content", "hashtags", "category")
    texts, categories = {}, {}
    for post_id, content, hashtags, category in rows:
        # Hashtags of the content are in it already, but those given beside it are not.
        texts[post_id] = " ".join([content, *(f"#{name}" for name in hashtags)])
        categories[post_id] = category
    return Items.from_texts(texts, categories)


def _store(ids: NDArray[np.int64], alike: Sequence[Alike], *, version: str, at: datetime) -> None:
    rows = [
        SimilarPosts(
            post_id=post_id,
            ids=alike_ids,
            scores=scores,
            sources=sources,
            model_version=version,
            computed_at=at,
        )
        for post_id, (alike_ids, scores, sources) in zip(ids.tolist(), alike, strict=True)
    ]
    SimilarPosts.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["post_id"],
        update_fields=["ids", "scores", "sources", "model_version", "computed_at"],
    )
