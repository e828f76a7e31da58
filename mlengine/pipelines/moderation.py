"""What moderators rule about texts, in cases and appeals, teaches beyond the shipped models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import TooLittleData
from mlengine.estimators.text import squashed
from mlengine.estimators.text_analyst import SAME_AS, WEIGHTS
from mlengine.estimators.text_correction import TextCorrection
from mlengine.estimators.text_correction_fitting import correction_fit
from mlengine.estimators.text_features import features
from mlengine.estimators.text_reviser import TextReviser
from mlengine.pipelines.base import Judged, Pipeline, Split
from posts.models import Case, Decision, Rule
from posts.selectors import Place, last_words

# Newest decisions learned from at most.
LARGEST = 5_000
LEAST_DECISIONS = 100
LEAST_HELD_OUT = 30
HELD_OUT_SHARE = 0.25
_SURE = 0.5
# Rules call toxicity of any kind so; the models call it "any".
_ANY = "toxicity"
_TOXICITIES = ("any", "offensive", "hate", "threat", "insult", "sexual")
KINDS = (*_TOXICITIES, "spam")
_TOOK_DOWN = (Case.Ruling.REMOVE, Case.Ruling.SUSPEND)


@dataclass(frozen=True, slots=True)
class Decided:
    """Texts in the order of the decisions about them.

    Attributes
    ----------
    truth : bool, shape (n_texts, n_kinds)
        Whether a moderator found the kind.
    known : bool, shape (n_texts, n_kinds)
        False where no rule of the kind was at issue, so that nothing is known of it.
    logits : float64, shape (n_texts, n_kinds)
        What the shipped models say, uncorrected.
    moments : list of datetime
    """

    texts: list[str]
    truth: NDArray[np.bool_]
    known: NDArray[np.bool_]
    logits: NDArray[np.float64]
    moments: list[datetime]

    def part(self, start: int, stop: int | None) -> Decided:
        chosen = slice(start, stop)
        return Decided(
            self.texts[chosen],
            self.truth[chosen],
            self.known[chosen],
            self.logits[chosen],
            self.moments[chosen],
        )


class Moderation(Pipeline):
    """A correction of the toxicity and spam models; judged by later decisions of moderators."""

    name = "moderation"
    measure = "1 - Brier score"

    def load(self, *, until: datetime, unseen_since: datetime | None) -> Split[Decided]:
        rows = _decisions(until)
        if len(rows) < LEAST_DECISIONS:
            raise TooLittleData(
                f"Moderators decided about {len(rows)} texts; {LEAST_DECISIONS} are needed."
            )
        moments = [moment for moment, *_ in rows]
        place = round(len(rows) * (1 - HELD_OUT_SHARE))
        if unseen_since is not None:
            place = max(place, sum(moment <= unseen_since for moment in moments))
        if len(rows) - place < LEAST_HELD_OUT:
            raise TooLittleData(
                f"{len(rows) - place} texts were decided since the live version learned;"
                f" it takes {LEAST_HELD_OUT} to compare models."
            )
        texts = [text for _, text, _, _ in rows]
        known = np.array([[kind in kinds for kind in KINDS] for _, _, kinds, _ in rows])
        truth = known & np.array([is_found for *_, is_found in rows])[:, None]
        whole = Decided(texts, truth, known, _shipped(texts), moments)
        return Split(whole.part(0, place), whole.part(place, None), whole, moments[place], until)

    def fit(self, data: Decided) -> TextCorrection:
        return correction_fit(
            data.texts,
            dict(zip(KINDS, np.where(data.known, data.truth, np.nan).T, strict=True)),
            dict(zip(KINDS, data.logits.T, strict=True)),
        )

    def evaluate(self, model: TextCorrection, split: Split[Decided]) -> Judged:
        held_out = split.held_out
        labels = {"toxicity": _TOXICITIES, "spam": ("spam",)}
        corrected = np.empty(held_out.logits.shape)
        for row, (text, logits) in enumerate(zip(held_out.texts, held_out.logits, strict=True)):
            by_task = {"toxicity": logits[:-1], "spam": logits[-1:]}
            found = model.corrected(features(text), by_task, labels)
            corrected[row] = np.concatenate([found["toxicity"], found["spam"]])
        return _judged(corrected, held_out)

    def baseline(self, split: Split[Decided]) -> Judged:
        """Judge the shipped models as they are."""
        return _judged(split.held_out.logits, split.held_out)

    def restore(self, file: BinaryIO) -> TextCorrection:
        return TextCorrection.load(file)


def _judged(logits: NDArray[np.float64], decided: Decided) -> Judged:
    chances = squashed(logits, exclusive=False)
    wrong = np.mean((chances - decided.truth) ** 2, axis=1, where=decided.known)
    agreed = np.mean((chances >= _SURE) == decided.truth, where=decided.known)
    metrics = {
        "decisions": float(len(decided.texts)),
        "agreement": float(agreed),
        **_found((chances >= _SURE) & decided.known, decided.truth),
    }
    return Judged(float(1 - wrong.mean()), metrics, 1 - wrong)


def _found(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> dict[str, float]:
    """Return precision, recall and F1 over all texts and kinds, 0 where nothing was said."""
    hits = int((said & truth).sum())
    given, there = int(said.sum()), int(truth.sum())
    return {
        "precision": hits / given if given else 0.0,
        "recall": hits / there if there else 0.0,
        "f1": 2 * hits / (given + there) if given + there else 0.0,
    }


def _shipped(texts: list[str]) -> NDArray[np.float64]:
    reviser = TextReviser.load(WEIGHTS)
    return np.array(
        [np.concatenate([one["toxicity"], one["spam"]]) for one in reviser.logits(texts)]
    )


def _decisions(until: datetime) -> list[tuple[datetime, str, set[str], bool]]:
    """Return the last word of moderators on each text that still says what they read.

    Moment, text, the kinds of the rules that were ever at issue, and whether they found it so;
    oldest first. A text whose reach they reduced was neither taken down nor let stand, and one at
    issue for its pictures alone teaches nothing of words.
    """
    at_issue = _kinds_at_issue(until)
    found = [
        (word.at, word.text, kinds, word.ruling in _TOOK_DOWN)
        for place, word in last_words(until=until).items()
        if word.text.strip()
        and word.ruling != Case.Ruling.REDUCE
        and (kinds := at_issue.get(place, {"any"}))
    ]
    return sorted(found, key=lambda row: row[0])[-LARGEST:]


def _kinds_at_issue(until: datetime) -> dict[Place, set[str]]:
    """Return by text the kinds of the rules that decisions about it named, where any did."""
    decisions = Decision.objects.filter(post__isnull=False, decided_at__lt=until)
    decisions = decisions.exclude(about=Decision.About.COMMENT, comment=None)
    rows = decisions.values_list("post_id", "comment_id", "policy_id", "rule_code")
    kinds_of = _kinds_by_rule()
    kinds: dict[Place, set[str]] = {}
    for post_id, comment_id, policy_id, code in rows.iterator():
        named = kinds_of.get((policy_id, code))
        if named is not None:
            kinds.setdefault((post_id or 0, comment_id), set()).update(named)
    return kinds


def _kinds_by_rule() -> dict[tuple[int | None, str], set[str]]:
    rules: Iterable[tuple[int, str, dict[str, float]]] = Rule.objects.values_list(
        "policy_id", "code", "thresholds"
    )
    found: dict[tuple[int | None, str], set[str]] = {}
    for policy_id, code, thresholds in rules:
        named = {"any" if kind == _ANY else SAME_AS.get(kind, kind) for kind in thresholds}
        found.setdefault((policy_id, code), set()).update(named & set(KINDS))
    return found
