"""Why a post is, or would be, shown to somebody."""

from typing import Any

import orjson

from mlengine.models import Slate
from mlengine.predictions.insights import segment_of
from mlengine.predictions.slates import source_of
from mlengine.sources import source_words
from socialml.core.moments import spell

# Of an account's slates on both surfaces, how many are searched for a post.
_SEARCHED = 6


def why(user_id: int, post_id: int) -> dict[str, Any] | None:
    """Say why the account was, or would be, shown the post; None if no slate holds it.

    Its own slates are searched from the newest, then its cohort's, then everyone's: in the order
    in which the feed falls back. At most four queries.
    """
    for audience in Slate.Audience:
        audience_id = _audience_id(audience, user_id)
        if audience_id is None:
            continue
        slates = Slate.objects.filter(audience=audience, audience_id=audience_id)
        for row in slates.order_by("-id")[:_SEARCHED]:
            items = orjson.loads(row.items)
            if post_id in items["ids"]:
                return _explained(row, items, items["ids"].index(post_id))
    return None


def _audience_id(audience: str, user_id: int) -> int | None:
    if audience == Slate.Audience.ACCOUNT:
        return user_id
    return segment_of(user_id) if audience == Slate.Audience.COHORT else 0


def _explained(slate: Slate, items: dict[str, Any], place: int) -> dict[str, Any]:
    shares = dict(zip(items["sources"][place], items["contributions"][place], strict=True))
    return {
        "slate_id": slate.pk,
        "surface": slate.surface,
        "source": source_of(slate),
        "position": place,
        "score": items["scores"][place],
        "contributions": shares,
        "explanation": [
            {"source": name, "contribution": share, "words": source_words(name)}
            for name, share in shares.items()
        ],
        "reason": items["reasons"][place],
        "model_version": slate.model_version,
        "computed_at": spell(slate.computed_at),
    }
