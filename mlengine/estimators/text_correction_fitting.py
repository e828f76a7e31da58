"""Learn a correction from decided texts. Needs scikit-learn, so it runs in the worker alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from mlengine.errors import TooLittleData
from mlengine.estimators.text_correction import TextCorrection
from mlengine.estimators.text_training import hashed

TABLE_BITS = 14
# Of either answer, so many decisions teach a kind at the least.
LEAST = 20
# The shipped logit may be scaled at little cost; a word must be met again and again to count.
_INVERSE_PENALTY = 0.5
_LOGIT_SCALE = 10.0


def correction_fit(
    texts: Sequence[str],
    decided: Mapping[str, NDArray[np.float64]],
    logits: Mapping[str, NDArray[np.float64]],
) -> TextCorrection:
    """Learn from texts what moderators decided beyond what the shipped models say.

    `decided` and `logits` are by kind, shape (n_texts,): 1 where it holds, 0 where it does not,
    NaN where nobody decided.

    :raises TooLittleData: if no kind was decided LEAST times either way.
    """
    grams = hashed(list(texts), bits=TABLE_BITS)
    kinds, weights, scales, shifts = [], [], [], []
    for kind, truth in decided.items():
        known = np.flatnonzero(~np.isnan(truth))
        if min(np.count_nonzero(truth[known] == value) for value in (0, 1)) < LEAST:
            continue
        shipped = sparse.csr_matrix(logits[kind][known, None] * _LOGIT_SCALE)
        inputs = sparse.hstack([shipped, grams[known]], format="csr")
        fitted = LogisticRegression(C=_INVERSE_PENALTY, max_iter=500).fit(inputs, truth[known])
        kinds.append(kind)
        scales.append(fitted.coef_[0, 0] * _LOGIT_SCALE)
        weights.append(fitted.coef_[0, 1:])
        shifts.append(fitted.intercept_[0])
    if not kinds:
        raise TooLittleData(f"No kind of text was decided {LEAST} times either way.")
    return TextCorrection(
        tuple(kinds),
        np.column_stack(weights).astype(np.float16),
        np.array(scales, np.float32),
        np.array(shifts, np.float32),
    )
