"""What clients tell of: views, skips, impressions. The only writer of Post.view_count.

A card in a feed may show a view count some minutes old: were cards forgotten at each view, the
most-seen posts would never be cached.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from analytics.models import Event
from analytics.services import events_append
from posts.models import Post
from profiles.selectors.graph import accounts_visible

EARLIEST = timedelta(days=7)
LATEST = timedelta(minutes=5)
# A reel may be watched in a loop this often in one view.
MOST_LOOPS = 10
# What a view of something without a length may last.
LONGEST_MS = 3_600_000

_KINDS = {
    "impression": Event.Kind.IMPRESSION,
    "view": Event.Kind.VIEWED,
    "skip": Event.Kind.SKIPPED,
    "dwell": Event.Kind.DWELLED,
    "click": Event.Kind.CLICKED,
    "start": Event.Kind.STARTED,
    "progress": Event.Kind.PROGRESSED,
    "complete": Event.Kind.COMPLETED,
    "loop": Event.Kind.LOOPED,
    "profile_view": Event.Kind.PROFILE_VIEWED,
    "search": Event.Kind.SEARCHED,
}
PLAYBACK = frozenset(
    {Event.Kind.STARTED, Event.Kind.PROGRESSED, Event.Kind.COMPLETED, Event.Kind.LOOPED}
)
_OF_POSTS = _KINDS.keys() - {"profile_view", "search"}
# Two transactions may meet in the unique index; the loser then finds the other's rows.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one client event: "recorded", "duplicate" or "rejected" with a code."""

    event_id: str
    status: str
    code: str = ""


def behaviour_record(
    *, actor_id: int, items: Sequence[dict[str, Any]], at: datetime
) -> list[Recorded]:
    """Log the client events of one account and count the views, each event id once.

    An item is {"event_id", "kind", "post_id"?, "user_id"?, "watch_ms"?, "dwell_ms"?,
    "slate_id"?, "position"?, "occurred_at"?, "query"?}. Answers in the items' order. Rejected
    are: posts and accounts that the actor may not see (not_found), negative durations, moments
    more than LATEST ahead or EARLIEST ago, and items without what their kind needs (invalid).
    A view shorter than SOCIALML_SKIP_BELOW_MS is a skip; a longer one counts at most MOST_LOOPS
    times the reel's length. Start, progress, complete and loop are of reels alone, and count no
    view. Two look-ups and four writes whatever the number.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return _record(actor_id, items, at)
        except IntegrityError:
            continue
    with transaction.atomic():
        return _record(actor_id, items, at)


def _record(actor_id: int, items: Sequence[dict[str, Any]], at: datetime) -> list[Recorded]:
    posts = _posts_seen(actor_id, items)
    accounts = _accounts_seen(actor_id, items)
    events: list[Event] = []
    answers: list[Recorded] = []
    for item in items:
        event = _event(item, actor_id=actor_id, at=at, posts=posts, accounts=accounts)
        if isinstance(event, str):
            answers.append(Recorded(item["event_id"], "rejected", event))
        else:
            events.append(event)
            answers.append(Recorded(item["event_id"], "recorded"))
    fresh = events_append(events)
    _views_count(fresh)
    left = {event.client_id for event in fresh}
    for index, answered in enumerate(answers):
        if answered.status != "recorded":
            continue
        if answered.event_id in left:
            # The same id again in this batch is a duplicate of this one.
            left.discard(answered.event_id)
        else:
            answers[index] = Recorded(answered.event_id, "duplicate")
    return answers


def _posts_seen(actor_id: int, items: Sequence[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    ids = {item["post_id"] for item in items if item.get("post_id")}
    if not ids:
        return {}
    rows = Post.objects.visible_to(actor_id).filter(pk__in=ids)
    columns = ("id", "author_id", "kind", "category", "hashtags", "language", "sound_id", "media")
    return {row["id"]: row for row in rows.values(*columns)}


def _accounts_seen(actor_id: int, items: Sequence[dict[str, Any]]) -> set[int]:
    ids = {item["user_id"] for item in items if item.get("user_id")}
    if not ids:
        return set()
    return set(accounts_visible(actor_id).filter(pk__in=ids).values_list("pk", flat=True))


def _event(
    item: dict[str, Any],
    *,
    actor_id: int,
    at: datetime,
    posts: dict[int, dict[str, Any]],
    accounts: set[int],
) -> Event | str:
    """Return the event that the item tells of, or the code that refuses it."""
    kind, moment = item["kind"], item.get("occurred_at") or at
    if kind not in _KINDS or not at - EARLIEST <= moment <= at + LATEST:
        return "invalid"
    event = Event(
        kind=_KINDS[kind],
        actor_id=actor_id,
        client_id=item["event_id"],
        slate_id=item.get("slate_id"),
        position=item.get("position"),
        # A client's clock may run ahead a little; the log's does not.
        occurred_at=min(moment, at),
        recorded_at=at,
    )
    if kind in _OF_POSTS:
        return _event_of_post(event, item, posts.get(item.get("post_id") or 0))
    if kind == "profile_view":
        if not item.get("user_id"):
            return "invalid"
        event.target_id = item["user_id"]
        return event if event.target_id in accounts else "not_found"
    event.query = (item.get("query") or "")[:100]
    return event if event.query else "invalid"


def _event_of_post(event: Event, item: dict[str, Any], post: dict[str, Any] | None) -> Event | str:
    duration_ms = item.get("dwell_ms") if event.kind == Event.Kind.DWELLED else None
    if duration_ms is None:
        duration_ms = item.get("watch_ms")
    if not item.get("post_id") or (duration_ms or 0) < 0:
        return "invalid"
    if event.kind == Event.Kind.DWELLED and duration_ms is None:
        return "invalid"
    if post is None:
        return "not_found"
    event.post_id, event.target_id, event.post_kind = post["id"], post["author_id"], post["kind"]
    event.category, event.hashtags = post["category"], post["hashtags"]
    event.language, event.sound_id = post["language"], post["sound_id"]
    length_ms = post["media"].get("duration_ms")
    if event.kind in PLAYBACK:
        return _event_of_playing(event, duration_ms, length_ms)
    if duration_ms is not None:
        most = int(length_ms) * MOST_LOOPS if length_ms else LONGEST_MS
        event.duration_ms = min(duration_ms, most)
        is_short = duration_ms < settings.SOCIALML_SKIP_BELOW_MS
        if event.kind == Event.Kind.VIEWED and is_short:
            event.kind = Event.Kind.SKIPPED
    return event


def _event_of_playing(event: Event, position_ms: int | None, length_ms: int | None) -> Event | str:
    is_progress = event.kind == Event.Kind.PROGRESSED
    if not length_ms or (is_progress and position_ms is None):
        return "invalid"
    event.duration_ms = min(position_ms or 0, int(length_ms)) if is_progress else None
    return event


def _views_count(events: Sequence[Event]) -> None:
    viewed = [event.post_id for event in events if event.kind == Event.Kind.VIEWED]
    views = Counter(post_id for post_id in viewed if post_id is not None)
    if not views:
        return
    # Locked in one order, so that two batches never wait for each other.
    posts = Post.objects.filter(pk__in=list(views)).order_by("pk").select_for_update(no_key=True)
    list(posts.values_list("pk", flat=True))
    for count in sorted(set(views.values())):
        ids = [post_id for post_id, seen in views.items() if seen == count]
        Post.objects.filter(pk__in=ids).update(view_count=F("view_count") + count)
