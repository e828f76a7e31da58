"""How much less of a post is wanted because of others: by its author, hashtags and category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from analytics.models import Event
from analytics.selectors.weights import SIGNALS
from mlengine.slates.accounts import Account
from mlengine.slates.catalogue import Catalogue

# A post that was skipped, and not reported or asked for less of: those weigh far more.
_LEAST_SKIP = SIGNALS[Event.Kind.REPORTED] / 2
# Further posts of one kind than these say nothing new, and cost time.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Fall:
    """The share of its score that a post loses in the end, by what it has in common.

    The first post in common takes half of it, each further one half of what is left.
    """

    author: float
    hashtag: float
    category: float


# Asked for in so many words: the author and the hashtags are meant, hardly the whole category.
DISMISSALS = Fall(author=1.0, hashtag=0.8, category=0.0)
# A swipe is a weak sign, which holds for the session alone.
SKIPS = Fall(author=0.8, hashtag=0.5, category=0.4)


def skips_of(account: Account, *, at: datetime) -> tuple[list[int], list[int]]:
    """Return the posts that the account skipped in this session, and those that it liked in it.

    A session is the last SOCIALML_SESSION_MINUTES.
    """
    since = (at - timedelta(minutes=settings.SOCIALML_SESSION_MINUTES)).timestamp()
    recent = [(post_id, weight) for post_id, weight, when in account.history if when >= since]
    skipped = [post_id for post_id, weight in recent if _LEAST_SKIP < weight < 0]
    return skipped, [post_id for post_id, weight in recent if weight > 0]


def fallen(
    fall: Fall, against: Sequence[int], favour: Sequence[int], catalogue: Catalogue
) -> NDArray[np.float32]:
    """Return the share that each post keeps, shape (n_posts,), after posts that speak `against`.

    A post in `favour` makes up for one against, per author, hashtag and category: who watches
    ten of a topic and skips two has not had enough of it. Posts outside the catalogue say nothing.
    """
    kept = np.ones(len(catalogue), dtype=np.float32)
    some, liked = (catalogue.columns_of(ids[-_MOST:]) for ids in (against, favour))
    if not len(some):
        return kept
    for author, n in _net(catalogue.authors[some], catalogue.authors[liked]):
        kept[catalogue.columns_by([author])] *= _share(fall.author, n)
    by_tag = np.ones_like(kept)
    for tag, n in _net(catalogue.tags[some].indices, catalogue.tags[liked].indices):
        columns = catalogue.columns_of_tag(tag)
        by_tag[columns] = np.minimum(by_tag[columns], _share(fall.hashtag, n))
    if fall.category:
        share = np.ones(len(catalogue.categories), dtype=np.float32)
        for code, n in _net(catalogue.category[some], catalogue.category[liked]):
            share[code] = _share(fall.category, n) if catalogue.categories[code] else 1.0
        kept *= share[catalogue.category]
    return kept * by_tag


def _net(against: NDArray[np.integer], favour: NDArray[np.integer]) -> list[tuple[int, int]]:
    counts = Counter(against.tolist())
    counts.subtract(favour.tolist())
    return [(value, n) for value, n in counts.items() if n > 0]


def _share(loss: float, n: int) -> np.float32:
    return np.float32(1.0 - loss * (1.0 - 0.5**n))
