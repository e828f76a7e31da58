"""Posts that came of age, and what was done with posts by their age."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from analytics.models import Event
from analytics.selectors.history import log_span
from analytics.selectors.weights import Seconds
from analytics.services.retention import purged_before
from mlengine.errors import TooLittleData
from mlengine.estimators.outlook import HORIZON_DAYS, Draft
from posts.models import Post, PostQuerySet

HORIZON = timedelta(days=HORIZON_DAYS)
# Newest posts learned from at most: tastes change, and fitting them takes half a minute.
LARGEST = 5_000
# They lie over so long at least where there are older ones: of a busy place's newest posts alone
# none would have come of age before the next was published.
SHORTEST = 8 * HORIZON
LEAST_POSTS = 100
LEAST_HELD_OUT = 30
HELD_OUT_SHARE = 0.2


def posts_grown(*, until: datetime) -> tuple[dict[int, float], list[Draft], datetime]:
    """Return the newest LARGEST posts that were HORIZON old at the newest event before `until`.

    Where SHORTEST saw more, those of one in so many authors, whose pasts stay whole. In order of
    publication: when each was published, in seconds since 1970, by id, and its draft; last the
    moment of that event. Posts whose acts the purge may have taken are left out. Five queries.

    :raises TooLittleData: if the log is empty or there are fewer than LEAST_POSTS.
    """
    span = log_span()
    if span is None:
        raise TooLittleData("The log is empty.")
    newest = min(until, span[1])
    posts = _posts_whole(until).filter(published_at__lte=newest - HORIZON)
    lately = posts.filter(published_at__gt=newest - HORIZON - SHORTEST).count()
    if lately > LARGEST:
        posts = posts.annotate(turn=F("author_id") % -(-lately // LARGEST)).filter(turn=0)
    columns = ("id", "author_id", "content", "kind", "category", "hashtags", "published_at")
    rows = list(posts.newest_first().values_list(*columns)[:LARGEST])[::-1]
    if len(rows) < LEAST_POSTS:
        raise TooLittleData(
            f"{len(rows)} posts are {HORIZON_DAYS} days old; {LEAST_POSTS} are needed."
        )
    drafts = [
        Draft.of(
            author_id=author_id,
            content=content,
            kind=kind,
            category=category,
            hashtags=hashtags,
            publish_at=published_at,
        )
        for _, author_id, content, kind, category, hashtags, published_at in rows
    ]
    return {row[0]: row[6].timestamp() for row in rows}, drafts, newest


def _posts_whole(until: datetime) -> PostQuerySet:
    """Return the posts with all that was done with them still in the log.

    Events go by the moment of recording: with the posting itself there, as an old post's is after
    an import, all that followed is.
    """
    logged = Event.objects.filter(post_id=OuterRef("pk"), kind=Event.Kind.POSTED)
    return Post.objects.published().filter(
        Q(published_at__gte=purged_before(at=until)) | Exists(logged)
    )


def acts_on(
    published: Mapping[int, float], *, kinds: Sequence[str]
) -> Iterator[tuple[int, str, float]]:
    """Yield each act of others with one of these posts in its HORIZON.

    As the post's place in `published` (seconds since 1970 by id), the kind, and the age of the
    post then in seconds. One streamed query.
    """
    if not published:
        return
    place = {post_id: number for number, post_id in enumerate(published)}
    events = Event.objects.filter(kind__in=kinds, post_id__in=list(published))
    rows = events.values_list("post_id", "kind", "actor_id", "target_id", Seconds("occurred_at"))
    longest = HORIZON.total_seconds()
    for post_id, kind, actor_id, author_id, seconds in rows.iterator(chunk_size=50_000):
        if post_id is not None and actor_id != author_id:
            age = seconds - published[post_id]
            if age <= longest:
                yield place[post_id], kind, age


def held_out_place(drafts: Sequence[Draft], *, unseen_since: datetime | None) -> int:
    """Return where the held-out posts begin, of posts in order of publication.

    With `unseen_since`, the end of what the live version learned from, none that it has seen.

    :raises TooLittleData: if fewer than LEAST_HELD_OUT are left.
    """
    place = round(len(drafts) * (1 - HELD_OUT_SHARE))
    if unseen_since is not None:
        seen = sum(draft.publish_at <= unseen_since - HORIZON for draft in drafts)
        place = max(place, seen)
    if len(drafts) - place < LEAST_HELD_OUT:
        raise TooLittleData(
            f"{len(drafts) - place} posts came of age since the live version learned;"
            f" it takes {LEAST_HELD_OUT} to compare models."
        )
    return place


def known_at(drafts: Sequence[Draft], cut: datetime) -> int:
    """Return how many posts had come of age at `cut`: nobody knew how a younger one would end."""
    return sum(draft.publish_at <= cut - HORIZON for draft in drafts)
