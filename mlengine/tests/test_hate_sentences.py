from collections import Counter

import pytest

from mlengine.datasets import attack_templates, group_templates
from mlengine.datasets.hate_sentences import (
    attack_sentences,
    group_sentences,
    hate_sentences,
)
from mlengine.datasets.hate_templates import FUNCTIONS


def test_every_function_is_learned_and_judged_or_too_short_to_be():
    found = Counter((sentence.function, sentence.is_held_out) for sentence in hate_sentences())

    for function in FUNCTIONS:
        assert found[function.name, False] > 20
        assert (found[function.name, True] > 0) == (len(function.sentences) >= 6)


def test_what_is_about_nobody_protected_is_no_hate():
    of_things = [s for s in hate_sentences() if s.function == "contempt of things"]

    assert of_things
    assert all(sentence.truth == {"hate": 0.0} for sentence in of_things)


def test_a_quoted_insult_is_no_abuse():
    [found] = {tuple(s.truth.items()) for s in hate_sentences() if s.function == "counter-speech"}

    assert dict(found) == {"hate": 0.0, "any": 0.0}


def test_what_is_said_of_groups_in_kindness_is_learned_and_judged():
    found = Counter(
        (sentence.function, sentence.is_held_out)
        for sentence in group_sentences()
        if sentence.truth == {"hate": 0.0, "any": 0.0}
    )

    for function in group_templates.FUNCTIONS:
        assert found[function.name, False] > found[function.name, True] > 20


def test_the_twins_of_kind_sentences_only_judge():
    twins = [s for s in group_sentences() if s.truth["any"]]

    assert {s.function for s in twins} == {twin.name for twin in group_templates.TWINS}
    assert all(sentence.is_held_out for sentence in twins)


def test_no_attack_that_teaches_is_a_twin_that_judges():
    attacks = {pattern for one in attack_templates.FUNCTIONS for pattern in one.sentences}
    twins = {pattern for one in group_templates.TWINS for pattern in one.sentences}

    assert attacks.isdisjoint(twins)
    assert {tuple(s.truth.values()) for s in attack_sentences()} == {(1.0, 1.0)}


@pytest.mark.parametrize("sentences", [hate_sentences, group_sentences, attack_sentences])
def test_the_same_seed_gives_the_same_sentences_and_no_slot_stays_open(sentences):
    first, second = list(sentences()), list(sentences())

    assert first == second
    assert not any("{" in sentence.text for sentence in first)
