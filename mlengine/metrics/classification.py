"""How often labels are right, for each label and over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelReport:
    """How one label was found; shares in [0, 1], 0 where there was nothing to share."""

    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class ClassificationReport:
    """Shares in [0, 1]; the macro means are over the labels that occur in the truth."""

    n: int
    accuracy: float
    macro_f1: float
    macro_recall: float
    per_label: dict[str, LabelReport]


def classification_report(truth: Sequence[str], said: Sequence[str]) -> ClassificationReport:
    """Compare labels that are true with those that were said, in the same order.

    >>> report = classification_report(["a", "a", "b", "b"], ["a", "b", "b", "b"])
    >>> report.accuracy, report.macro_recall, round(report.macro_f1, 4)
    (0.75, 0.75, 0.7333)
    >>> report.per_label["b"].precision
    0.6666666666666666
    """
    pairs = list(zip(truth, said, strict=True))
    reports = {label: _label_report(pairs, label) for label in sorted(set(truth))}
    return ClassificationReport(
        n=len(pairs),
        accuracy=_share(sum(true == guess for true, guess in pairs), len(pairs)),
        macro_f1=_share(sum(r.f1 for r in reports.values()), len(reports)),
        macro_recall=_share(sum(r.recall for r in reports.values()), len(reports)),
        per_label=reports,
    )


def _label_report(pairs: Sequence[tuple[str, str]], label: str) -> LabelReport:
    hits = sum(true == guess == label for true, guess in pairs)
    there = sum(true == label for true, _ in pairs)
    given = sum(guess == label for _, guess in pairs)
    return LabelReport(
        n=there,
        precision=_share(hits, given),
        recall=_share(hits, there),
        f1=_share(2 * hits, there + given),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
