from functools import partial
from io import BytesIO

import numpy as np
import pytest

from mlengine.datasets.text_sources import TextTask
from mlengine.errors import ArtifactError, TooLittleData
from mlengine.estimators import text_training
from mlengine.estimators.text import LinearText
from mlengine.estimators.text_features import features
from mlengine.estimators.text_training import fit_text as fit_large
from mlengine.management.commands.train_text import Command

# A table as small as what is planted needs.
fit_text = partial(fit_large, bits=12)

THINGS = ["bread", "music", "the sea", "my dog", "a film", "the game", "school", "this song"]


def planted(labels: tuple[str, ...], said: dict[str, str], *, source: str = "planted") -> TextTask:
    """Texts in which one word alone decides the label."""
    task = TextTask(labels)
    for thing in THINGS:
        for day in ("today", "again", "tonight"):
            for label, word in said.items():
                truth = {name: float(name == label) for name in labels}
                task.add(source, f"{word} {thing} {day}", truth, held_out=False)
    return task


MOODS = planted(("bad", "good"), {"bad": "zorky", "good": "plimmy"})


def test_finds_the_word_that_decides():
    model = fit_text(MOODS, exclusive=True)

    assert model.labels == ("bad", "good")
    assert model.probabilities(features("zorky bread"))[0] > 0.8
    assert model.probabilities(features("plimmy bread"))[1] > 0.8


def test_labels_that_may_hold_together_get_thresholds_that_part_them():
    task = planted(("foul",), {"foul": "zorky", "fair": "plimmy"})
    model = fit_text(task, exclusive=False)

    assert model.probabilities(features("zorky the sea"))[0] >= model.thresholds[0]
    assert model.probabilities(features("plimmy the sea"))[0] < model.thresholds[0]


@pytest.mark.parametrize("twin", ["quux @bob", " quux ", "RT @bob: quux!", "Quux http://a.b"])
def test_learns_nothing_from_a_text_that_is_held_out_in_another_guise(twin):
    task = planted(("bad", "good"), {"bad": "zorky", "good": "plimmy"})
    for _ in range(20):
        task.add("planted", twin, {"bad": 1.0, "good": 0.0}, held_out=False)
    task.add("planted", "quux @eve", {"bad": 1.0, "good": 0.0}, held_out=True)

    told = fit_text(task, exclusive=True).probabilities(features("quux @bob"))
    untold = fit_text(MOODS, exclusive=True).probabilities(features("quux @bob"))

    assert told == pytest.approx(untold, abs=1e-6)


def test_labels_that_exclude_each_other_are_calibrated_on_one_fold(monkeypatch):
    # Each of its own, three labels would share but one text in 125.
    monkeypatch.setattr(text_training, "_PLENTY", 10)
    task = planted(("a", "b", "c"), {"a": "zorky", "b": "plimmy", "c": "quuxy"})

    model = fit_text(task, exclusive=True)

    for word, label in (("zorky", "a"), ("plimmy", "b"), ("quuxy", "c")):
        chances = model.probabilities(features(f"{word} today"))
        assert model.labels[chances.argmax()] == label
        assert chances.max() > 0.8


def test_the_same_texts_give_the_same_bytes_and_survive_them():
    first, second = (fit_text(MOODS, exclusive=True) for _ in range(2))
    files = BytesIO(), BytesIO()
    first.save(files[0])
    second.save(files[1])
    found = features("zorky again")

    assert files[0].getvalue() == files[1].getvalue()
    again = LinearText.load(BytesIO(files[0].getvalue()))
    assert np.array_equal(again.probabilities(found), first.probabilities(found))


def test_too_few_examples_of_a_label_are_refused():
    task = planted(("bad", "good"), {"good": "plimmy"})

    with pytest.raises(TooLittleData):
        fit_text(task, exclusive=True)


@pytest.mark.parametrize("wrong", ["weights", "bias", "thresholds"])
def test_arrays_that_do_not_fit_together_are_refused(wrong):
    model = LinearText(
        labels=("bad", "good"),
        exclusive=True,
        **{
            "weights": np.zeros((8, 2), np.float16),
            "bias": np.zeros(2, np.float32),
            "thresholds": np.zeros(2, np.float32),
            wrong: np.zeros((7, 3), np.float16),
        },
    )
    file = BytesIO()
    model.save(file)
    file.seek(0)

    with pytest.raises(ArtifactError):
        LinearText.load(file)


def test_training_on_a_folder_without_the_files_fails_in_one_sentence(tmp_path):
    with pytest.raises(Exception, match="tweets_en_train") as refusal:
        Command().handle(data=tmp_path, to=tmp_path / "weights")

    assert type(refusal.value).__name__ == "CommandError"
    assert not (tmp_path / "weights" / "manifest.json").exists()


def test_a_source_can_be_left_out():
    task = TextTask(("any",))
    task.add("kept", "one", {"any": 0.0}, held_out=False)
    task.add("left", "two", {"any": 1.0}, held_out=True, language="de")

    assert task.without("left").texts == ["one"]
    assert task.without("kept").rows == [[1.0]]
    assert task.without("kept").languages == ["de"]
