"""Fill the templates about groups, of hate and of what is none, with groups, things and words."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mlengine.datasets import attack_templates, group_templates, hate_templates
from mlengine.datasets.hate_templates import Function

Group = tuple[str, str, str]

_LEET = str.maketrans("aeios", "43105")
_DISGUISES = 5
# Every sixth pattern of a function is kept from training, to judge by.
_JUDGES = 6


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, the function it is of, and what is known of its kinds of abuse."""

    text: str
    function: str
    truth: dict[str, float]
    is_held_out: bool


def hate_sentences(*, seed: int = 0, each: int = 40) -> Iterator[Sentence]:
    """Yield at most `each` sentences a pattern, of hate and of what only looks like it.

    Every fifth is misspelled: letters swapped, dropped, spaced out or written as digits.
    """
    chance = random.Random(seed)  # noqa: S311
    groups, slots = hate_templates.GROUPS, hate_templates.SLOTS
    yield from _sentences(hate_templates.FUNCTIONS, groups, slots, chance, each)


def group_sentences(*, seed: int = 0, each: int = 60) -> Iterator[Sentence]:
    """Yield at most `each` sentences a pattern that name a group and mean no harm.

    Then their twins, which do and are all held out. Misspelled as often as those of hate.
    """
    chance = random.Random(seed)  # noqa: S311
    groups, slots = group_templates.MORE_GROUPS, group_templates.SLOTS
    yield from _sentences(group_templates.FUNCTIONS, groups, slots, chance, each)
    for twin in _sentences(group_templates.TWINS, groups, slots, chance, each):
        yield replace(twin, is_held_out=True)


def attack_sentences(*, seed: int = 0, each: int = 60) -> Iterator[Sentence]:
    """Yield at most `each` sentences a pattern that attack a group in the words of kind ones."""
    chance = random.Random(seed)  # noqa: S311
    groups, slots = group_templates.MORE_GROUPS, group_templates.SLOTS
    yield from _sentences(attack_templates.FUNCTIONS, groups, slots, chance, each)


def _sentences(
    functions: Sequence[Function],
    groups: Sequence[Group],
    slots: Mapping[str, Sequence[str]],
    chance: random.Random,
    each: int,
) -> Iterator[Sentence]:
    for function in functions:
        truth = {"hate": float(function.is_hate)}
        if function.is_abuse is not None:
            truth["any"] = float(function.is_abuse)
        for number, pattern in enumerate(function.sentences, 1):
            found = sorted({_filled(pattern, groups, slots, chance) for _ in range(each)})
            for place, sentence in enumerate(found):
                text = _disguised(sentence, chance) if place % _DISGUISES == 0 else sentence
                yield Sentence(text, function.name, truth, number % _JUDGES == 0)


def _filled(
    pattern: str,
    groups: Sequence[Group],
    slots: Mapping[str, Sequence[str]],
    chance: random.Random,
) -> str:
    group, member, trait = chance.choice(groups)
    chosen = {name: chance.choice(words) for name, words in slots.items()}
    sentence = pattern.format(
        group=group,
        member=member,
        trait=trait,
        a_member=_with_article(member),
        a_trait=_with_article(trait),
        **chosen,
    )
    spoken = chance.random()
    if spoken < 0.3:
        return sentence.lower()
    return sentence[0].upper() + sentence[1:] if spoken < 0.8 else sentence


def _with_article(word: str) -> str:
    return f"{'an' if word[0].lower() in 'aeio' else 'a'} {word}"


def _disguised(sentence: str, chance: random.Random) -> str:
    words = sentence.split(" ")
    place = max(range(len(words)), key=lambda at: (len(words[at]), at))
    word = words[place]
    at = chance.randrange(1, max(2, len(word) - 1))
    kind = chance.randrange(4)
    if kind == 0:
        word = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    elif kind == 1:
        word = word[:at] + word[at + 1 :]
    elif kind == 2:
        word = " ".join(word)
    else:
        word = word.translate(_LEET)
    return " ".join([*words[:place], word, *words[place + 1 :]])
