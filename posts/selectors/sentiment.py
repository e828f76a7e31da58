"""How what people write sounds, over time."""

from datetime import datetime

import orjson
from django.db.models import Count
from django.db.models.functions import TruncDate

from posts.models import Post
from socialml.core import cache

# Reading all posts of a month takes a while; the task that counts does it anew.
_KEPT_SECONDS = 900
LABELS = ("positive", "neutral", "negative")


def sentiment_kept(
    *, since: datetime, until: datetime, anew: bool = False
) -> dict[str, dict[str, int]]:
    """Return `sentiment_by_day` of all as of at most a quarter of an hour ago; `anew`, of now."""
    name = f"sentiment:{since.date()}:{until.date()}"
    if anew:
        cache.forget([name])
    found: dict[str, dict[str, int]] = orjson.loads(
        cache.get_or_load(
            name,
            lambda: orjson.dumps(sentiment_by_day(since=since, until=until)),
            seconds=_KEPT_SECONDS,
        )
    )
    return found


def sentiment_by_day(
    *, since: datetime, until: datetime, author_id: int | None = None
) -> dict[str, dict[str, int]]:
    """Return how many posts of each UTC day sound how, by ISO date; of all authors, or of one.

    Posts that are held or hidden count, those whose text is in no known language do not.
    One query.
    """
    posts = Post.objects.filter(
        published_at__gte=since, published_at__lt=until, sentiment__in=LABELS
    )
    if author_id is not None:
        posts = posts.filter(author_id=author_id)
    rows = (
        posts.annotate(day=TruncDate("published_at"))
        .values_list("day", "sentiment")
        .annotate(count=Count("*"))
        .order_by()
    )
    found: dict[str, dict[str, int]] = {}
    for day, label, count in rows:
        found.setdefault(day.isoformat(), dict.fromkeys(LABELS, 0))[label] = count
    return found
