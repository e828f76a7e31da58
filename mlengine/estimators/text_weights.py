"""Train every text model and write the folder that `inference` reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from mlengine.datasets.text_sources import TASKS
from mlengine.estimators.text_analyst import MANIFEST
from mlengine.estimators.text_presuming import noes_presumed
from mlengine.estimators.text_training import fit_text

EXCLUSIVE = frozenset({"sentiment", "emotion"})
# Of four emotions the commonest has five times the texts of the rarest: macro-F1 is best half-way
# between taking each for as likely and as likely as it is.
LEANS = {"emotion": 0.5}
# Of messages people want, no more than two in a thousand may be taken for spam.
MOST_FALSE_ALARMS = {"spam": 0.002}
# TweetEval's hate says which tweets are abuse, but of those that are no hate nothing.
PRESUMED = {"toxicity": ("hate", "any")}
# Attacks in the words of kindness: whoever counts words takes both for attacks.
BEYOND_WORDS = "attacks"


def text_models_train(data: Path, to: Path, *, progress: Callable[[str], object]) -> str:
    """Fit all tasks on the texts under `data`, store them under `to`, return their version.

    The same data, libraries and number of threads give the same version. The manifest is written
    last, so a run that breaks off leaves weights that are refused, never a mixture that is used.

    :raises DatasetError: if a file is missing or not as expected.
    :raises TooLittleData: if a label has too few examples.
    """
    checksums = {}
    to.mkdir(parents=True, exist_ok=True)
    for name, read in TASKS.items():
        task = read(data).without(BEYOND_WORDS)
        progress(f"{name}: {len(task.texts)} texts")
        if name in PRESUMED:
            source, label = PRESUMED[name]
            task = noes_presumed(task, source=source, label=label)
        file = BytesIO()
        fit_text(
            task,
            exclusive=name in EXCLUSIVE,
            most_false_alarms=MOST_FALSE_ALARMS.get(name),
        ).save(file)
        (to / f"{name}.npz").write_bytes(file.getvalue())
        checksums[name] = hashlib.sha256(file.getvalue()).hexdigest()
    version = "text-" + hashlib.sha256("".join(checksums.values()).encode()).hexdigest()[:10]
    manifest = {"version": version, "sha256": checksums}
    (to / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    return version
