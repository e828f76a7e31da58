"""Weighing the encoder that ships against n-grams, without training it."""

import json
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mlengine.datasets.text_sources import EMOTIONS, SENTIMENTS, SPAM, TOXICITIES, TextTask
from mlengine.estimators.encoder import mixing
from mlengine.estimators.text_analyst import MANIFEST, WEIGHTS
from mlengine.estimators.text_reviser import ENCODER, NETWORK, TextReviser


def planted(labels):
    """Enough texts for a twentieth of them to hold both answers of each label."""
    task = TextTask(labels)
    for number in range(800):
        holds = labels[number % len(labels)]
        truth = {label: float(label == holds and number % 3 > 0) for label in labels}
        if labels in (SENTIMENTS, EMOTIONS):
            truth = {label: float(label == holds) for label in labels}
        task.add("planted", f"{holds} number {number}", truth, held_out=False)
    return task


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """N-gram models as train_text leaves them: the encoder beside them is in no manifest."""
    to = tmp_path / "weights"
    shutil.copytree(WEIGHTS, to)
    manifest = json.loads((to / MANIFEST).read_text())
    kept = ("sentiment", "emotion", "toxicity", "spam")
    listed = {name: manifest["sha256"][name] for name in kept}
    (to / MANIFEST).write_text(json.dumps({"version": manifest["version"], "sha256": listed}))
    tasks = dict(zip(kept, (SENTIMENTS, EMOTIONS, TOXICITIES, SPAM), strict=True))
    monkeypatch.setattr(
        mixing,
        "TASKS",
        {name: lambda _, labels=labels: planted(labels) for name, labels in tasks.items()},
    )
    return to


def mix(folder):
    call_command(
        "train_encoder",
        data=folder,
        to=folder,
        mix_alone=True,
        stdout=StringIO(),
        stderr=StringIO(),
    )


def test_the_encoder_keeps_its_bytes_and_is_listed_again(folder):
    shipped = json.loads((WEIGHTS / MANIFEST).read_text())

    mix(folder)

    manifest = json.loads((folder / MANIFEST).read_text())
    for name in (ENCODER, NETWORK):
        assert (folder / name).read_bytes() == (WEIGHTS / name).read_bytes()
        assert manifest["sha256"][name] == shipped["sha256"][name]
    assert TextReviser.load(folder).version == manifest["revision"] != shipped["revision"]


def test_mixing_twice_gives_the_same_version(folder):
    mix(folder)
    first = (folder / MANIFEST).read_bytes()

    mix(folder)

    assert (folder / MANIFEST).read_bytes() == first


def test_without_an_encoder_there_is_nothing_to_mix(folder):
    (folder / ENCODER).unlink()

    with pytest.raises(CommandError, match="encoder cannot be read"):
        mix(folder)
