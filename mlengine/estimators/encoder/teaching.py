"""Teach the teacher, and ask it about the English texts that the encoder learns from.

Distillation (Hinton et al. 2015, arXiv:1503.02531): of a text that one set labels for one task,
the teacher says what all sets would have said of it, and how sure it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from mlengine.datasets.text_sources import TextTask
from mlengine.estimators.encoder.fitting import Fitted, fit_round, padded, reduced_precision
from mlengine.estimators.encoder.lessons import Lesson
from mlengine.estimators.encoder.opinions import TASKS_ASKED, Opinions
from mlengine.estimators.encoder.rounds import OF_TEACHER
from mlengine.estimators.encoder.teacher import teacher_read
from mlengine.estimators.text_training import to_learn_from

# It learns abuse beside what it is asked about: another task of the same texts.
_LEARNED = ("sentiment", "emotion", "toxicity")
# Sources whose texts it is asked about: what people wrote, not sentences made to teach.
_ASKED = (
    ("sentiment", "tweets-en"),
    ("sentiment", "tweets-8"),
    ("sentiment", "reviews"),
    ("emotion", "tweets"),
    ("toxicity", "offensive"),
    ("toxicity", "hate"),
    ("toxicity", "youtube"),
)
# Where a set says, its label counts so much and the teacher, who learned from it, the rest.
_LABEL = 0.5
_AT_ONCE = 64
_REPORT_EVERY = 100
Floats = NDArray[np.float32]


def opinions_of(
    tasks: Mapping[str, TextTask],
    exclusive: frozenset[str],
    *,
    progress: Callable[[str], object],
) -> Opinions:
    """Teach the teacher what the English texts of the tasks say, and ask it of all of them.

    Neither texts that judge nor those that tune are learned from or asked about.

    :raises DatasetError: if its packages are missing.
    """
    network, pieces, words = teacher_read()
    english = {name: tasks[name].in_language("en") for name in _LEARNED}
    torch.manual_seed(OF_TEACHER.seed)
    heads = {name: nn.Linear(network.width, len(task.labels)) for name, task in english.items()}
    fitted = Fitted(network, pieces, nn.ModuleDict(heads))
    lessons = [
        Lesson.of(name, task, pieces, exclusive=name in exclusive) for name, task in english.items()
    ]
    fit_round(fitted, lessons, words, OF_TEACHER, progress=partial(_told, progress))
    texts, labels = _asked(english)
    said = _said(fitted, words, texts, progress)
    return Opinions(texts, {name: _weighed(said[name], labels[name]) for name in TASKS_ASKED})


def _told(progress: Callable[[str], object], said: str) -> None:
    progress(f"teacher: {said}")


def _asked(tasks: Mapping[str, TextTask]) -> tuple[list[str], dict[str, Floats]]:
    """Return the texts to ask about, and of each task their labels, NaN where nobody said."""
    texts: list[str] = []
    labels: dict[str, list[list[float]]] = {name: [] for name in TASKS_ASKED}
    for name, source in _ASKED:
        task = tasks[name]
        for at in np.flatnonzero(to_learn_from(task) & (np.array(task.sources) == source)):
            texts.append(task.texts[at].replace("\0", " "))
            for asked, rows in labels.items():
                unknown = [np.nan] * len(tasks[asked].labels)
                rows.append(task.rows[at] if asked == name else unknown)
    return texts, {name: np.array(rows, np.float32) for name, rows in labels.items()}


@torch.no_grad()
def _said(
    fitted: Fitted, words: nn.Embedding, texts: list[str], progress: Callable[[str], object]
) -> dict[str, Floats]:
    """Return its logits, of each task an array of shape (n_texts, n_labels)."""
    ids = [fitted.pieces.ids(text) for text in texts]
    order = np.argsort([len(one) for one in ids], kind="stable")
    found = {
        name: np.zeros((len(texts), head.out_features), np.float32)
        for name, head in fitted.heads.items()
    }
    for number, start in enumerate(range(0, len(order), _AT_ONCE), 1):
        places = order[start : start + _AT_ONCE]
        with reduced_precision():
            vectors = fitted.network(*padded(words, [ids[at] for at in places]))
        for name, head in fitted.heads.items():
            found[name][places] = head(vectors.float()).numpy()
        if number % _REPORT_EVERY == 0:
            progress(f"teacher: asked about {start + len(places)} of {len(texts)} texts")
    return found


def _weighed(logits: Floats, labels: Floats) -> Floats:
    """Return what is held of each text: what the teacher says, and half of it the label."""
    chances = torch.tensor(logits).softmax(1).numpy()
    both = _LABEL * labels + (1 - _LABEL) * chances
    weighed: Floats = np.where(np.isnan(labels), chances, both).astype(np.float32)
    return weighed
