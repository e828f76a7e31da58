"""Judge the text models on labelled posts: sentiment, emotion, toxicity and spam."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from tqdm import tqdm

from mlengine.datasets.labelled import LabelledTexts, read_labelled
from mlengine.errors import DatasetError, UnknownModel
from mlengine.estimators.lexicon import Lexicon
from mlengine.estimators.text_analyst import (
    SAME_AS,
    WEIGHTS,
    Labelling,
    TextAnalyst,
    TextInsights,
)
from mlengine.estimators.text_reviser import TextReviser
from mlengine.metrics.calibration import average_precision, roc_auc
from mlengine.metrics.classification import classification_report

TOXICITY_KINDS = ("any", "offensive", "hate", "threat", "insult", "sexual", "identity")

# Texts revised between two moves of the progress bar.
_CHUNK = 256
_OF_A_LANGUAGE = ("n", "accuracy", "macro_f1", "macro_recall")
# The share of clean texts that score as much is told; from the second on a text is held.
_ALARMS = (0.5, 0.9)
_CLEAN = {"toxicity": "acceptable", "spam": "ham"}
Answer = TypeVar("Answer")
Chances = list[dict[str, float]]


def evaluate(
    task: str, data: Path, kind: str | None = None, *, weights: Path = WEIGHTS
) -> dict[str, Any]:
    """Return how well the shipped models label the texts of a file, and how fast.

    `task` is sentiment, emotion, toxicity or spam; `kind`, for toxicity alone, the score to
    judge by (default "any"). Sentiment and emotion choose among the labels that the file uses,
    so that a file of polar posts is judged as one.

    What is judged is the verdict that stands, the worker's; "first" judges the one that the
    request gives meanwhile. Times at the top are the request's: the whole analysis of one text on
    one thread. Those of "revision" are the worker's, texts taken together.

    :raises DatasetError: if the file cannot be read, or has an unknown label or only one.
    :raises UnknownModel: if there is no such task or kind.
    :raises ArtifactError: if the weights cannot be read.
    """
    if task not in ("sentiment", "emotion", *_CLEAN):
        raise UnknownModel(f"There is no text task {task!r}.")
    if kind is not None and (task != "toxicity" or kind not in TOXICITY_KINDS):
        raise UnknownModel(f"There is no kind {kind!r} of {task}.")
    reviser = TextReviser.load(weights, threads=len(os.sched_getaffinity(0)))
    analyst = reviser.analyst
    labelled = read_labelled(data, known=_known(task, analyst))
    if len(set(labelled.labels)) < 2:
        raise DatasetError(
            f"{data}: every row is {labelled.labels[0]!r}; there is nothing to tell apart."
        )

    first, milliseconds = _timed(analyst.insights, labelled.texts)
    revised, seconds = _revised(reviser, labelled.texts)
    judge = partial(_judged, task, kind or "any", labelled)
    return {
        "task": task,
        "model": reviser.version,
        **judge(revised, reviser.mixtures),
        **_speed(milliseconds),
        "first": {"model": analyst.version, **judge(first, analyst.models)},
        "revision": {"texts_per_second": len(revised) / seconds},
        "baseline": _baseline(task, labelled),
    }


def _revised(reviser: TextReviser, texts: Sequence[str]) -> tuple[list[TextInsights], float]:
    """Return the worker's insights, and the seconds they took in all."""
    found: list[TextInsights] = []
    began = time.perf_counter()
    with tqdm(total=len(texts), unit="text", desc="Revising", leave=False) as bar:
        for start in range(0, len(texts), _CHUNK):
            chunk = texts[start : start + _CHUNK]
            found += reviser.insights(chunk)
            bar.update(len(chunk))
    return found, time.perf_counter() - began


def _judged(
    task: str,
    kind: str,
    labelled: LabelledTexts,
    insights: Sequence[TextInsights],
    labelling: Mapping[str, Labelling],
) -> dict[str, Any]:
    if task in _CLEAN:
        return _suspicions(task, kind, labelled, insights, labelling[task])
    chances = [getattr(insight, task).probabilities for insight in insights]
    return _choices(labelled, chances)


def _baseline(task: str, labelled: LabelledTexts) -> dict[str, Any]:
    if task == "sentiment":
        guesses, spent = _timed(Lexicon().sentiment, labelled.texts)
        return {"name": "VADER", **_choices(labelled, guesses), **_speed(spent)}
    if task == "emotion":
        return _majority(labelled.labels)
    return _majority([label if label == _CLEAN[task] else "other" for label in labelled.labels])


