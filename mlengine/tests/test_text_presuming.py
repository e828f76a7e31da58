import numpy as np
import pytest

from mlengine.datasets.text_sources import TextTask
from mlengine.estimators.text_presuming import noes_presumed

THINGS = ["bread", "music", "the sea", "my dog", "a film", "the game", "school", "this song"]


@pytest.fixture
def task():
    """One source says both yes and no of "any"; another says yes of a topic's worst alone."""
    made = TextTask(("any", "hate"))
    for thing in THINGS:
        for day in ("today", "again", "tonight"):
            made.add("posts", f"zorky {thing} {day}", {"any": 1.0}, held_out=False)
            made.add("posts", f"plimmy {thing} {day}", {"any": 0.0}, held_out=False)
            made.add(
                "topic", f"zorky quux {thing} {day}", {"any": 1.0, "hate": 1.0}, held_out=False
            )
            made.add("topic", f"plimmy quux {thing} {day}", {"hate": 0.0}, held_out=False)
            made.add("topic", f"so zorky, quux, {thing} {day}", {"hate": 0.0}, held_out=False)
    return made


def told(task, start):
    places = [at for at, text in enumerate(task.texts) if text.startswith(start)]
    return task.targets[places, 0]


def test_an_open_text_that_others_find_clean_gets_a_no(task):
    found = noes_presumed(task, source="topic", label="any", bits=12)

    assert (told(found, "plimmy quux") == 0).all()


def test_what_looks_like_abuse_stays_open_and_what_was_said_stays(task):
    found = noes_presumed(task, source="topic", label="any", bits=12)

    assert np.isnan(told(found, "so zorky")).all()
    assert (told(found, "zorky quux") == 1).all()
    np.testing.assert_array_equal(found.targets[:, 1], task.targets[:, 1])


def test_the_task_that_was_given_is_left_alone(task):
    before = task.targets

    noes_presumed(task, source="topic", label="any", bits=12)

    np.testing.assert_array_equal(task.targets, before)


def test_without_open_texts_or_others_to_learn_from_nothing_is_presumed(task):
    alone = TextTask(task.labels)
    alone.add("topic", "quux", {"hate": 0.0}, held_out=False)

    assert noes_presumed(task, source="posts", label="any", bits=12) is task
    assert noes_presumed(alone, source="topic", label="any", bits=12) is alone
