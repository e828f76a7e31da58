"""What goes with the posts of one session, for anybody: no account, no profile, no numerics."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from mlengine import predictions
from posts.models import Post
from posts.selectors.offers import Offer, offer_cards, offers_open
from posts.selectors.similar import reason_of

# A post of the session counts this much less than the one met after it. Of 1, 0.9, … 0.4 it finds
# the next choice of most people in microlens' validation: HR@10 .0590.
DECAY = 0.6
# Candidates read for each result, to make up for those that may not be shown.
_SPARE = 3


def session_page(
    *, post_ids: Sequence[int], viewer_id: int | None, limit: int
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return cards of public posts that go with the session's, best first, and the insights.

    `post_ids` are from the oldest to the newest; of a repeated one the last counts. Those that
    the viewer may not see, or of which nothing is known, are ignored. What does not fill the
    page is filled with what trends, else with the newest; each item says what it is, and the
    insights name the source of the first. At most seven queries.
    """
    seeds = Post.objects.published().visible_to(viewer_id).filter(author__is_private=False)
    may = set(seeds.filter(pk__in=post_ids).values_list("pk", flat=True))
    newest_first = [pk for pk in dict.fromkeys(reversed(post_ids)) if pk in may]
    stored = predictions.similar_to(newest_first)
    known = [pk for pk in newest_first if stored.get(pk) and stored[pk].ids]
    offers = _open(_alike(known, stored), post_ids, viewer_id, limit)
    source, version = "session", stored[known[0]].model_version if known else None
    if len(offers) < limit:
        more, shared_source, shared_version = _shared(post_ids, viewer_id, limit)
        if not offers:
            source, version = shared_source, shared_version
        taken = {offer.post_id for offer in offers}
        offers += [offer for offer in more if offer.post_id not in taken]
    insights = {"source": source, "model_version": version, "known_items": len(known)}
    return offer_cards(offers[:limit], viewer_id=viewer_id), insights


def _alike(
    newest_first: Sequence[int], stored: dict[int, predictions.StoredSimilar]
) -> list[Offer]:
    """Return what the seeds' neighbours add up to, weighed by how recent the seed is."""
    scores: defaultdict[int, float] = defaultdict(float)
    # By candidate: the strongest single part, whose seed it is, and what says so.
    strongest: dict[int, tuple[float, int, list[str]]] = {}
    total = 0.0
    for age, seed in enumerate(newest_first):
        weight = DECAY**age
        total += weight
        alike = stored[seed]
        for found, score, sources in zip(alike.ids, alike.scores, alike.sources, strict=True):
            scores[found] += weight * score
            if found not in strongest or weight * score > strongest[found][0]:
                strongest[found] = (weight * score, seed, sources)
    ranked = sorted(scores, key=lambda pk: (-scores[pk], pk))
    return [
        Offer(pk, scores[pk] / total, sources, reason_of(sources, f"post {seed}"))
        for pk in ranked
        for _, seed, sources in (strongest[pk],)
    ]


def _open(
    offers: Sequence[Offer], given: Collection[int], viewer_id: int | None, limit: int
) -> list[Offer]:
    met = set(given)
    wanted = [offer for offer in offers if offer.post_id not in met][: _SPARE * limit]
    return offers_open(wanted, viewer_id=viewer_id, limit=limit, is_public=True)


def _shared(
    given: Collection[int], viewer_id: int | None, limit: int
) -> tuple[list[Offer], str, str | None]:
    """Return what everybody is shown, its source and its version."""
    slate = predictions.slate_shared("everyone", 0, "feed")
    if slate is None:
        return _newest(given, viewer_id, limit), "newest", None
    every = zip(slate.ids, slate.scores, slate.sources, slate.reasons, strict=True)
    most = max(slate.scores) or 1.0
    offers = [Offer(pk, max(score / most, 0.0), names, said) for pk, score, names, said in every]
    return _open(offers, given, viewer_id, limit), slate.source, slate.model_version


def _newest(given: Collection[int], viewer_id: int | None, limit: int) -> list[Offer]:
    posts = Post.objects.offered_to(viewer_id).filter(author__is_private=False)
    newest = posts.exclude(pk__in=list(given)).newest_first().values_list("pk", flat=True)
    return [Offer(pk, 0.0, ["newest"], "New here") for pk in newest[:limit]]
