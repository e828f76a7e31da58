"""Recommend by what items say about themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import Histories, Interactions, Items, positions_in
from mlengine.errors import TooLittleData
from mlengine.estimators.artifacts import Arrays, csr_arrays, csr_restore, expect
from mlengine.estimators.ranking import top_k
from mlengine.estimators.recommender import Recommender
from mlengine.estimators.sparse_rows import dense_product, rows_placed
from mlengine.estimators.words import vocabulary_of, word_vectors, words_of

_COMMON_AMONG_FEW = 20


class ContentSimilarity(Recommender):
    """Recommend items whose words, hashtags and category resemble those you chose.

    An item is a unit TF-IDF vector; a person is the sum of their items' vectors, newer ones
    weighing more; the score is the cosine of the two. Needs no one else's choices, so it ranks
    items nobody has met yet.

    Parameters
    ----------
    minimum_items : int, default 2
        Items that must share a word for it to count.
    maximum_share : float, default 0.2
        Share of items from which on a word is too common to tell tastes apart, and would make
        every item resemble every other.
    words : int, default 50000
        Words kept at most, the widespread first.
    decay : float, default 0.9
        Weight of a history item relative to the next newer one.

    Attributes
    ----------
    vocabulary_ : list of str, length n_words
    inverse_ : ndarray of float32, shape (n_words,)
        Inverse document frequency of each word.
    vectors_ : csr_matrix of float32, shape (n_items, n_words)
        Unit rows, or zeros for an item without known words.
    """

    kind = "content-similarity"
    vocabulary_: list[str]
    inverse_: NDArray[np.float32]
    vectors_: sparse.csr_matrix

    def __init__(
        self,
        *,
        minimum_items: int = 2,
        maximum_share: float = 0.2,
        words: int = 50_000,
        decay: float = 0.9,
    ) -> None:
        self.minimum_items = minimum_items
        self.maximum_share = maximum_share
        self.words = words
        self.decay = decay

    def similar(self, text: str, *, k: int, threshold: float = 0.0) -> list[tuple[int, float]]:
        """Return up to `k` (item id, cosine) pairs above `threshold`, best first, for a new text.

        :raises NotFitted: if fit was not called.
        """
        self._require_fitted()
        scores = (self._vectors([text]) @ self.vectors_.T).toarray()
        best = top_k(scores, k)[0]
        return [
            (int(self.item_ids_[j]), float(scores[0, j])) for j in best if scores[0, j] > threshold
        ]

    def vectors(self, items: Items) -> sparse.csr_matrix:
        """Return the unit rows of items, whether fit saw them or not, shape (n_items, n_words).

        :raises NotFitted: if fit was not called.
        """
        self._require_fitted()
        return self._vectors(_descriptions(items))

    def shared_words(self, first: int, second: int, *, k: int = 3) -> list[str]:
        """Return up to `k` words that make two items alike, the strongest first."""
        self._require_fitted()
        place, known = positions_in(self.item_ids_, np.array([first, second], dtype=np.int64))
        if not known.all():
            return []
        shared = self.vectors_[place[0]].multiply(self.vectors_[place[1]]).tocsr()
        order = np.argsort(-shared.data, kind="stable")[:k]
        return [self.vocabulary_[j] for j in shared.indices[order]]

    def _learn(self, interactions: Interactions, items: Items | None) -> None:
        if items is None or (not any(items.texts) and not any(items.categories)):
            raise TooLittleData("A content model needs items with texts or categories.")
        described = [words_of(text) for text in _descriptions(items)]
        self.vocabulary_, self.inverse_ = vocabulary_of(
            described,
            minimum=self.minimum_items,
            # Of a few items any shared word is common; the share means nothing yet.
            maximum=max(int(self.maximum_share * len(described)), _COMMON_AMONG_FEW),
            limit=self.words,
        )
        if not self.vocabulary_:
            raise TooLittleData("No word is shared by enough items.")
        self._index()
        # Items people chose keep their place even when nothing describes them.
        self.item_ids_ = np.union1d(items.item_ids, interactions.item_ids)
        place, _ = positions_in(self.item_ids_, items.item_ids)
        vectors = word_vectors(described, self._place_, self.inverse_)
        self.vectors_ = rows_placed(vectors, place, len(self.item_ids_))
        self._turned_ = self.vectors_.T.tocsr()

    def _scores(self, people: Histories) -> NDArray[np.float32]:
        profile = (people.faded(self.decay) @ self.vectors_).tocsr()
        square = sparse.csr_matrix(
            (profile.data**2, profile.indices, profile.indptr), profile.shape
        ).sum(axis=1)
        length = np.sqrt(np.asarray(square, dtype=np.float32))
        scores = dense_product(profile, self._turned_)
        scores /= np.maximum(length, np.finfo(np.float32).tiny)
        return scores

    def _arrays(self) -> Arrays:
        joined = "\n".join(self.vocabulary_).encode()
        return {
            "vocabulary": np.frombuffer(joined, dtype=np.uint8),
            "inverse": self.inverse_,
            **csr_arrays("vectors", self.vectors_),
        }

    def _place(self, place: NDArray[np.intp], count: int) -> None:
        self.vectors_ = rows_placed(self.vectors_, place, count)
        self._turned_ = self.vectors_.T.tocsr()

    def _restore(self, arrays: Arrays) -> None:
        expect({"vocabulary", "inverse"} <= arrays.keys(), "it has a vocabulary")
        self.vocabulary_ = arrays["vocabulary"].tobytes().decode("utf-8", "replace").split("\n")
        self.inverse_ = arrays["inverse"]
        expect(self.inverse_.shape == (len(self.vocabulary_),), "each word has a weight")
        shape = (len(self.item_ids_), len(self.vocabulary_))
        self.vectors_ = csr_restore("vectors", arrays, shape)
        self._turned_ = self.vectors_.T.tocsr()
        self._index()

    def _index(self) -> None:
        self._place_ = {word: column for column, word in enumerate(self.vocabulary_)}

    def _vectors(self, texts: list[str]) -> sparse.csr_matrix:
        return word_vectors(map(words_of, texts), self._place_, self.inverse_)


def _descriptions(items: Items) -> list[str]:
    """Return texts with the category as one more word that no caption can contain."""
    return [
        f"{text} #category_{category.replace(' ', '_')}" if category else text
        for text, category in zip(items.texts, items.categories, strict=True)
    ]
