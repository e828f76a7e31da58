"""Fill in the noes that a source leaves out. Needs scikit-learn: nothing that serves takes it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlengine.datasets.text_sources import TextTask
from mlengine.estimators.text_training import (
    TABLE_BITS,
    balanced,
    hashed,
    regress,
    to_learn_from,
)


def noes_presumed(task: TextTask, *, source: str, label: str, bits: int = TABLE_BITS) -> TextTask:
    """Return the task with a no for `label` where `source` leaves it open and others say no.

    A source that says where a label holds, and never where it does not, teaches that the words it
    was gathered by are the label. A model of the other sources reads its open texts: those that it
    finds likelier without the label get a no (as with the reliable negatives of learning from
    positive and unlabelled texts: Bekker and Davis 2020, doi:10.1007/s10994-020-05877-5).
    """
    column = task.labels.index(label)
    targets = task.targets[:, column].astype(np.float64)
    of_source = np.array(task.sources) == source
    open_ones = np.flatnonzero(of_source & np.isnan(targets))
    taught = np.flatnonzero(to_learn_from(task) & ~of_source & ~np.isnan(targets))
    if not open_ones.size or not taught.size:
        return task

    weights = balanced(targets[taught, None], np.array(task.sources)[taught], classes=False)
    inputs = hashed([task.texts[at] for at in taught], bits=bits)
    coefficients, bias = regress(inputs, targets[taught] > 0, weights[:, 0])
    scores = hashed([task.texts[at] for at in open_ones], bits=bits) @ coefficients + bias

    rows = [list(row) for row in task.rows]
    for at in open_ones[scores < 0]:
        rows[at][column] = 0.0
    return replace(task, rows=rows)
