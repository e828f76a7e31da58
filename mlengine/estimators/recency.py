"""How lately an item is chosen, as far as the order of choices tells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import Interactions

# A choice counts half as much as the same person's next one ...
_FADING = 0.5
# ... and an item is taken to be as late as the average one until more than this many chose it.
_DOUBT = 5.0


def lateness(interactions: Interactions) -> NDArray[np.float32]:
    """Return how much later than average each item stands in histories, shape (n_items,).

    1 is the average; an item that people chose among their newest stands above it. So what
    spreads now is told from what was popular once, without a clock.
    """
    column = interactions.matrix.indices
    count = len(interactions.item_ids)
    chosen = np.bincount(column, minlength=count)
    newest = np.bincount(column, _FADING ** interactions.age.astype(np.float64), minlength=count)
    average = newest.sum() / chosen.sum()
    late: NDArray[np.float32] = (newest / average + _DOUBT) / (chosen + _DOUBT)
    return late.astype(np.float32)


def raised(strength: sparse.csr_matrix, late: NDArray[np.float32], power: float) -> None:
    """Multiply each column's strengths by its lateness to the given power, in place."""
    if power:
        strength.data *= late[strength.indices] ** np.float32(power)
