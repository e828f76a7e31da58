"""Recommendations other than the feed's pages: people to follow and hashtags to look at."""

from typing import Any

from django.db.models import Count

from analytics.models import Trend
from analytics.selectors.trends import trends_of
from mlengine import predictions
from posts.models import Post
from posts.selectors.posts import shown_ids
from profiles.models import Follow, User
from profiles.selectors import blocked_ids, is_personalised

# Whom one follows is a sample of one's taste; more of them change nothing but the cost.
_MOST_FRIENDS = 500
# Score, reason, source.
Reasoned = tuple[float, str, str]


def accounts_recommended(*, viewer_id: int, limit: int) -> list[dict[str, Any]]:
    """Return accounts to follow, best first, each with score in [0, 1], reason and source.

    Whom the people one follows follow ("graph") and the authors one makes most of ("taste"), by
    score; then the most followed ("popular"). Never oneself, the archive, the blocked, or those
    one follows already. Who chose no personalisation gets the graph and the crowd alone. At most
    six queries; one more for each of that choice and the slate that is not cached.
    """
    following, asked = _followed(viewer_id)
    hidden = blocked_ids(viewer_id) | {viewer_id} | asked
    found: dict[int, Reasoned] = {}
    for account_id, friends in _friends_of_friends(following, hidden, limit):
        noun = "person" if friends == 1 else "people"
        said = f"Followed by {friends} {noun} you follow"
        found[account_id] = (friends / len(following), said, "graph")
    if is_personalised(viewer_id):
        for author_id, reasoned in _authors_liked(viewer_id):
            if author_id not in hidden:
                found[author_id] = max(found.get(author_id, reasoned), reasoned)
    if len(found) < limit:
        for account_id, count in _most_followed(hidden, limit + len(found)):
            found.setdefault(account_id, (0.0, f"Followed by {count} people", "popular"))
    return _account_items(found, limit)


def hashtags_recommended(*, viewer_id: int, limit: int) -> list[dict[str, Any]]:
    """Return hashtags, best first, each with score in [0, 1], reason and source.

    One's own ("taste") and those that trend ("trending"). What trends only by posts that the
    viewer may not see is left out. Who chose no personalisation gets the trending ones alone.
    Four queries; one more where that choice is not cached.
    """
    insight = predictions.insight_of(viewer_id) if is_personalised(viewer_id) else None
    tastes = insight.tastes.get("hashtags", []) if insight else []
    found: dict[str, Reasoned] = {
        str(name): (float(share), "You engage with it", "taste") for name, share in tastes
    }
    trends = trends_of(Trend.Kind.HASHTAG)
    shown = shown_ids({pk for trend in trends for pk in trend.evidence["examples"]}, viewer_id)
    for trend in trends:
        if not shown.isdisjoint(trend.evidence["examples"]):
            found.setdefault(trend.name, (1 / (2 + trend.rank), "Trending now", "trending"))
    best = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:limit]
    return [
        {"name": name, "score": round(score, 4), "reason": reason, "source": source}
        for name, (score, reason, source) in best
    ]


def _followed(viewer_id: int) -> tuple[list[int], set[int]]:
    """Return whom the viewer follows, the newest _MOST_FRIENDS, and all they follow or asked to."""
    mine = Follow.objects.filter(follower_id=viewer_id).order_by("-id")
    rows = list(mine.values_list("followed_id", "state"))
    accepted = [pk for pk, state in rows if state == Follow.State.ACCEPTED]
    return accepted[:_MOST_FRIENDS], {pk for pk, _ in rows}


def _authors_liked(viewer_id: int) -> list[tuple[int, Reasoned]]:
    """Return the authors the viewer makes most of, else those that their slate ranks."""
    insight = predictions.insight_of(viewer_id)
    tastes = insight.tastes.get("authors", []) if insight else []
    if tastes:
        said = "You make much of their posts"
        return [(int(author_id), (float(share), said, "taste")) for author_id, share in tastes]
    slate = predictions.slate_for(viewer_id, "feed")
    places: dict[int, Reasoned] = {}
    for place, author_id in enumerate(slate.authors if slate else ()):
        places.setdefault(author_id, (1 / (2 + place), "Posts what you like", "taste"))
    return list(places.items())


def _friends_of_friends(
    following: list[int], hidden: set[int], limit: int
) -> list[tuple[int, int]]:
    if not following:
        return []
    rows = (
        Follow.objects.accepted()
        .filter(follower_id__in=following, followed__is_active=True, followed__is_archive=False)
        .values("followed_id")
        .annotate(friends=Count("id"))
        .order_by("-friends", "followed_id")
    )
    found = rows.values_list("followed_id", "friends")[: limit + len(hidden)]
    return [(pk, count) for pk, count in found if pk not in hidden][:limit]


def _most_followed(hidden: set[int], limit: int) -> list[tuple[int, int]]:
    accounts = User.objects.active().people().filter(is_private=False, follower_count__gt=0)
    rows = accounts.order_by("-follower_count", "id").values_list("id", "follower_count")
    return [(pk, count) for pk, count in rows[: limit + len(hidden)] if pk not in hidden]


def _account_items(found: dict[int, Reasoned], limit: int) -> list[dict[str, Any]]:
    accounts = User.objects.active().people().in_bulk(list(found))
    best = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
    items = [
        {
            "id": pk,
            "username": accounts[pk].username,
            "display_name": accounts[pk].display_name,
            "bio": accounts[pk].bio,
            "follower_count": accounts[pk].follower_count,
            "score": round(score, 4),
            "reason": reason,
            "source": source,
        }
        for pk, (score, reason, source) in best
        if pk in accounts
    ]
    return items[:limit]


def kind_of(recommendation_type: str) -> str | None:
    """Return the kind of post that a type of recommendation asks for; None for both."""
    return {"posts": Post.Kind.POST.value, "reels": Post.Kind.REEL.value}.get(recommendation_type)
