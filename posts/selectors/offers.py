"""Posts put before somebody outside their feed, each with why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from posts.models import Post
from posts.selectors.cards import CARD_COLUMNS, cards_from


@dataclass(frozen=True, slots=True)
class Offer:
    """One post to put forward: why, and how strongly, in [0, 1]; 0 where nothing measured it."""

    post_id: int
    score: float
    sources: list[str]
    reason: str


def offers_open(
    offers: Iterable[Offer], *, viewer_id: int | None, limit: int, is_public: bool = False
) -> list[Offer]:
    """Return up to `limit` of the offers that may be put before the viewer, in their order.

    Of one post the first stands; with `is_public` only what everybody may see. One query.
    """
    first: dict[int, Offer] = {}
    for offer in offers:
        first.setdefault(offer.post_id, offer)
    posts = Post.objects.offered_to(viewer_id).filter(pk__in=list(first))
    if is_public:
        posts = posts.filter(author__is_private=False)
    may = set(posts.values_list("pk", flat=True)) if first else set()
    return [offer for post_id, offer in first.items() if post_id in may][:limit]


def offer_cards(offers: Sequence[Offer], *, viewer_id: int | None) -> list[dict[str, Any]]:
    """Return the cards of open offers, in their order, each with its `why`. Two queries."""
    ids = [offer.post_id for offer in offers]
    rows = Post.objects.filter(pk__in=ids).values_list(*CARD_COLUMNS)
    by_id = {card["id"]: card for card in cards_from(rows, viewer_id)}
    shown = [offer for offer in offers if offer.post_id in by_id]
    return [{**by_id[offer.post_id], "why": _why(offer, n)} for n, offer in enumerate(shown)]


def _why(offer: Offer, place: int) -> dict[str, Any]:
    return {
        "reason": offer.reason,
        "sources": offer.sources,
        "score": round(offer.score, 4),
        "position": place,
    }
