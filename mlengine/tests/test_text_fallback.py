import json
import logging
import shutil
import time

import pytest

from mlengine import inference
from mlengine.errors import ArtifactError
from mlengine.estimators.text_analyst import LEXICON, WEIGHTS, TextAnalyst
from mlengine.inference import text_insights


def _cut(folder):
    path = folder / "sentiment.npz"
    path.write_bytes(path.read_bytes()[:1000])


def _flip(folder):
    path = folder / "toxicity.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _remove(folder):
    (folder / "spam.npz").unlink()


def _no_manifest(folder):
    (folder / "manifest.json").unlink()


def _list_for_manifest(folder):
    (folder / "manifest.json").write_text("[]")


def _foreign_manifest(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sha256"]["emotion"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest))


DAMAGES = [_cut, _flip, _remove, _no_manifest, _list_for_manifest, _foreign_manifest]


@pytest.fixture
def weights(tmp_path, monkeypatch):
    copy = tmp_path / "weights"
    shutil.copytree(WEIGHTS, copy)
    monkeypatch.setattr(inference, "WEIGHTS", copy)
    return copy


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damaged_weights_are_refused_and_word_lists_stand_in(weights, damage, caplog):
    damage(weights)

    with pytest.raises(ArtifactError):
        TextAnalyst.load(weights)
    with caplog.at_level(logging.ERROR, logger="mlengine.inference"):
        found = [text_insights("I love this, it is great!") for _ in range(3)]

    assert {insight.model for insight in found} == {LEXICON}
    assert found[0].sentiment.label == "positive"
    assert len(caplog.records) == 1


def test_word_lists_tell_the_plainest_cases(weights):
    _remove(weights)

    assert text_insights("you fucking idiot").toxicity.label == "offensive"
    assert text_insights("you are welcome").toxicity.score == 0
    assert text_insights("This is not good").sentiment.label == "negative"
    assert text_insights("Claim your free cash prize").spam.label == "spam"
    assert text_insights("").sentiment.label == "neutral"
    json.dumps(text_insights("but \ud83d but " * 300).as_dict())


@pytest.mark.parametrize("unit", ["😀", "😍😀a ", "but 😀 ", "not good but ", "@", "#a", "\ud83d"])
def test_word_lists_take_milliseconds_too(weights, unit):
    _remove(weights)
    text_insights("warm up")
    began = time.thread_time()

    assert text_insights(unit * (50_000 // len(unit))).model == LEXICON

    assert time.thread_time() - began < 0.1


def test_the_shipped_weights_are_small_and_sealed():
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) < 30_000_000
    assert TextAnalyst.load(WEIGHTS).version.startswith("text-")
