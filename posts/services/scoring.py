"""What a text says of itself before anybody else reads it."""

from dataclasses import dataclass
from typing import Any

from mlengine.corrections import correction_live
from mlengine.inference import text_insights


@dataclass(frozen=True, slots=True)
class TextScore:
    """A text's insights."""

    insights: dict[str, Any]

    @property
    def language(self) -> str:
        return str(self.insights["language"]["code"])[:8]

    @property
    def sentiment(self) -> str:
        return str(self.insights["sentiment"]["label"])


def text_score(content: str) -> TextScore:
    """Score `content` in process, in milliseconds. At most one query in five seconds a process."""
    return TextScore(text_insights(content, correction_live()).as_dict())
