"""Which of a quarter of a million word pieces ship: each costs 216 bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mlengine.estimators.encoder.base import Base
from mlengine.estimators.encoder.pieces import UNKNOWN, Pieces

SIZE = 36_000
# Met so often in the texts to learn from, a piece stays.
_OFTEN = 4


def pieces_to_keep(base: Base, texts: Iterable[str]) -> NDArray[np.intp]:
    """Return the ascending places of the pieces that ship, SIZE at most.

    First those that the texts use often, then those likeliest in the hundred languages that the
    vocabulary was made for. What a missing piece would cover is spelled in shorter ones.
    """
    pieces = Pieces(base.pieces, base.scores)
    met: Counter[int] = Counter()
    for text in set(texts):
        met.update(pieces.ids(text))
    chosen = dict.fromkeys(range(UNKNOWN + 1))
    chosen.update(dict.fromkeys(at for at, times in met.most_common() if times >= _OFTEN))
    chosen.update(dict.fromkeys(np.argsort(-base.scores, kind="stable").tolist()))
    return np.sort(np.fromiter(chosen, np.intp)[:SIZE])
