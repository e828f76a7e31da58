"""Slates as the worker would have left them."""

from collections.abc import Sequence

import orjson

from mlengine.models import Slate
from posts.models import Post
from posts.tests.factories import NOON


def slate_of(
    posts: Sequence[Post],
    *,
    audience: str = "account",
    audience_id: int = 0,
    surface: str = "feed",
    version: str = "feed v1",
) -> Slate:
    """Store a slate that ranks `posts` in the given order."""
    items = {
        "ids": [post.pk for post in posts],
        "authors": [post.author_id for post in posts],
        "scores": [1.0 - place / 100 for place in range(len(posts))],
        "sources": [["item-neighbours"] for _ in posts],
        "contributions": [[1.0] for _ in posts],
        "reasons": ["Because you liked something" for _ in posts],
    }
    return Slate.objects.create(
        audience=audience,
        audience_id=audience_id,
        surface=surface,
        items=orjson.dumps(items).decode(),
        model_version=version,
        computed_at=NOON,
    )
