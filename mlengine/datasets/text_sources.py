"""The public labelled texts that the shipped text models learn from, one task at a time."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.hate_sentences import (
    attack_sentences,
    group_sentences,
    hate_sentences,
)
from mlengine.datasets.labelled import read_labelled
from mlengine.datasets.tables import table_rows
from mlengine.datasets.text_words import polar_phrases

SENTIMENTS = ("negative", "neutral", "positive")
EMOTIONS = ("anger", "joy", "optimism", "sadness")
TOXICITIES = ("any", "offensive", "hate", "threat", "insult", "sexual")
SPAM = ("spam",)

# Where a set has no file of its own to judge by, every tenth text is held out.
_HELD_OUT_OF = 10
# Texts taken from the sentiment sets as examples of what is neither abuse nor spam.
_BACKGROUND = 12_000

# No public set here labels threats and sexual remarks in number, so these patterns do. The model
# learns what stands around them too; docs/models/text.md says how far that goes.
_THREAT = re.compile(
    r"\b(?:i|we)(?:'?ll| will| would| wanna| want to| should|'?m gonna|'?m going to| gonna)"
    r" (?:\w+ ){0,2}(?:kill|murder|shoot|stab|beat|rape|burn|hurt|slap|choke|punch|hang|bomb)"
    r"|\b(?:kill|hang|shoot|hurt) (?:yo)?u(?:rsel(?:f|ves))?\b"
    r"|\b(?:you|u|they|he|she) (?:will|gonna|should|deserves? to|need to|must) (?:\w+ )?"
    r"(?:die|be (?:shot|killed|hanged|raped|beaten))"
    r"|\b(?:hope|wish) (?:you|u|they|he|she|it) (?:\w+ )?(?:die|get (?:shot|killed|raped|hit)|rot)",
    re.IGNORECASE,
)
_SEXUAL = re.compile(
    r"\b(?:porn\w*|nudes?|naked|horny|blow ?jobs?|cum(?:ming)?|dick(?:s|ed)?|cocks?"
    r"|puss(?:y|ies)|tits|boobs?|boner|masturbat\w*|orgasm\w*"
    r"|sex(?:y|ual)?|anal|onlyfans|suck (?:my|his|a)|slut\w*|milf)\b",
    re.IGNORECASE,
)
# What hate sets were gathered by, in tweets of which most mean no harm.
_NAMES_A_GROUP = re.compile(
    r"\b(?:wom[ae]n|feminis\w+|gays?|lesbians?|lgbt\w*|trans(?:gender)?|muslims?|islam(?:ic)?"
    r"|black (?:people|men|women)|white people|africans?|indigenous|roma|gyps(?:y|ies)"
    r"|jew(?:s|ish)?|christians?|catholics?|hindus?|sikhs?|buddhists?|atheists?"
    r"|(?:im)?migra(?:nts?|tion)|refugees?|foreigners?|mexicans?|hispanics?|latin[oa]s?"
    r"|arabs?|syrians?|turk(?:s|ish)|asians?|indians?|pakistanis?"
    r"|disab(?:led|ility)|autis(?:tic|m)|wheelchairs?|deaf|elderly)\b",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\u[0-9a-f]{4}")


@dataclass(slots=True)
class TextTask:
    """Texts with what is known of each label, and which of them only judge.

    Attributes
    ----------
    targets : float32, shape (n_texts, n_labels)
        1 where the label holds, 0 where it does not, NaN where nobody said.
    """

    labels: tuple[str, ...]
    texts: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    held_out: list[bool] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)

    @property
    def targets(self) -> NDArray[np.float32]:
        return np.array(self.rows, np.float32)

    def add(
        self,
        source: str,
        text: str,
        truth: dict[str, float],
        *,
        held_out: bool,
        language: str = "en",
    ) -> None:
        """Append one text; labels that `truth` leaves out are unknown."""
        self.texts.append(text)
        self.sources.append(source)
        self.languages.append(language)
        self.held_out.append(held_out)
        self.rows.append([truth.get(label, np.nan) for label in self.labels])

    def without(self, source: str) -> TextTask:
        """Return the task without the texts of one source."""
        return self._of([name != source for name in self.sources])

    def in_language(self, language: str) -> TextTask:
        """Return the task of the texts of one language."""
        return self._of([name == language for name in self.languages])

    def _of(self, kept: list[bool]) -> TextTask:
        return TextTask(
            self.labels,
            list(compress(self.texts, kept)),
            list(compress(self.sources, kept)),
            list(compress(self.languages, kept)),
            list(compress(self.held_out, kept)),
            list(compress(self.rows, kept)),
        )


def sentiment_task(folder: Path) -> TextTask:
    """Tweets in eight languages, film reviews, and words of praise and of blame.

    :raises DatasetError: if a file is missing or not as expected.
    """
    task = TextTask(SENTIMENTS)
    for source, name, held_out in (
        ("tweets-en", "tweets_en_train", None),
        ("tweets-8", "tweets_8lang_train", False),
        ("tweets-8", "tweets_8lang_val", True),
        ("reviews", "sst2_train", False),
        ("reviews", "sst2_dev", True),
    ):
        _add_classes(task, folder / "sentiment" / f"{name}.csv.gz", source, held_out)
    for language, label, phrase in polar_phrases():
        truth = {name: float(name == label) for name in SENTIMENTS}
        task.add("words", phrase, truth, held_out=False, language=language)
    return task


def emotion_task(folder: Path) -> TextTask:
    """English tweets with one of four emotions.

    :raises DatasetError: if a file is missing or not as expected.
    """
    task = TextTask(EMOTIONS)
    for name, held_out in (("tweets_en_train", False), ("tweets_en_val", True)):
        _add_classes(task, folder / "emotion" / f"{name}.csv.gz", "tweets", held_out)
    return task


def toxicity_task(folder: Path) -> TextTask:
    """English posts with kinds of abuse, sentences about groups, and tweets without abuse.

    :raises DatasetError: if a file is missing or not as expected.
    """
    task = TextTask(TOXICITIES)
    for source, name, held_out in (
        ("offensive", "offensive_en_train", False),
        ("offensive", "offensive_en_val", True),
        ("hate", "hate_en_train", False),
        ("hate", "hate_en_val", True),
        ("davidson", "davidson_train", None),
    ):
        data = read_labelled(folder / "toxicity" / f"{name}.csv.gz")
        for text, label in zip(data.texts, data.labels, strict=True):
            truth = _kinds_of(source, label) | _patterns(text, abusive=label != "acceptable")
            task.add(source, text, truth, held_out=_is_held_out(text, held_out))
    for _, row in table_rows(folder / "toxicity" / "youtube_comments.csv.gz", required=("Text",)):
        marks = {name: float(value == "True") for name, value in row.items() if name != "Text"}
        truth = {
            "any": marks["IsToxic"],
            "hate": marks["IsHatespeech"],
            "insult": max(marks["IsAbusive"], marks["IsProvocative"]),
            "threat": marks["IsThreat"],
        }
        text = row["Text"]
        task.add("youtube", text, truth, held_out=_is_held_out(text, None))
    for sentence in hate_sentences():
        task.add("sentences", sentence.text, sentence.truth, held_out=sentence.is_held_out)
    for sentence in group_sentences():
        task.add("groups", sentence.text, sentence.truth, held_out=sentence.is_held_out)
    for sentence in attack_sentences():
        task.add("attacks", sentence.text, sentence.truth, held_out=sentence.is_held_out)
    _add_mentions(task, folder)
    _add_background(task, folder, dict.fromkeys(TOXICITIES, 0.0))
    return task


def spam_task(folder: Path) -> TextTask:
    """Text messages and comments, wanted or not, and a background of tweets.

    :raises DatasetError: if a file is missing or not as expected.
    """
    task = TextTask(SPAM)
    for name in ("sms", "youtube"):
        path = folder / "spam" / f"{name}_train.csv.gz"
        data = read_labelled(path, known=frozenset({"ham", "spam"}))
        for text, label in zip(data.texts, data.labels, strict=True):
            truth = {"spam": float(label == "spam")}
            task.add(name, text, truth, held_out=_is_held_out(text, None))
    _add_background(task, folder, {"spam": 0.0})
    return task


TASKS: dict[str, Callable[[Path], TextTask]] = {
    "sentiment": sentiment_task,
    "emotion": emotion_task,
    "toxicity": toxicity_task,
    "spam": spam_task,
}


def _add_classes(task: TextTask, path: Path, source: str, held_out: bool | None) -> None:
    data = read_labelled(path, known=frozenset(task.labels))
    languages = data.languages or ["en"] * len(data.texts)
    for text, label, language in zip(data.texts, data.labels, languages, strict=True):
        # The tweets were published with some characters as JSON escapes.
        text = _ESCAPED.sub(lambda code: chr(int(code[0][2:], 16)), text)
        truth = {name: float(name == label) for name in task.labels}
        task.add(source, text, truth, held_out=_is_held_out(text, held_out), language=language)


def _add_background(task: TextTask, folder: Path, truth: dict[str, float]) -> None:
    """Add tweets of eight languages that are not negative: whoever wrote them meant no harm."""
    data = read_labelled(folder / "sentiment" / "tweets_8lang_train.csv.gz")
    rows = zip(data.texts, data.labels, data.languages, strict=True)
    kind = [(text, language) for text, label, language in rows if label != "negative"]
    for text, language in kind[:_BACKGROUND]:
        task.add("background", text, truth, held_out=_is_held_out(text, None), language=language)


def _add_mentions(task: TextTask, folder: Path) -> None:
    """Add English tweets that name a group and are not negative: they say no to what names do."""
    truth = {"any": 0.0, "hate": 0.0}
    data = read_labelled(folder / "sentiment" / "tweets_en_train.csv.gz")
    for text, label in zip(data.texts, data.labels, strict=True):
        if label != "negative" and _NAMES_A_GROUP.search(text):
            task.add("mentions", text, truth, held_out=_is_held_out(text, None))


def _is_held_out(text: str, stated: bool | None) -> bool:
    if stated is not None:
        return stated
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % _HELD_OUT_OF == 0


def _kinds_of(source: str, label: str) -> dict[str, float]:
    """Return what a label of that source says of each kind; sources define abuse differently."""
    if source == "hate":
        # Acceptable here means "no hate": it may well offend, so it says nothing of "any".
        return {"hate": 1.0, "any": 1.0} if label == "hate" else {"hate": 0.0}
    # Davidson's tweets were found by slurs, and most are friendly banter: they teach that slurs
    # are noticed, but taught as offence they make every other judgement worse (AUC -0.02).
    return {name: float(label != "acceptable") for name in ("any", source) if name in TOXICITIES}


def _patterns(text: str, *, abusive: bool) -> dict[str, float]:
    return {
        "threat": float(abusive and bool(_THREAT.search(text))),
        "sexual": float(abusive and bool(_SEXUAL.search(text))),
    }
