"""Everything said of one text at once: the shipped models, or word lists where they are missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import ArtifactError
from mlengine.estimators.language import UNKNOWN, Language, LanguageGuesser
from mlengine.estimators.lexicon import Lexicon
from mlengine.estimators.text import LinearText, squashed
from mlengine.estimators.text_correction import TextCorrection
from mlengine.estimators.text_drivers import word_shares
from mlengine.estimators.text_features import features
from mlengine.estimators.text_quality import NEUTRAL_QUALITY, Quality, text_quality

# The weights that come with the package.
WEIGHTS = Path(__file__).parents[1] / "weights"
MANIFEST = "manifest.json"
LEXICON = "lexicon"
NO_EMOTION = "none"

# Kinds whose labels are those of another in all that was learned from, so that one score tells both
# (docs/models/text.md).
SAME_AS = {"identity": "hate"}

# Learned from English alone; elsewhere its answer would be a guess dressed as a finding.
_EMOTION_LANGUAGES = frozenset({"en", UNKNOWN})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A label, its probability, and the probability of each label it was chosen from."""

    label: str
    score: float
    probabilities: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "score": round(self.score, 4),
            "probabilities": _rounded(self.probabilities),
        }


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A label, a probability in [0, 1] that there is anything to it, and that of each kind."""

    label: str
    score: float
    kinds: dict[str, float]


@dataclass(frozen=True, slots=True)
class TextInsights:
    """What one text says and how; `model` is the version of the weights, or "lexicon"."""

    language: Language
    sentiment: Judgement
    emotion: Judgement
    toxicity: Suspicion
    spam: Suspicion
    quality: Quality
    model: str

    def as_dict(self) -> dict[str, Any]:
        """Return the insights as JSON-able values, probabilities to four places."""
        return {
            "language": {
                "code": self.language.code,
                "confidence": round(self.language.confidence, 4),
                "reliable": self.language.is_reliable,
            },
            "sentiment": self.sentiment.as_dict(),
            "emotion": self.emotion.as_dict(),
            "toxicity": {
                "score": round(self.toxicity.score, 4),
                "label": self.toxicity.label,
                "kinds": _rounded(self.toxicity.kinds),
            },
            "spam": {"score": round(self.spam.score, 4), "label": self.spam.label},
            "quality": {
                "score": round(self.quality.score, 4),
                "parts": _rounded(self.quality.parts),
            },
            "model": self.model,
        }


_NO_LANGUAGE = Language(UNKNOWN, 0.0, False)
_NO_EMOTION = Judgement(NO_EMOTION, 0.0, {})
_CLEAN = Suspicion("acceptable", 0.0, {})
_HAM = Suspicion("ham", 0.0, {})


class TextAnalyst:
    """Judge texts with trained models; safe to share between threads.

    Parameters
    ----------
    models : mapping of str to LinearText
        The models "sentiment", "emotion", "toxicity" and "spam".
    version : str
        Names the weights in every answer.
    """

    def __init__(self, models: Mapping[str, LinearText], version: str) -> None:
        self.models = dict(models)
        self.version = version
        self.languages = LanguageGuesser()

    @classmethod
    def load(cls, folder: Path) -> TextAnalyst:
        """Read the models that the folder's manifest lists.

        :raises ArtifactError: if a file is missing, damaged, or not the one in the manifest.
        """
        try:
            manifest = json.loads((folder / MANIFEST).read_bytes())
            version = str(manifest["version"])
            models = {
                name: LinearText.load(
                    BytesIO(sealed_read(folder / f"{name}.npz", str(manifest["sha256"][name])))
                )
                for name in ("sentiment", "emotion", "toxicity", "spam")
            }
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArtifactError(f"The text models cannot be read: {error}.") from error
        return cls(models, version)

    def insights(self, text: str, correction: TextCorrection | None = None) -> TextInsights:
        """Return what there is to say of the text; blank text is neutral in every respect."""
        if not text.strip():
            return blank_insights(self.version)
        found = features(text)
        logits = {name: model.logits(found) for name, model in self.models.items()}
        if correction is not None:
            logits = correction.corrected(found, logits, labels_of(self.models))
        language = self.languages.guess(text)
        return insights_of(text, language, logits, self.models, model=self.version)

    def word_shares(self, text: str, kind: str) -> dict[str, float]:
        """Return what each word adds to the log-odds of "toxicity", "spam", or a kind of toxicity.

        Nothing for a kind that the models do not know.
        """
        task, label = {"toxicity": ("toxicity", "any"), "spam": ("spam", "spam")}.get(
            kind, ("toxicity", kind)
        )
        model, label = self.models[task], SAME_AS.get(label, label)
        return word_shares(text, model, label) if label in model.labels else {}


class Labelling(Protocol):
    """What turns a task's logits into labels."""

    @property
    def labels(self) -> tuple[str, ...]: ...

    @property
    def exclusive(self) -> bool: ...

    @property
    def thresholds(self) -> NDArray[np.float32]: ...


