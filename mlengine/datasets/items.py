"""What items say about themselves: the words a content model reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

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
    vectors : dict of str to ndarray of float32, shape (n_items, width of the kind)
        What models made of pictures, sounds and the like, by kind; zeros where nothing is known.
    """

    item_ids: NDArray[np.int64]
    texts: list[str]
    categories: list[str]
    vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)

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

    @classmethod
    def from_vectors(
        cls, item_ids: NDArray[np.int64], vectors: Mapping[str, NDArray[np.float32]]
    ) -> Items:
        """Build from vectors alone; rows of each kind follow the ascending `item_ids`."""
        nothing = [""] * len(item_ids)
        return cls(item_ids, nothing, list(nothing), dict(vectors))

    def with_vectors(self, other: Items) -> Items:
        """Return the same texts with the vectors of `other`, over the items of both."""
        ids = np.union1d(self.item_ids, other.item_ids)
        texts = dict(zip(self.item_ids.tolist(), self.texts, strict=True))
        categories = dict(zip(self.item_ids.tolist(), self.categories, strict=True))
        place = np.searchsorted(ids, other.item_ids)
        placed = {}
        for kind, vectors in other.vectors.items():
            placed[kind] = np.zeros((len(ids), vectors.shape[1]), dtype=np.float32)
            placed[kind][place] = vectors
        described = Items.from_texts(
            {item: texts.get(item, "") for item in ids.tolist()}, categories
        )
        return replace(described, vectors=placed)

    def __len__(self) -> int:
        return len(self.texts)
