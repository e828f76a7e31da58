"""An account's circle: whom it follows and whom these follow, and what that circle speaks for.

What a private account follows and likes is told to nobody, not even to its followers: it brings
nobody into a circle, and its likes are not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import positions_in
from mlengine.estimators.ranking import largest_per_row
from mlengine.slates.accounts import Account, Circle
from mlengine.slates.lately import Lately
from profiles.models import Follow

# Of those whom one follows, the newest count; who follows more than this recommends nobody.
FOLLOWED_EACH = 100
LARGEST_FOLLOWING = 500
# Members of a circle beyond those whom one follows, by how many of those follow them.
LARGEST_CIRCLE = 200
# Fewer likers than this are not told of: nobody is to guess who they are.
LEAST_LIKERS = 3
# Who is followed by so many of those whom one follows speaks half as loud as can be.
_HALF_TIES = 2.0
# PostgreSQL plans long lists slowly.
_AT_ONCE = 5_000


def circles_read(accounts: Sequence[Account], lately: Lately) -> None:
    """Set each account's circle, of those alone who lately did something.

    One query for every 5,000 accounts that these follow. Accounts hidden by a block or a mute
    neither stand in a circle nor bring anybody into it.
    """
    followed = [_followed(account) for account in accounts]
    known = _rows([[one.id, *one.following, *one.hidden] for one in accounts], lately.people)
    reach = _reach(followed, lately.people)
    reach = (reach - reach.multiply(known)).tocsr()
    reach.eliminate_zeros()
    reach = largest_per_row(reach, LARGEST_CIRCLE)
    for row, account in enumerate(accounts):
        own = np.array(followed[row], dtype=np.int64)
        own = own[positions_in(lately.people, own)[1]]
        start, stop = reach.indptr[row : row + 2]
        account.circle = Circle(
            ids=np.concatenate([own, lately.people[reach.indices[start:stop]]]),
            ties=np.concatenate([np.zeros(len(own), np.float32), reach.data[start:stop]]),
        )


def circle_parts(
    accounts: Sequence[Account], lately: Lately
) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Return how much each account's circle speaks for every post; None where all are empty.

    Shapes (n_accounts, n_posts), in [0, 1]: for what was published by those in it whom one does
    not follow oneself, and for what at least LEAST_LIKERS of it liked. With every doubling of
    the likers half of what is left is added, so that scores do not tell their number.
    """
    ids = np.concatenate([account.circle.ids for account in accounts])
    if not len(ids) or not len(lately.people):
        return None
    ties = np.concatenate([account.circle.ties for account in accounts])
    place, known = positions_in(lately.people, ids)
    pointers = np.concatenate([[0], np.cumsum([len(account.circle.ids) for account in accounts])])
    shape = (len(accounts), len(lately.people))
    near = (known * ties / (ties + _HALF_TIES)).astype(np.float32)
    posted = sparse.csr_matrix((near, place, pointers), shape) @ lately.posted
    liked = sparse.csr_matrix((known.astype(np.float32), place, pointers), shape) @ lately.liked
    doublings = np.floor(np.log2(np.maximum(liked.data, 1.0) / LEAST_LIKERS))
    liked.data = np.where(doublings < 0, 0.0, 1.0 - 0.5 ** (doublings + 1)).astype(np.float32)
    return posted.toarray(), liked.toarray()


def _followed(account: Account) -> list[int]:
    hidden = set(account.hidden)
    return [one for one in account.following[-FOLLOWED_EACH:] if one not in hidden]


def _reach(followed: Sequence[list[int]], people: NDArray[np.int64]) -> sparse.csr_matrix:
    """Return how many of those whom each account follows follow each of `people`."""
    bridges = np.unique(np.array([one for row in followed for one in row], dtype=np.int64))
    rows = np.fromiter(_follows(bridges.tolist()), dtype=[("by", "i8"), ("whom", "i8")])
    whom, known = positions_in(people, rows["whom"])
    by = np.searchsorted(bridges, rows["by"][known])
    ones = np.ones(len(by), dtype=np.float32)
    onwards = sparse.csr_matrix((ones, (by, whom[known])), (len(bridges), len(people)))
    return (_rows(followed, bridges) @ onwards).tocsr()


def _follows(bridges: list[int]) -> Iterator[tuple[int, int]]:
    public = Follow.objects.accepted().filter(
        follower__is_active=True,
        follower__is_private=False,
        follower__following_count__lte=LARGEST_FOLLOWING,
    )
    for start in range(0, len(bridges), _AT_ONCE):
        some = public.filter(follower__in=bridges[start : start + _AT_ONCE])
        yield from some.values_list("follower_id", "followed_id").iterator()


def _rows(rows: Sequence[list[int]], ids: NDArray[np.int64]) -> sparse.csr_matrix:
    """Return which of the ascending `ids` each row names, 1 or 0."""
    names = np.array([one for row in rows for one in row], dtype=np.int64)
    lengths = np.array([len(row) for row in rows], dtype=np.intp)
    row = np.repeat(np.arange(len(rows)), lengths)
    column, known = positions_in(ids, names)
    ones = np.ones(int(known.sum()), dtype=np.float32)
    found = sparse.csr_matrix((ones, (row[known], column[known])), (len(rows), len(ids)))
    # Who is both followed and hidden is named twice.
    found.data[:] = 1.0
    return found
