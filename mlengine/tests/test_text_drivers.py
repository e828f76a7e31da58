"""Which words drove a score."""

import pytest

from mlengine import inference
from mlengine.inference import text_drivers, text_insights, text_marks
from mlengine.tests.test_text_insights import HARD

KINDS = ["toxicity", "offensive", "hate", "threat", "insult", "sexual", "spam"]


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("Good morning you stupid bitch, see you", "toxicity", "bitch"),
        ("Tonight I will kill you, neighbour", "threat", "kill"),
        ("Claim your free prize at the river", "spam", "claim"),
        ("Lovely f.u.c.k.i.n.g morning", "toxicity", "fucking"),
    ],
)
def test_the_word_that_speaks_most_for_a_kind_comes_first(text, kind, word):
    drivers = text_drivers(text, kind=kind)

    assert next(iter(drivers)) == word
    assert list(drivers.values()) == sorted(drivers.values(), reverse=True)


def test_the_score_falls_furthest_without_the_first_word():
    text = "Good morning you stupid sister of mine"
    first, *others = text_drivers(text, kind="toxicity")

    def without(word):
        return text_insights(text.replace(word, "")).toxicity.score

    assert first == "stupid"
    assert all(without(first) < without(word) for word in others)


def test_a_word_that_speaks_against_it_is_no_driver():
    drivers = text_drivers("what a lovely day my dear friend", kind="insult", limit=50)

    assert drivers
    assert all(share > 0 for share in drivers.values())
    assert "lovely" not in drivers


def test_neither_weak_words_nor_punctuation_are_drivers():
    drivers = text_drivers("I will kill you, if you post that again!", kind="threat")

    assert next(iter(drivers)) == "kill"
    assert not {",", "!", "post"} & drivers.keys()
    assert min(drivers.values()) >= 0.4 * max(drivers.values())


def test_as_many_words_are_named_as_asked_for():
    assert len(text_drivers("you stupid fucking bitch, go away", kind="toxicity", limit=2)) == 2


@pytest.mark.parametrize("text", ["", "   ", *HARD])
@pytest.mark.parametrize("kind", KINDS)
def test_any_text_has_drivers_or_none(text, kind):
    drivers = text_drivers(text, kind=kind)

    assert "".join(piece for piece, _ in text_marks(text, drivers)) == text


def test_a_kind_that_nobody_knows_has_no_drivers():
    assert text_drivers("you stupid bitch", kind="fraud") == {}


def test_word_lists_name_the_words_they_count(monkeypatch, tmp_path):
    monkeypatch.setattr(inference, "WEIGHTS", tmp_path)

    assert text_drivers("You IDIOT, you idiot moron", kind="toxicity") == {"idiot": 1, "moron": 1}
    assert text_drivers("Claim it", kind="spam") == {"claim": 1}
    assert text_drivers("You idiot", kind="threat") == {}


def test_marks_find_the_words_as_they_were_written():
    text = "Go, 1D10T!\nsee https://a.b @you"

    marked = [piece for piece, is_marked in text_marks(text, {"idiot", "(link)"}) if is_marked]

    assert marked == ["1D10T!", "https://a.b"]