def _known(task: str, analyst: TextAnalyst) -> frozenset[str] | None:
    if task == "toxicity":
        return None
    return frozenset({"ham", "spam"} if task == "spam" else analyst.models[task].labels)


def _choices(labelled: LabelledTexts, chances: Chances) -> dict[str, Any]:
    """Judge the likeliest of the labels; of two, the second in the alphabet is the positive."""
    labels = sorted(set(labelled.labels))
    said = [max(labels, key=lambda label: chance.get(label, 0.0)) for chance in chances]
    result = _report(labelled.labels, said, labelled.languages)
    if len(labels) == 2:
        first, second = labels
        scores = [c.get(second, 0.0) - c.get(first, 0.0) for c in chances]
        result |= _ranking([label == second for label in labelled.labels], scores)
    return result


def _suspicions(
    task: str,
    kind: str,
    labelled: LabelledTexts,
    insights: Sequence[TextInsights],
    labelling: Labelling,
) -> dict[str, Any]:
    """Judge one score against its threshold: is there anything to it or not."""
    clean = _CLEAN[task]
    if task == "spam":
        scores, column, name = [i.spam.score for i in insights], 0, "spam"
    else:
        scores = [{"any": i.toxicity.score, **i.toxicity.kinds}.get(kind, 0.0) for i in insights]
        column, name = labelling.labels.index(SAME_AS.get(kind, kind)), kind
    threshold = float(labelling.thresholds[column])
    is_bad = [label != clean for label in labelled.labels]
    truth = [name if bad else clean for bad in is_bad]
    said = [name if score >= threshold else clean for score in scores]
    extra: dict[str, Any] = {"kind": kind} if task == "toxicity" else {}
    return {
        **extra,
        "threshold": threshold,
        "false_alarms": _false_alarms(is_bad, scores),
        **_report(truth, said, labelled.languages),
        **_ranking(is_bad, scores),
    }


def _majority(truth: Sequence[str]) -> dict[str, Any]:
    """Judge giving every text the commonest label."""
    said = [Counter(truth).most_common(1)[0][0]] * len(truth)
    report = asdict(classification_report(truth, said))
    return {"name": "majority", **{name: report[name] for name in _OF_A_LANGUAGE}}


def _report(truth: Sequence[str], said: Sequence[str], languages: Sequence[str]) -> dict[str, Any]:
    report = asdict(classification_report(truth, said))
    if not languages:
        return {**report, "per_language": {}}
    parts = {}
    for language in sorted(set(languages)):
        mine = [i for i, code in enumerate(languages) if code == language]
        part = asdict(classification_report([truth[i] for i in mine], [said[i] for i in mine]))
        parts[language] = {name: part[name] for name in _OF_A_LANGUAGE}
    mean = sum(part["macro_f1"] for part in parts.values()) / len(parts)
    return {**report, "per_language": parts, "mean_language_macro_f1": mean}


def _false_alarms(truth: Sequence[bool], scores: Sequence[float]) -> dict[str, float]:
    """Return the share of what is clean that scores a limit or more, by limit."""
    clean = [score for score, bad in zip(scores, truth, strict=True) if not bad]
    return {
        str(limit): sum(score >= limit for score in clean) / max(1, len(clean)) for limit in _ALARMS
    }


def _ranking(truth: Sequence[bool], scores: Sequence[float]) -> dict[str, float]:
    return {
        "roc_auc": roc_auc(truth, scores),
        "average_precision": average_precision(truth, scores),
    }


def _timed(
    judge: Callable[[str], Answer], texts: Sequence[str]
) -> tuple[list[Answer], list[float]]:
    """Return the answers and the milliseconds each took; the first text is also the warm-up."""
    judge(texts[0])
    answers, milliseconds = [], []
    for text in texts:
        began = time.perf_counter()
        answers.append(judge(text))
        milliseconds.append((time.perf_counter() - began) * 1000)
    return answers, milliseconds


def _speed(milliseconds: Sequence[float]) -> dict[str, float]:
    middle, slowest = np.percentile(milliseconds, [50, 99])
    return {
        "texts_per_second": len(milliseconds) / (sum(milliseconds) / 1000),
        "ms_per_text_p50": float(middle),
        "ms_per_text_p99": float(slowest),
    }