def labels_of(labelling: Mapping[str, Labelling]) -> dict[str, tuple[str, ...]]:
    """Return each task's labels."""
    return {name: one.labels for name, one in labelling.items()}


def insights_of(
    text: str,
    language: Language,
    logits: Mapping[str, NDArray[np.float64]],
    labelling: Mapping[str, Labelling],
    *,
    model: str,
) -> TextInsights:
    """Return what the logits of every task, shape (n_labels,), say of the text, labels given."""
    chances = {
        name: squashed(logits[name], exclusive=one.exclusive) for name, one in labelling.items()
    }
    sentiment = _chosen(labelling["sentiment"], chances["sentiment"])
    emotion = _chosen(labelling["emotion"], chances["emotion"])
    has_emotion = sentiment.label != "neutral" and language.code in _EMOTION_LANGUAGES
    return TextInsights(
        language=language,
        sentiment=sentiment,
        emotion=emotion if has_emotion else Judgement(NO_EMOTION, 0.0, emotion.probabilities),
        toxicity=_toxicity(labelling["toxicity"], chances["toxicity"]),
        spam=_spam(labelling["spam"], chances["spam"]),
        quality=text_quality(text),
        model=model,
    )


def _chosen(labelling: Labelling, probabilities: NDArray[np.float64]) -> Judgement:
    chances = dict(zip(labelling.labels, probabilities.tolist(), strict=True))
    label = max(chances, key=chances.__getitem__)
    return Judgement(label, chances[label], chances)


def _toxicity(labelling: Labelling, probabilities: NDArray[np.float64]) -> Suspicion:
    """Return "acceptable", or the kind that stands out most over its own threshold."""
    chances = dict(zip(labelling.labels, probabilities.tolist(), strict=True))
    limits = dict(zip(labelling.labels, labelling.thresholds.tolist(), strict=True))
    score = chances.pop("any")
    kinds = chances | {kind: chances[same] for kind, same in SAME_AS.items() if same in chances}
    if score < limits["any"]:
        return Suspicion("acceptable", score, kinds)
    label = max(chances, key=lambda kind: chances[kind] / limits[kind])
    return Suspicion(label, score, kinds)


def _spam(labelling: Labelling, probabilities: NDArray[np.float64]) -> Suspicion:
    score = float(probabilities[0])
    return Suspicion("spam" if score >= labelling.thresholds[0] else "ham", score, {})


class LexiconAnalyst:
    """Judge texts with word lists; what they cannot tell is left neutral."""

    version = LEXICON

    def __init__(self) -> None:
        self._lexicon = Lexicon()
        self._languages = LanguageGuesser()

    def insights(self, text: str, correction: TextCorrection | None = None) -> TextInsights:
        """Return what word lists say of the text; there is no emotion and no kind of toxicity.

        A correction is of models, so word lists leave it.
        """
        if not text.strip():
            return blank_insights(LEXICON)
        chances = self._lexicon.sentiment(text)
        label = max(chances, key=chances.__getitem__)
        toxicity, spam = self._lexicon.toxicity(text), self._lexicon.spam(text)
        return TextInsights(
            language=self._languages.guess(text),
            sentiment=Judgement(label, chances[label], chances),
            emotion=_NO_EMOTION,
            toxicity=Suspicion("offensive" if toxicity >= 0.5 else "acceptable", toxicity, {}),
            spam=Suspicion("spam" if spam >= 0.5 else "ham", spam, {}),
            quality=text_quality(text),
            model=LEXICON,
        )

    def word_shares(self, text: str, kind: str) -> dict[str, float]:
        """Return the words of the text that are listed for "toxicity" or "spam", each with 1."""
        return dict.fromkeys(self._lexicon.listed(text, kind), 1.0)


def blank_insights(version: str) -> TextInsights:
    """Return what is said of a text of nothing but space."""
    chances = {"negative": 0.0, "neutral": 1.0, "positive": 0.0}
    return TextInsights(
        language=_NO_LANGUAGE,
        sentiment=Judgement("neutral", 1.0, chances),
        emotion=_NO_EMOTION,
        toxicity=_CLEAN,
        spam=_HAM,
        quality=NEUTRAL_QUALITY,
        model=version,
    )


def sealed_read(path: Path, sha256: str) -> bytes:
    """Return what the file holds.

    :raises ArtifactError: if its checksum is another.
    """
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ArtifactError(f"{path.name} is not the file that the manifest lists.")
    return content


def _rounded(chances: dict[str, float]) -> dict[str, float]:
    return {name: round(chance, 4) for name, chance in chances.items()}
