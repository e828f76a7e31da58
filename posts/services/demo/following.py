"""Who follows whom in the demo community."""

from dataclasses import dataclass

import numpy as np

from posts.services.demo.accounts import Accounts, Floats, Ints, taste_draw, times_draw

FOLLOWS_EACH = 12
# Of all events, at most this share is spent on following at the start.
MOST_OF_EVENTS = 0.1


@dataclass(frozen=True, slots=True)
class Follows:
    """One entry a follow."""

    follower: Ints
    followed: Ints
    at: Floats

    def __len__(self) -> int:
        return len(self.follower)


def follows_draw(rng: np.random.Generator, accounts: Accounts, *, events: int) -> Follows:
    """Draw who follows whom: people of one taste, and those who write a lot."""
    count = len(accounts)
    wanted = int(min(FOLLOWS_EACH * count, MOST_OF_EVENTS * events))
    follower = rng.choice(count, wanted, p=accounts.activity / accounts.activity.sum())
    topic = taste_draw(rng, accounts, follower)
    followed = np.empty(wanted, dtype=np.int64)
    # Everybody has a small chance: else a topic that nobody writes about has nobody to follow.
    fame = accounts.authorship + 1e-9
    for t in range(accounts.taste.shape[1]):
        mine = topic == t
        weights = fame * (accounts.taste[:, t] + 1e-9)
        followed[mine] = rng.choice(count, int(mine.sum()), p=weights / weights.sum())
    at = times_draw(rng, accounts, follower)
    # Nobody follows themselves, anybody who is not there yet, or one account twice.
    possible = np.flatnonzero((follower != followed) & (accounts.joined[followed] < at))
    key = pair_key(follower, followed, count)[possible]
    _, first = np.unique(key, return_index=True)
    kept = possible[np.sort(first)]
    return Follows(follower[kept], followed[kept], at[kept])


def pair_key(first: Ints, second: Ints, size: int) -> Ints:
    """Return one number for each pair of which the second is below `size`."""
    return first * size + second
