"""What a teacher says of texts, for the encoder to learn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import DatasetError

# Tasks in which it is worth asking: of abuse it knows no more than the encoder.
TASKS_ASKED = ("sentiment", "emotion")


@dataclass(frozen=True, slots=True)
class Opinions:
    """Texts and what is held of each.

    Attributes
    ----------
    chances : dict of str to float32, shape (n_texts, n_labels)
        Of each task's labels; in [0, 1].
    """

    texts: list[str]
    chances: dict[str, NDArray[np.float32]]

    def save(self, path: Path) -> None:
        # No text has a NUL in it.
        joined = np.frombuffer("\0".join(self.texts).encode(), np.uint8)
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, texts=joined, **self.chances)

    @classmethod
    def load(cls, path: Path) -> Opinions:
        """Read what `save` wrote.

        :raises DatasetError: if it cannot be read, or is something else.
        """
        try:
            with np.load(path, allow_pickle=False) as archive:
                texts = archive["texts"].tobytes().decode().split("\0")
                chances = {name: archive[name] for name in TASKS_ASKED}
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise DatasetError(f"{path} holds no opinions: {error}.") from error
        if any(len(rows) != len(texts) for rows in chances.values()):
            raise DatasetError(f"{path} holds opinions of other texts.")
        return cls(texts, chances)
