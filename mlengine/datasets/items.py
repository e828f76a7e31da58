"""What items say about themselves: the words a content model reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Items:
    """Texts of items, hashtags included, ids ascending.

    Attributes
    ----------
    item_ids : ndarray of int64, shape (n_items,)
    texts : list of str, length n_items
        Title, caption and hashtags as people wrote them; may be empty.
    categories : list of str, length n_items
        One category each; empty where there is none.
    """

    item_ids: NDArray[np.int64]
    texts: list[str]
    categories: list[str]

    @classmethod
    def from_texts(
        cls, texts: Mapping[int, str], categories: Mapping[int, str] | None = None
    ) -> Items:
        """Build from texts and, where known, categories by item id."""
        ids = sorted(texts)
        known = categories or {}
        return cls(
            np.array(ids, dtype=np.int64),
            [texts[item] for item in ids],
            [known.get(item, "") for item in ids],
        )

    def __len__(self) -> int:
        return len(self.texts)
