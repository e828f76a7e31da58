"""What the encoder is trained on, round after round."""

from __future__ import annotations

from dataclasses import dataclass

from mlengine.estimators.encoder.lessons import Passes


@dataclass(frozen=True, slots=True)
class Round:
    """One rise and fall of the learning rate.

    Attributes
    ----------
    passes : mapping of (task, source) to float
        How often the texts are gone through.
    rate : float
        The highest learning rate, of the top layer.
    frozen : int
        The lowest layers of this number stay as they are.
    layer_decay : float
        Each layer's rate, as a share of the rate of the one above it.
    averaging : float
        How much of the moving average of the weights stays at each batch: what the round leaves
        is the average. 0 leaves the last weights.
    stride : float
        How much of the way from the weights it began with to that average the round goes. Half-way
        keeps more of what was known of texts unlike those it learned from (Wortsman et al.,
        "Robust fine-tuning of zero-shot models", 2022, arXiv:2109.01903).
    twice : frozenset of str
        The tasks whose texts are read twice, with other parts dropped, and whose two readings
        must agree (Liang et al., "R-Drop", 2021, arXiv:2106.14448): those with few texts.
    """

    passes: Passes
    rate: float
    seed: int
    frozen: int = 0
    layer_decay: float = 1.0
    averaging: float = 0.0
    stride: float = 1.0
    twice: frozenset[str] = frozenset()


_ALL_TASKS = Round(
    {
        ("sentiment", "tweets-en"): 0.5,
        ("sentiment", "tweets-8"): 1.3,
        ("sentiment", "reviews"): 0.35,
        ("sentiment", "words"): 1.0,
        ("emotion", "tweets"): 2.5,
        ("toxicity", "offensive"): 1.0,
        ("toxicity", "hate"): 0.8,
        ("toxicity", "davidson"): 0.15,
        ("toxicity", "youtube"): 1.5,
        ("toxicity", "sentences"): 0.7,
        ("toxicity", "background"): 0.1,
        ("spam", "sms"): 0.4,
        ("spam", "youtube"): 3.0,
        ("spam", "background"): 0.1,
    },
    rate=1.5e-4,
    seed=0,
    frozen=3,
)
_FEW_TEXTS = Round(
    {
        ("sentiment", "tweets-en"): 0.06,
        ("sentiment", "tweets-8"): 0.3,
        ("emotion", "tweets"): 4.0,
        ("toxicity", "offensive"): 1.0,
        ("toxicity", "hate"): 0.5,
        ("toxicity", "davidson"): 0.03,
        ("toxicity", "youtube"): 1.0,
        ("toxicity", "sentences"): 0.3,
        ("toxicity", "background"): 0.03,
        ("spam", "sms"): 0.05,
        ("spam", "youtube"): 1.0,
    },
    rate=1e-4,
    seed=1,
    frozen=3,
)
_EVERY_LAYER = Round(
    {
        ("sentiment", "tweets-en"): 1.0,
        ("sentiment", "tweets-8"): 3.0,
        ("sentiment", "reviews"): 1.5,
        ("sentiment", "words"): 2.0,
        ("emotion", "tweets"): 3.0,
        ("toxicity", "offensive"): 1.5,
        ("toxicity", "hate"): 0.4,
        ("toxicity", "davidson"): 0.1,
        ("toxicity", "youtube"): 1.5,
        ("toxicity", "sentences"): 0.5,
        ("toxicity", "background"): 0.1,
        ("spam", "sms"): 0.7,
        ("spam", "youtube"): 5.0,
        ("spam", "background"): 0.15,
    },
    rate=8e-5,
    seed=2,
    layer_decay=0.87,
    averaging=0.998,
    stride=0.5,
    twice=frozenset({"emotion", "toxicity", "spam"}),
)
# What is said of groups, and enough of everything else to keep it.
_OF_GROUPS = Round(
    {
        ("sentiment", "tweets-en"): 0.07,
        ("sentiment", "tweets-8"): 0.2,
        ("sentiment", "reviews"): 0.1,
        ("emotion", "tweets"): 0.7,
        ("toxicity", "offensive"): 0.35,
        ("toxicity", "hate"): 0.3,
        ("toxicity", "davidson"): 0.05,
        ("toxicity", "youtube"): 1.0,
        ("toxicity", "sentences"): 0.5,
        ("toxicity", "groups"): 0.7,
        ("toxicity", "attacks"): 1.0,
        ("toxicity", "mentions"): 0.4,
        ("toxicity", "background"): 0.06,
        ("spam", "sms"): 0.1,
        ("spam", "youtube"): 1.0,
        ("spam", "background"): 0.02,
    },
    rate=6e-5,
    seed=3,
    frozen=2,
    layer_decay=0.87,
    averaging=0.99,
    stride=0.5,
)
# Of what the teacher says, and what it does not speak of: other languages, abuse, spam. Half-way
# already lets go of some of what the round before taught.
_OF_OPINIONS = Round(
    {
        ("opinions", "teacher"): 1.0,
        ("sentiment", "tweets-8"): 1.5,
        ("sentiment", "words"): 0.5,
        ("emotion", "tweets"): 1.0,
        ("toxicity", "offensive"): 0.8,
        ("toxicity", "hate"): 0.3,
        ("toxicity", "davidson"): 0.05,
        ("toxicity", "youtube"): 1.0,
        ("toxicity", "sentences"): 0.5,
        ("toxicity", "groups"): 0.5,
        ("toxicity", "attacks"): 0.7,
        ("toxicity", "mentions"): 0.3,
        ("toxicity", "background"): 0.05,
        ("spam", "sms"): 0.3,
        ("spam", "youtube"): 1.5,
        ("spam", "background"): 0.05,
    },
    rate=8e-5,
    seed=4,
    layer_decay=0.87,
    averaging=0.998,
    stride=0.35,
)
# Training that goes on from weights goes through the last alone.
ROUNDS = (_ALL_TASKS, _FEW_TEXTS, _EVERY_LAYER, _OF_GROUPS, _OF_OPINIONS)
# The teacher's only one. A batch takes it a second, so it reads less of the large sources.
OF_TEACHER = Round(
    {
        ("sentiment", "tweets-en"): 0.5,
        ("sentiment", "tweets-8"): 0.4,
        ("sentiment", "reviews"): 0.8,
        ("emotion", "tweets"): 4.0,
        ("toxicity", "offensive"): 1.6,
        ("toxicity", "hate"): 0.4,
        ("toxicity", "davidson"): 0.02,
        ("toxicity", "youtube"): 2.0,
        ("toxicity", "sentences"): 0.2,
        ("toxicity", "groups"): 0.1,
        ("toxicity", "attacks"): 0.1,
        ("toxicity", "mentions"): 0.15,
        ("toxicity", "background"): 0.02,
    },
    rate=4e-5,
    seed=0,
    frozen=5,
    layer_decay=0.9,
    averaging=0.998,
)
