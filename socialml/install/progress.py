"""How far pip is, read from what it prints."""

from __future__ import annotations

import sys


class Bar:
    """How far an install is: half of it is collecting the wheels, half is unpacking them."""

    def __init__(self, *, pins: int) -> None:
        self.pins = pins
        self.collected = 0
        self.unpacked = 0
        self.before: int | None = None
        self.is_unpacking = False
        self.label = "starting"
        self.shown = -1

    def read(self, line: str) -> None:
        """Take one line that pip printed."""
        words = line.split() or [""]
        if line.startswith("Ignoring "):
            # A pin for another system.
            self.pins -= 1
        elif line.startswith(("Collecting ", "Processing ", "Requirement already satisfied: ")):
            self.collected += 1
            self.label = words[3] if words[0] == "Requirement" else words[1].rsplit("/")[-1]
        elif words[0] == "Downloading":
            self.label = " ".join(words[1:])
        elif line.startswith("Installing collected packages"):
            self.is_unpacking, self.label = True, "unpacking"
        elif line.startswith("Successfully installed"):
            self.collected = self.unpacked = self.pins
        self._show()

    def installed(self, count: int) -> None:
        """Take how many packages the environment holds now."""
        self.before = count if self.before is None else self.before
        if self.is_unpacking and self.unpacked < count - self.before:
            self.unpacked = count - self.before
            self._show()

    def end(self) -> None:
        """Clear the line the bar stood on."""
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _show(self) -> None:
        percent = min(100, 50 * (self.collected + self.unpacked) // max(self.pins, 1))
        filled = "#" * (percent // 4)
        text = f"Installing [{filled:.<25}] {percent:3d} %  {self.label[:40]}"
        if sys.stderr.isatty():
            print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)
        elif percent // 10 > self.shown // 10:
            print(text, file=sys.stderr, flush=True)
        self.shown = percent
