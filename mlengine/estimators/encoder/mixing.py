"""Weigh an encoder against the n-gram models, and store it beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import numpy as np

from mlengine.datasets.text_sources import TASKS, TextTask
from mlengine.errors import ArtifactError
from mlengine.estimators.encoder.encoder import TextEncoder
from mlengine.estimators.text_analyst import MANIFEST, TextAnalyst
from mlengine.estimators.text_features import features
from mlengine.estimators.text_mixing import fit_mixture
from mlengine.estimators.text_mixture import Mixture
from mlengine.estimators.text_reviser import ENCODER, MIXTURES, NETWORK, mixtures_save
from mlengine.estimators.text_training import to_tune_on
from mlengine.estimators.text_weights import EXCLUSIVE, LEANS, MOST_FALSE_ALARMS


def encoder_mix(data: Path, to: Path, *, progress: Callable[[str], object]) -> str:
    """Weigh the encoder whose files lie in `to` against the n-gram models there, and store that.

    For n-gram models that were trained anew: it takes minutes, and training the encoder hours.
    Returns the version.

    :raises DatasetError: if a file under `data` is missing or not as expected.
    :raises ArtifactError: if the models in `to` cannot be read.
    """
    analyst = TextAnalyst.load(to)
    try:
        content, network = (to / ENCODER).read_bytes(), (to / NETWORK).read_bytes()
    except OSError as error:
        raise ArtifactError(f"The text encoder cannot be read: {error}.") from error
    encoder = TextEncoder.load(BytesIO(content), network)
    tasks = {name: read(data) for name, read in TASKS.items()}
    return encoder_store(to, encoder, network, mixtures_of(tasks, analyst, encoder, progress))


def mixtures_of(
    tasks: Mapping[str, TextTask],
    analyst: TextAnalyst,
    encoder: TextEncoder,
    progress: Callable[[str], object],
) -> dict[str, Mixture]:
    """Return each task's mixture, fitted on the texts that only tune."""
    found = {}
    for name, task in tasks.items():
        progress(f"{name}: weighing the models")
        found[name] = _mixture(name, task, analyst, encoder)
    return found


def encoder_store(
    to: Path, encoder: TextEncoder, network: bytes, mixtures: Mapping[str, Mixture]
) -> str:
    """Write the encoder's files, the manifest last, and return the version of all of it."""
    file = BytesIO()
    encoder.save(file)
    files = {ENCODER: file.getvalue(), NETWORK: network, MIXTURES: mixtures_save(mixtures)}
    manifest = json.loads((to / MANIFEST).read_bytes())
    for name, content in files.items():
        (to / name).write_bytes(content)
        manifest["sha256"][name] = hashlib.sha256(content).hexdigest()
    sums = "".join(manifest["sha256"][name] for name in sorted(manifest["sha256"]))
    manifest["revision"] = "encoder-" + hashlib.sha256(sums.encode()).hexdigest()[:10]
    (to / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    return str(manifest["revision"])


def _mixture(name: str, task: TextTask, analyst: TextAnalyst, encoder: TextEncoder) -> Mixture:
    chosen = to_tune_on(task)
    texts = [text for text, keep in zip(task.texts, chosen, strict=True) if keep]
    model = analyst.models[name]
    return fit_mixture(
        task,
        chosen,
        np.array([model.logits(features(text)) for text in texts]),
        encoder.logits(encoder.vectors(texts))[name],
        exclusive=name in EXCLUSIVE,
        lean=LEANS.get(name, 0.0),
        most_false_alarms=MOST_FALSE_ALARMS.get(name),
    )
