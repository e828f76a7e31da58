"""The verdict that stands: n-grams and encoder together, with the weights that ship."""

import hashlib
import json
import shutil
import time

import numpy as np
import pytest

from mlengine import revision
from mlengine.errors import ArtifactError
from mlengine.estimators.text_analyst import WEIGHTS
from mlengine.estimators.text_reviser import TextReviser
from mlengine.revision import texts_revised


@pytest.fixture(scope="module")
def reviser():
    return TextReviser.load(WEIGHTS)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I absolutely love this, best day ever", "positive"),
        ("not good at all, I want my money back", "negative"),
        ("J'adore, c'est magnifique, merci", "positive"),
        ("Das war leider eine große Enttäuschung", "negative"),
        ("¡Qué alegría, muchas gracias a todos!", "positive"),
        ("Que tristeza, perdemos outra vez", "negative"),
        ("The meeting is on Tuesday at noon", "neutral"),
    ],
)
def test_it_reads_many_languages(reviser, text, label):
    [found] = reviser.insights([text])

    assert found.sentiment.label == label


def hate_of(reviser, text):
    [found] = reviser.insights([text])
    return found.toxicity.kinds["hate"]


@pytest.mark.parametrize(
    ("hate", "none"),
    [
        ("I hate refugees, they are vermin", "I hate Mondays, they are the worst"),
        ("gay people are disgusting", "gay people are wonderful"),
        ("I really despise women", "I would never say that I despise women"),
        ("All immigrants should be shot", 'Saying "all immigrants should be shot" is a crime'),
    ],
)
def test_what_makes_it_hate_is_whom_it_is_about_and_whether_it_is_meant(reviser, hate, none):
    assert hate_of(reviser, hate) > 0.5 > hate_of(reviser, none)


@pytest.mark.parametrize(
    ("kind", "opposite"),
    [
        ("Refugees welcome", "Refugees not welcome"),
        ("Proud of my immigrant parents", "Ashamed of my immigrant parents"),
        ("My son plays with a Turkish boy", "My son must not play with Turks"),
        ("Women belong in parliament", "Women do not belong in parliament"),
    ],
)
def test_a_kind_word_about_a_group_and_its_opposite_are_told_apart(reviser, kind, opposite):
    kind_found, opposite_found = reviser.insights([kind, opposite])

    assert kind_found.toxicity.score < 0.2
    assert opposite_found.toxicity.score > kind_found.toxicity.score + 0.3


def test_a_text_says_the_same_alone_and_beside_others(reviser):
    texts = ["Short", "A somewhat longer text about the sea and the wind", "yes " * 200]

    together = reviser.encoder.vectors(texts)

    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(reviser.encoder.vectors([text])[0], vector, atol=1e-4)


def test_blank_texts_are_neutral_and_keep_their_place(reviser):
    found = reviser.insights(["", "I love it", " \n"])

    assert [one.sentiment.label for one in found] == ["neutral", "positive", "neutral"]
    assert reviser.insights([]) == []


@pytest.mark.parametrize("text", ["\ud800\x00", "\u0ba8\u0bbf" * 1100, "ﷺ" * 2200, "a" * 1_000_000])
def test_a_hostile_text_is_judged_in_bounded_time(reviser, text):
    began = time.thread_time()

    [found] = reviser.insights([text])

    assert time.thread_time() - began < 3
    assert 0 <= found.toxicity.score <= 1


DAMAGED = ["encoder.npz", "encoder.onnx", "mixtures.npz", "sentiment.npz"]


@pytest.fixture
def copied(tmp_path, monkeypatch):
    copy = tmp_path / "weights"
    shutil.copytree(WEIGHTS, copy)
    monkeypatch.setattr(revision, "WEIGHTS", copy)
    monkeypatch.setattr(revision, "_loaded", [])
    return copy


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_weights_are_refused_and_the_first_verdict_stands(copied, name, caplog):
    path = copied / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    with pytest.raises(ArtifactError):
        TextReviser.load(copied)
    assert texts_revised(["hello"]) is None
    assert "first verdicts stand" in caplog.text


def test_a_network_that_is_none_is_refused(copied):
    manifest = json.loads((copied / "manifest.json").read_text())
    (copied / "encoder.onnx").write_bytes(b"no network")
    manifest["sha256"]["encoder.onnx"] = hashlib.sha256(b"no network").hexdigest()
    (copied / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(ArtifactError, match="network cannot be read"):
        TextReviser.load(copied)
