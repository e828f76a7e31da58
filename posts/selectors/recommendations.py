"""Recommendations other than the feed's pages: people to follow and hashtags to look at."""

from typing import Any

from django.db.models import Count

from analytics.models import Trend
from analytics.selectors.trends import trends_of
from mlengine import predictions
from posts.models import Post
from posts.selectors.posts import shown_ids
from profiles.models import Follow, User
from profiles.selectors import blocked_ids, following_ids

# Whom one follows is a sample of one's taste; more of them change nothing but the cost.
_MOST_FRIENDS = 500


def accounts_recommended(*, viewer_id: int, limit: int) -> list[dict[str, Any]]:
    """Return accounts to follow, best first, each with its score in [0, 1] and the reason.

    Whom the people one follows follow, then authors of the posts one's slate ranks, then the
    most followed. Never oneself, the archive, the blocked, or those one follows already. At
    most six queries.
    """
    following = following_ids(viewer_id)[:_MOST_FRIENDS]
    hidden = blocked_ids(viewer_id) | {viewer_id} | _asked_or_followed(viewer_id)
    found: dict[int, tuple[float, str]] = {}
    for account_id, friends in _friends_of_friends(following, hidden, limit):
        noun = "person" if friends == 1 else "people"
        found[account_id] = (friends / len(following), f"Followed by {friends} {noun} you follow")
    slate = predictions.slate_for(viewer_id, "feed")
    for place, author_id in enumerate(slate.authors if slate else ()):
        if author_id not in hidden:
            found.setdefault(author_id, (1 / (2 + place), "Posts what you like"))
    if len(found) < limit:
        for account_id, count in _most_followed(hidden, limit + len(found)):
            found.setdefault(account_id, (0.0, f"Followed by {count} people"))
    return _account_items(found, limit)


def hashtags_recommended(*, viewer_id: int, limit: int) -> list[dict[str, Any]]:
    """Return hashtags, best first, with scores in [0, 1] and reasons: one's own, then trending.

    What trends only by posts that the viewer may not see is left out. Four queries.
    """
    insight = predictions.insight_of(viewer_id)
    tastes = insight.tastes.get("hashtags", []) if insight else []
    found = {str(name): (float(share), "You engage with it") for name, share in tastes}
    trends = trends_of(Trend.Kind.HASHTAG)
    shown = shown_ids({pk for trend in trends for pk in trend.evidence["examples"]}, viewer_id)
    for trend in trends:
        if not shown.isdisjoint(trend.evidence["examples"]):
            found.setdefault(trend.name, (1 / (2 + trend.rank), "Trending now"))
    best = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:limit]
    return [
        {"name": name, "score": round(score, 4), "reason": reason} for name, (score, reason) in best
    ]


def _asked_or_followed(viewer_id: int) -> set[int]:
    return set(Follow.objects.filter(follower_id=viewer_id).values_list("followed_id", flat=True))


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


def _account_items(found: dict[int, tuple[float, str]], limit: int) -> list[dict[str, Any]]:
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
        }
        for pk, (score, reason) in best
        if pk in accounts
    ]
    return items[:limit]


def kind_of(recommendation_type: str) -> str | None:
    """Return the kind of post that a type of recommendation asks for; None for both."""
    return {"posts": Post.Kind.POST.value, "reels": Post.Kind.REEL.value}.get(recommendation_type)
