"""What a text says of itself before anybody else reads it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from mlengine.inference import text_insights


@dataclass(frozen=True, slots=True)
class TextScore:
    """A text's insights, and whether they hold it for a moderator."""

    insights: dict[str, Any]

    @property
    def language(self) -> str:
        return str(self.insights["language"]["code"])[:8]

    @property
    def sentiment(self) -> str:
        return str(self.insights["sentiment"]["label"])

    @property
    def toxicity(self) -> float:
        return float(self.insights["toxicity"]["score"])

    @property
    def is_held(self) -> bool:
        """Return whether the toxicity reaches SOCIALML_HOLD_ABOVE_TOXICITY."""
        return self.toxicity >= float(settings.SOCIALML_HOLD_ABOVE_TOXICITY)

    @property
    def hold_reason(self) -> str:
        """Return the sentence that the author and the moderator read."""
        return f"Held by the toxicity model (score {self.toxicity:.2f})."


def text_score(content: str) -> TextScore:
    """Score `content` in process; milliseconds, no query."""
    return TextScore(text_insights(content).as_dict())
