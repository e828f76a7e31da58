import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mlengine.datasets import held_out
from mlengine.datasets.text_sources import TextTask


@pytest.fixture
def tasks(monkeypatch):
    moods = TextTask(("bad", "good"))
    for text, label, judges in (("awful", "bad", True), ("lovely", "good", True), ("x", "bad", 0)):
        truth = {name: float(name == label) for name in moods.labels}
        moods.add("tweets", text, truth, held_out=bool(judges), language="en")
    abuse = TextTask(("any", "hate"))
    abuse.add("forum", "you lot", {"any": 1.0}, held_out=True)
    abuse.add("forum", "hello", {"any": 0.0, "hate": 0.0}, held_out=True)
    monkeypatch.setattr(
        held_out, "TASKS", {"sentiment": lambda _: moods, "toxicity": lambda _: abuse}
    )


def written(folder, name):
    with (folder / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_each_source_gets_a_file_of_what_only_judges(tasks, tmp_path):
    call_command("text_held_out", data=tmp_path, to=tmp_path / "out", stderr=StringIO())

    assert written(tmp_path / "out", "sentiment-tweets.csv") == [
        {"text": "awful", "label": "bad", "language": "en"},
        {"text": "lovely", "label": "good", "language": "en"},
    ]


def test_a_kind_of_abuse_gets_a_file_where_both_answers_are_known(tasks, tmp_path):
    call_command("text_held_out", data=tmp_path, to=tmp_path / "out", stderr=StringIO())

    rows = written(tmp_path / "out", "toxicity-forum-any.csv")
    assert [(row["text"], row["label"]) for row in rows] == [
        ("you lot", "any"),
        ("hello", "acceptable"),
    ]
    # Nobody said whether the first is hate, so nothing is left to tell apart.
    assert not (tmp_path / "out" / "toxicity-forum-hate.csv").exists()


def test_a_folder_without_the_texts_is_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("text_held_out", data=tmp_path, to=tmp_path / "out")
