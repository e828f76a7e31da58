"""Train the encoder and write its files beside the weights of the n-grams."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.text_sources import TASKS, TextTask
from mlengine.estimators.encoder.base import Base, base_read
from mlengine.estimators.encoder.encoder import Head, TextEncoder
from mlengine.estimators.encoder.export import network_export
from mlengine.estimators.encoder.fitting import Fitted, fit_encoder
from mlengine.estimators.encoder.mixing import encoder_store, mixtures_of
from mlengine.estimators.encoder.opinions import Opinions
from mlengine.estimators.encoder.rounds import ROUNDS
from mlengine.estimators.encoder.start import start_read
from mlengine.estimators.encoder.vocabulary import pieces_to_keep
from mlengine.estimators.text_analyst import TextAnalyst
from mlengine.estimators.text_training import to_learn_from
from mlengine.estimators.text_weights import EXCLUSIVE

Places = NDArray[np.intp]


def encoder_train(
    data: Path,
    to: Path,
    *,
    opinions: Opinions,
    start: Path | None = None,
    progress: Callable[[str], object],
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
        base, kept, fitted = _fit_anew(tasks, opinions, progress)
    else:
        base, kept, fitted = _fit_on(start, tasks, opinions, progress)
    progress("encoder: writing it in eight bits")
    network = network_export(fitted.network)
    encoder = encoder_of(fitted, base, kept, tasks, network)
    return encoder_store(to, encoder, network, mixtures_of(tasks, analyst, encoder, progress))


def _fit_anew(
    tasks: dict[str, TextTask], opinions: Opinions, progress: Callable[[str], object]
) -> tuple[Base, Places, Fitted]:
    base = base_read()
    texts = [
        text
        for task in tasks.values()
        for text, keep in zip(task.texts, to_learn_from(task), strict=True)
        if keep
    ]
    progress(f"encoder: choosing word pieces of {len(texts)} texts")
    kept = pieces_to_keep(base, texts)
    fitted = fit_encoder(tasks, EXCLUSIVE, base, kept, opinions=opinions, progress=progress)
    return base, kept, fitted


def _fit_on(
    start: Path,
    tasks: dict[str, TextTask],
    opinions: Opinions,
    progress: Callable[[str], object],
) -> tuple[Base, Places, Fitted]:
    base, heads = start_read(start)
    kept = np.arange(len(base.pieces))
    fitted = fit_encoder(
        tasks,
        EXCLUSIVE,
        base,
        kept,
        opinions=opinions,
        heads=heads,
        rounds=ROUNDS[-1:],
        progress=progress,
    )
    return base, kept, fitted


def encoder_of(
    fitted: Fitted, base: Base, kept: Places, tasks: dict[str, TextTask], network: bytes
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
    return TextEncoder(
        [base.pieces[at] for at in kept],
        base.scores[kept],
        base.packed[kept],
        base.scales[kept],
        heads,
        network,
    )
