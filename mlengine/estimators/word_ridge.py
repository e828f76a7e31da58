"""What the words of a text say about a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import lsqr

from mlengine.errors import ArtifactError, TooLittleData
from mlengine.estimators.artifacts import Arrays, expect
from mlengine.estimators.words import pieces_of, vocabulary_of, word_vectors, words_of


class WordRidge:
    """Ridge regression on TF-IDF words.

    Parameters
    ----------
    l2 : float, default 1.0
        Penalty on squared weights.
    minimum_texts : int, default 2
        Texts that must share a word for it to count.
    words : int, default 20000
        Words kept at most.
    pieces : bool, default False
        Also weigh pairs of words and parts of words.

    Attributes
    ----------
    vocabulary_ : list of str, length n_words
    inverse_, weights_ : ndarray of float32, shape (n_words,)
    mean_ : float
        Answer for a text without known words.

    References
    ----------
    Solved by LSQR: Paige and Saunders (1982), doi:10.1145/355984.355989.
    """

    vocabulary_: list[str]
    inverse_: NDArray[np.float32]
    weights_: NDArray[np.float32]
    mean_: float

    def __init__(
        self,
        *,
        l2: float = 1.0,
        minimum_texts: int = 2,
        words: int = 20_000,
        pieces: bool = False,
    ) -> None:
        self.l2 = l2
        self.minimum_texts = minimum_texts
        self.words = words
        self.pieces = pieces

    def fit(self, texts: Sequence[str], targets: NDArray[np.float64]) -> WordRidge:
        """Learn from texts and their numbers, forgetting any earlier fit, and return self.

        :raises TooLittleData: if there is no text.
        """
        if not len(texts):
            raise TooLittleData("A ridge needs texts.")
        self.fit_vocabulary(texts)
        self.fit_weights(self.vectors(texts), targets)
        return self

    def fit_vocabulary(self, texts: Sequence[str]) -> None:
        """Learn which words there are and how widespread, but not what they say."""
        self.vocabulary_, self.inverse_ = vocabulary_of(
            map(self._terms(), texts),
            minimum=self.minimum_texts,
            maximum=len(texts),
            limit=self.words,
        )
        self._index()

    def fit_weights(
        self,
        vectors: sparse.csr_matrix,
        targets: NDArray[np.float64],
        importance: NDArray[np.float64] | None = None,
    ) -> None:
        """Learn what the words of the vectors say; rows of more importance count for more."""
        weight = np.ones(len(targets)) if importance is None else importance / importance.mean()
        self.mean_ = float(np.average(targets, weights=weight))
        root = np.sqrt(weight)
        solved = lsqr(
            sparse.diags(root) @ vectors,
            root * (targets - self.mean_),
            damp=np.sqrt(self.l2),
            iter_lim=60,
        )
        self.weights_ = solved[0].astype(np.float32)

    def vectors(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return the texts over the vocabulary, shape (n_texts, n_words)."""
        return word_vectors(map(self._terms(), texts), self._place, self.inverse_)

    def say(self, vectors: sparse.csr_matrix) -> NDArray[np.float64]:
        """Return the expected number of each row of vectors, shape (n_texts,)."""
        expected: NDArray[np.float64] = (vectors @ self.weights_).astype(np.float64) + self.mean_
        return expected

    def predict(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the expected number of each text, shape (n_texts,)."""
        return self.say(self.vectors(texts))

    def arrays(self) -> Arrays:
        """Return what was learned, for storing."""
        joined = "\n".join(self.vocabulary_).encode()
        return {
            "vocabulary": np.frombuffer(joined, dtype=np.uint8),
            "inverse": self.inverse_,
            "weights": self.weights_,
            "mean": np.array(self.mean_),
            "pieces": np.array(self.pieces),
        }

    @classmethod
    def restore(cls, arrays: Arrays) -> WordRidge:
        """Return the ridge that `arrays` took apart.

        :raises ArtifactError: if they do not fit together.
        """
        self = cls()
        try:
            text = arrays["vocabulary"].tobytes().decode()
            self.vocabulary_ = text.split("\n") if text else []
            self.pieces = bool(arrays["pieces"])
            self.inverse_, self.weights_ = arrays["inverse"], arrays["weights"]
            self.mean_ = float(arrays["mean"])
        except (KeyError, ValueError, TypeError) as error:
            raise ArtifactError(f"The stored words are inconsistent: {error}.") from error
        expect(self.inverse_.shape == (len(self.vocabulary_),), "each word has a frequency")
        expect(self.weights_.shape == (len(self.vocabulary_),), "each word has a weight")
        self._index()
        return self

    def _terms(self) -> Callable[[str], list[str]]:
        return pieces_of if self.pieces else words_of

    def _index(self) -> None:
        self._place = {word: column for column, word in enumerate(self.vocabulary_)}
