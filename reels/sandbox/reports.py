"""What a child tells its parent."""

import json
import time
from typing import Any

_EVERY_SECONDS = 0.5


class Refused(Exception):
    """The file is not taken: a code and a sentence."""


def report(found: dict[str, Any]) -> None:
    """Print one object on a line of its own."""
    print(json.dumps(found), flush=True)


class Progress:
    """Says how much is done, at most twice a second."""

    def __init__(self) -> None:
        self.said_at = time.monotonic()

    def say(self, share: float) -> None:
        now = time.monotonic()
        if now - self.said_at >= _EVERY_SECONDS:
            self.said_at = now
            report({"done": round(min(max(share, 0.0), 1.0), 3)})
