"""The words of the demo community."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SIDES = 4
LANGUAGES = ("en", "es", "fr", "de", "pt")
# How many of a hundred accounts write in each.
LANGUAGE_SHARES = (52, 16, 11, 11, 10)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What captions.toml says; `topics` in alphabetical order are the categories."""

    topics: tuple[str, ...]
    burst_topic: int
    burst_hashtag: str
    words: dict[str, Any]

    def caption(self, *, topic: int, side: int, language: str, pick: int) -> str:
        """Return the text of a post about one side of a topic; the same `pick`, the same text."""
        about = self.words["topics"][self.topics[topic]]
        templates = self.words["templates"][language]
        things = about[language][side::SIDES]
        template = templates[pick % len(templates)]
        text = template.format(x=things[pick // len(templates) % len(things)])
        tags = [about["hashtags"][side]]
        if pick % 5 < 3:
            tags.append(self.topics[topic])
        if pick % 7 == 0:
            tags.append("foryou")
        return _sentence(text, tags)

    def burst_caption(self, *, language: str, pick: int) -> str:
        """Return the text of a post about what flares up in the last day."""
        texts = self.words["burst"][language]
        return _sentence(texts[pick % len(texts)], [self.burst_hashtag])

    def toxic_caption(self, *, topic: int, side: int, pick: int) -> str:
        """Return the text of a post by one of the toxic few."""
        texts = self.words["toxic"]["posts"]
        thing = self.words["topics"][self.topics[topic]]["en"][side]
        return str(texts[pick % len(texts)].format(x=thing))

    def comment(self, *, language: str, is_toxic: bool, pick: int) -> str:
        """Return the text of a comment."""
        words = self.words
        texts = words["toxic"]["comments"] if is_toxic else words["comments"][language]
        return str(texts[pick % len(texts)])


@cache
def vocabulary_read() -> Vocabulary:
    """Return the vocabulary that lies beside this module."""
    words = tomllib.loads(Path(__file__).with_name("captions.toml").read_text("utf-8"))
    topics = tuple(sorted(words["topics"]))
    burst = words["burst"]
    return Vocabulary(topics, topics.index(burst["topic"]), burst["hashtag"], words)


def _sentence(text: str, tags: list[str]) -> str:
    return f"{text[0].upper()}{text[1:]} {' '.join(f'#{tag}' for tag in tags)}"
