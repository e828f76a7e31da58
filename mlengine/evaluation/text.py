"""Judge the text models on labelled posts: sentiment, emotion, toxicity and spam."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from mlengine.datasets.labelled import LabelledTexts, read_labelled
from mlengine.errors import DatasetError, UnknownModel
from mlengine.estimators.lexicon import Lexicon
from mlengine.estimators.text_analyst import WEIGHTS, TextAnalyst, TextInsights
from mlengine.metrics.calibration import average_precision, roc_auc
from mlengine.metrics.classification import classification_report

TOXICITY_KINDS = ("any", "offensive", "hate", "threat", "insult", "sexual")

_OF_A_LANGUAGE = ("n", "accuracy", "macro_f1", "macro_recall")
_CLEAN = {"toxicity": "acceptable", "spam": "ham"}
Answer = TypeVar("Answer")
Chances = list[dict[str, float]]


def evaluate(
    task: str, data: Path, kind: str | None = None, *, weights: Path = WEIGHTS
) -> dict[str, Any]:
    """Return how well the shipped model labels the texts of a file, and how fast.

    `task` is sentiment, emotion, toxicity or spam; `kind`, for toxicity alone, the score to
    judge by (default "any"). Sentiment and emotion choose among the labels that the file uses,
    so that a file of polar posts is judged as one. Times are those of the whole analysis of one
    text, one thread.

    :raises DatasetError: if the file cannot be read, or has an unknown label or only one.
    :raises UnknownModel: if there is no such task or kind.
    :raises ArtifactError: if the weights cannot be read.
    """
    if task not in ("sentiment", "emotion", *_CLEAN):
        raise UnknownModel(f"There is no text task {task!r}.")
    if kind is not None and (task != "toxicity" or kind not in TOXICITY_KINDS):
        raise UnknownModel(f"There is no kind {kind!r} of {task}.")
    analyst = TextAnalyst.load(weights)
    labelled = read_labelled(data, known=_known(task, analyst))
    labels = sorted(set(labelled.labels))
    if len(labels) < 2:
        raise DatasetError(f"{data}: every row is {labels[0]!r}; there is nothing to tell apart.")

    insights, milliseconds = _timed(analyst.insights, labelled.texts)
    if task in _CLEAN:
        result = _suspicions(task, kind or "any", labelled, insights, analyst)
    else:
        chances = [getattr(insight, task).probabilities for insight in insights]
        result = _choices(labelled, labels, chances)
        if task == "sentiment":
            lexicon = Lexicon()
            guesses, spent = _timed(lexicon.sentiment, labelled.texts)
            result["baseline"] = {
                "name": "VADER",
                **_choices(labelled, labels, guesses),
                **_speed(spent),
            }
        else:
            result["baseline"] = _majority(labelled.labels)
    return {"task": task, "model": analyst.version, **result, **_speed(milliseconds)}


def _known(task: str, analyst: TextAnalyst) -> frozenset[str] | None:
    if task == "toxicity":
        return None
    return frozenset({"ham", "spam"} if task == "spam" else analyst.models[task].labels)


def _choices(labelled: LabelledTexts, labels: Sequence[str], chances: Chances) -> dict[str, Any]:
    """Judge the likeliest of the labels; of two, the second in the alphabet is the positive."""
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
    analyst: TextAnalyst,
) -> dict[str, Any]:
    """Judge one score against its threshold: is there anything to it or not."""
    clean = _CLEAN[task]
    model = analyst.models[task]
    if task == "spam":
        scores, column, name = [i.spam.score for i in insights], 0, "spam"
    else:
        scores = [{"any": i.toxicity.score, **i.toxicity.kinds}.get(kind, 0.0) for i in insights]
        column, name = model.labels.index(kind), kind
    threshold = float(model.thresholds[column])
    is_bad = [label != clean for label in labelled.labels]
    truth = [name if bad else clean for bad in is_bad]
    said = [name if score >= threshold else clean for score in scores]
    extra: dict[str, Any] = {"kind": kind} if task == "toxicity" else {}
    return {
        **extra,
        "threshold": threshold,
        **_report(truth, said, labelled.languages),
        **_ranking(is_bad, scores),
        "baseline": _majority(truth),
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
