"""The second, slower look at a text: n-grams and encoder together. Workers take it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import ArtifactError
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect
from mlengine.estimators.encoder.encoder import TextEncoder
from mlengine.estimators.text_analyst import (
    MANIFEST,
    TextAnalyst,
    TextInsights,
    blank_insights,
    insights_of,
    labels_of,
    sealed_read,
)
from mlengine.estimators.text_correction import TextCorrection
from mlengine.estimators.text_features import features
from mlengine.estimators.text_mixture import Mixture

ENCODER, NETWORK, MIXTURES = "encoder.npz", "encoder.onnx", "mixtures.npz"
_KIND = "text-mixtures"


class TextReviser:
    """Judge texts by both models; safe to share between threads.

    Parameters
    ----------
    analyst : TextAnalyst
        Gives the first verdicts, whose logits count here too.
    encoder : TextEncoder
    mixtures : mapping of str to Mixture
        By task: "sentiment", "emotion", "toxicity" and "spam".
    version : str
        Names the weights in every answer.
    """

    def __init__(
        self,
        analyst: TextAnalyst,
        encoder: TextEncoder,
        mixtures: Mapping[str, Mixture],
        version: str,
    ) -> None:
        self.analyst, self.encoder = analyst, encoder
        self.mixtures = dict(mixtures)
        self.version = version

    @classmethod
    def load(cls, folder: Path, *, threads: int = 1) -> TextReviser:
        """Read the weights that the folder's manifest lists; about 90 MB in memory.

        :raises ArtifactError: if a file is missing, damaged, or not the one in the manifest.
        """
        analyst = TextAnalyst.load(folder)
        try:
            manifest = json.loads((folder / MANIFEST).read_bytes())
            version = str(manifest["revision"])
            encoder, network, mixtures = (
                sealed_read(folder / name, str(manifest["sha256"][name]))
                for name in (ENCODER, NETWORK, MIXTURES)
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArtifactError(f"The text encoder cannot be read: {error}.") from error
        return cls(
            analyst,
            TextEncoder.load(BytesIO(encoder), network, threads=threads),
            mixtures_load(mixtures),
            version,
        )

    def insights(
        self, texts: Sequence[str], correction: TextCorrection | None = None
    ) -> list[TextInsights]:
        """Return what there is to say of each text, in order."""
        wanted = [at for at, text in enumerate(texts) if text.strip()]
        found = [blank_insights(self.version)] * len(texts)
        for at, logits in zip(wanted, self.logits([texts[at] for at in wanted]), strict=True):
            if correction is not None:
                grams = features(texts[at])
                logits = correction.corrected(grams, logits, labels_of(self.mixtures))
            language = self.analyst.languages.guess(texts[at])
            found[at] = insights_of(texts[at], language, logits, self.mixtures, model=self.version)
        return found

    def logits(self, texts: Sequence[str]) -> list[dict[str, NDArray[np.float64]]]:
        """Return the logits of every task's labels, shape (n_labels,), of each text in order."""
        of_encoder = self.encoder.logits(self.encoder.vectors(texts))
        found = []
        for row, text in enumerate(texts):
            grams = features(text)
            found.append(
                {
                    name: mixture.logits(
                        self.analyst.models[name].logits(grams), of_encoder[name][row]
                    )
                    for name, mixture in self.mixtures.items()
                }
            )
        return found


def mixtures_save(mixtures: Mapping[str, Mixture]) -> bytes:
    """Return the mixtures as a file; the same ones always give the same bytes."""
    file = BytesIO()
    arrays_save(
        file,
        kind=_KIND,
        settings={name: [list(m.labels), m.exclusive] for name, m in mixtures.items()},
        arrays={
            f"{name}.{part}": getattr(mixture, part)
            for name, mixture in mixtures.items()
            for part in ("shares", "shift", "thresholds")
        },
    )
    return file.getvalue()


def mixtures_load(content: bytes) -> dict[str, Mixture]:
    """Read back what `mixtures_save` returned.

    :raises ArtifactError: if it is damaged or its parts do not fit together.
    """
    settings, arrays = arrays_load(BytesIO(content), kind=_KIND)
    try:
        found = {
            str(name): Mixture(
                tuple(labels),
                bool(exclusive),
                *(arrays[f"{name}.{part}"] for part in ("shares", "shift", "thresholds")),
            )
            for name, (labels, exclusive) in settings.items()
        }
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactError(f"The stored mixtures are incomplete: {error}.") from error
    for name, mixture in found.items():
        count = len(mixture.labels)
        expect(mixture.shares.shape == (2, count), f"{name} has two shares a label")
        expect(mixture.shift.shape == (count,), f"{name} has a shift a label")
        expect(mixture.thresholds.shape == (count,), f"{name} has a threshold a label")
    return found
