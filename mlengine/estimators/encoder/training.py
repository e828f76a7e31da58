"""Train the encoder and write its files beside the weights of the n-grams."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np

from mlengine.datasets.text_sources import TASKS, TextTask
from mlengine.estimators.encoder.base import Base, base_read
from mlengine.estimators.encoder.encoder import Head, TextEncoder
from mlengine.estimators.encoder.export import network_export
from mlengine.estimators.encoder.fitting import Fitted, fit_encoder
from mlengine.estimators.encoder.rounds import ROUNDS
from mlengine.estimators.encoder.start import start_read
from mlengine.estimators.encoder.vocabulary import pieces_to_keep
from mlengine.estimators.text_analyst import MANIFEST, TextAnalyst
from mlengine.estimators.text_features import features
from mlengine.estimators.text_mixing import fit_mixture
from mlengine.estimators.text_mixture import Mixture
from mlengine.estimators.text_reviser import ENCODER, MIXTURES, NETWORK, mixtures_save
from mlengine.estimators.text_training import to_learn_from, to_tune_on
from mlengine.estimators.text_weights import EXCLUSIVE, LEANS, MOST_FALSE_ALARMS


def encoder_train(
    data: Path, to: Path, *, start: Path | None = None, progress: Callable[[str], object]
) -> str:
    """Fine-tune on the texts under `data`, store all of it under `to`, return its version.

    `to` holds the n-gram models already. Training starts from the pre-trained weights, or, with
    `start`, from the encoder in that folder, which goes through the last round alone. The manifest
    is written last, so a run that breaks off leaves weights that are refused, never a mixture that
    is used.

    :raises DatasetError: if a file or a package is missing or not as expected.
    :raises ArtifactError: if the n-gram models, or the weights to start from, cannot be read.
    """
    analyst = TextAnalyst.load(to)
    tasks = {name: read(data) for name, read in TASKS.items()}
    if start is None:
        base, fitted = _fit_anew(tasks, progress)
    else:
        base, fitted = _fit_on(start, tasks, progress)
    progress("encoder: writing it in eight bits")
    network = network_export(fitted.network)
    encoder = encoder_of(fitted, base, tasks, network)
    mixtures = {name: _mixture(name, task, analyst, encoder) for name, task in tasks.items()}
    file = BytesIO()
    encoder.save(file)
    return _store(
        to, {ENCODER: file.getvalue(), NETWORK: network, MIXTURES: mixtures_save(mixtures)}
    )


def _fit_anew(tasks: dict[str, TextTask], progress: Callable[[str], object]) -> tuple[Base, Fitted]:
    base = base_read()
    texts = [
        text
        for task in tasks.values()
        for text, keep in zip(task.texts, to_learn_from(task), strict=True)
        if keep
    ]
    progress(f"encoder: choosing word pieces of {len(texts)} texts")
    kept = pieces_to_keep(base, texts)
    return base, fit_encoder(tasks, EXCLUSIVE, base, kept, progress=progress)


def _fit_on(
    start: Path, tasks: dict[str, TextTask], progress: Callable[[str], object]
) -> tuple[Base, Fitted]:
    base, heads = start_read(start)
    kept = np.arange(len(base.pieces))
    fitted = fit_encoder(
        tasks, EXCLUSIVE, base, kept, heads=heads, rounds=ROUNDS[-1:], progress=progress
    )
    return base, fitted


def encoder_of(
    fitted: Fitted, base: Base, tasks: dict[str, TextTask], network: bytes
) -> TextEncoder:
    """Return the encoder that serves, of what was trained and exported."""
    heads = {
        name: Head(
            tasks[name].labels,
            np.ascontiguousarray(head.weight.detach().numpy().T),
            head.bias.detach().numpy(),
        )
        for name, head in fitted.heads.items()
    }
    kept = fitted.kept
    return TextEncoder(
        [base.pieces[at] for at in kept],
        base.scores[kept],
        base.packed[kept],
        base.scales[kept],
        heads,
        network,
    )


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


def _store(to: Path, files: dict[str, bytes]) -> str:
    manifest = json.loads((to / MANIFEST).read_bytes())
    for name, content in files.items():
        (to / name).write_bytes(content)
        manifest["sha256"][name] = hashlib.sha256(content).hexdigest()
    sums = "".join(manifest["sha256"][name] for name in sorted(manifest["sha256"]))
    manifest["revision"] = "encoder-" + hashlib.sha256(sums.encode()).hexdigest()[:10]
    (to / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    return str(manifest["revision"])
