"""Posts like another, read from what the worker stored."""

from collections.abc import Iterator, Sequence
from typing import Any

from mlengine import predictions
from mlengine.predictions import StoredSimilar
from posts.models import Post, PostHashtag
from posts.selectors.offers import Offer, offer_cards, offers_open
from socialml.core.errors import NotFound

_REASONS = {
    "content-similarity": "Like {what}, by its words and hashtags",
    "transitions": "What people go on to after {what}",
}
# Whatever else says that two posts go together has it from who liked them.
_LIKED = "Liked by people who liked {what}"


def similar_page(
    *, post_id: int, viewer_id: int, limit: int
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return cards of posts like this one, best first, and the insights.

    What the worker found; where that does not fill the page the newest with one of its
    hashtags, then the newest of its category. The insights name the source of the first post.
    At most seven queries.

    :raises NotFound: if the viewer may not see the post.
    """
    found = Post.objects.visible_to(viewer_id).filter(pk=post_id)
    row = found.values_list("hashtags", "category").first()
    if row is None:
        raise NotFound(f"There is no post {post_id}.", code="not_found")
    stored = predictions.similar_to([post_id]).get(post_id)
    offers = offers_open(_nearest(stored), viewer_id=viewer_id, limit=limit)
    insights = _insights("similar", stored)
    if len(offers) < limit:
        more = list(_newest(post_id, *row, viewer_id=viewer_id, limit=limit))
        if not offers:
            insights = _insights(more[0].sources[0] if more else "none", None)
        known = {offer.post_id for offer in offers}
        offers += [offer for offer in more if offer.post_id not in known]
    return offer_cards(offers[:limit], viewer_id=viewer_id), insights


def reason_of(sources: Sequence[str], what: str) -> str:
    """Return why something goes with `what`, by what says so above all."""
    return _REASONS.get(sources[0] if sources else "", _LIKED).format(what=what)


def _nearest(stored: StoredSimilar | None) -> Iterator[Offer]:
    if stored is not None:
        alike = zip(stored.ids, stored.scores, stored.sources, strict=True)
        for post_id, score, sources in alike:
            yield Offer(post_id, score, sources, reason_of(sources, "this post"))


def _newest(
    post_id: int, hashtags: list[str], category: str, *, viewer_id: int, limit: int
) -> Iterator[Offer]:
    posts = Post.objects.offered_to(viewer_id).exclude(pk=post_id).newest_first()
    seen: set[int] = set()
    if hashtags:
        tagged = PostHashtag.objects.filter(name__in=hashtags).values("post_id")
        for found, names in posts.filter(pk__in=tagged).values_list("pk", "hashtags")[:limit]:
            seen.add(found)
            shared = next(name for name in hashtags if name in names)
            yield Offer(found, 0.0, ["hashtags"], f"Also tagged #{shared}")
    if category and len(seen) < limit:
        of_category = posts.filter(category=category).values_list("pk", flat=True)
        for found in of_category[: limit + len(seen)]:
            if found not in seen:
                yield Offer(found, 0.0, ["category"], f"Also about {category}")


def _insights(source: str, stored: StoredSimilar | None) -> dict[str, Any]:
    return {
        "source": source,
        "model_version": stored.model_version if stored else None,
        "computed_at": stored.computed_at if stored else None,
    }
