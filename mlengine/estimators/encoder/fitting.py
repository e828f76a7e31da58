"""Fine-tune the encoder on all text tasks. Needs PyTorch: nothing that serves imports it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from mlengine.datasets.text_sources import TextTask
from mlengine.estimators.encoder.base import Base
from mlengine.estimators.encoder.embeddings import WIDTH, unpacked
from mlengine.estimators.encoder.lessons import Learnable, Lesson, Taught, batches_of
from mlengine.estimators.encoder.network import Network
from mlengine.estimators.encoder.opinions import Opinions
from mlengine.estimators.encoder.pieces import PADDING, CutsTexts, Pieces
from mlengine.estimators.encoder.rounds import ROUNDS, Round

# Chosen on 6,000 tweets: twelve layers and six frozen ones learn less from as many texts.
DEPTH = 8
_HEAD_FASTER = 10.0
_WARM_UP = 0.06
_DROPOUT = 0.1
_REPORT_EVERY = 50
# Products of matrices in bfloat16 take less than half the time on processors that have it. On
# others PyTorch imitates it, in ten times the time.
_HAS = torch.cpu.get_capabilities()
_HAS_BFLOAT16 = bool(_HAS.get("amx_bf16") or _HAS.get("avx512_bf16"))


@dataclass(slots=True)
class Fitted:
    """A trained network, what cuts texts into pieces for it, and a linear head a task."""

    network: nn.Module
    pieces: CutsTexts
    heads: nn.ModuleDict


def fit_encoder(
    tasks: Mapping[str, TextTask],
    exclusive: frozenset[str],
    base: Base,
    kept: NDArray[np.intp],
    *,
    opinions: Opinions,
    heads: nn.ModuleDict | None = None,
    rounds: Sequence[Round] = ROUNDS,
    progress: Callable[[str], object],
) -> Fitted:
    """Train layers and a head a task; the vocabulary is the pieces of `base` at `kept`.

    Beside the tasks' labels the encoder learns the opinions of a teacher.

    Another processor or number of threads gives other weights, as good give or take chance.
    """
    torch.manual_seed(0)
    pieces = Pieces([base.pieces[at] for at in kept], base.scores[kept])
    words = nn.Embedding.from_pretrained(
        torch.tensor(unpacked(base.packed[kept], base.scales[kept])), freeze=True
    )
    new = nn.ModuleDict({name: nn.Linear(WIDTH, len(t.labels)) for name, t in tasks.items()})
    fitted = Fitted(Network(base, depth=DEPTH), pieces, heads or new)
    lessons: list[Learnable] = [
        Lesson.of(name, task, pieces, exclusive=name in exclusive) for name, task in tasks.items()
    ]
    lessons.append(Taught.of(opinions, pieces))
    for number, one in enumerate(rounds, 1):
        fit_round(fitted, lessons, words, one, progress=partial(_told, progress, number))
    return fitted


def fit_round(
    fitted: Fitted,
    lessons: Sequence[Learnable],
    words: nn.Embedding,
    one: Round,
    *,
    progress: Callable[[str], object],
) -> None:
    """Go through the texts as the round says, its learning rate rising to a peak and down to 0."""
    torch.manual_seed(one.seed)
    batches = batches_of(lessons, one.passes, random.Random(one.seed))  # noqa: S311
    fitted.network.freeze(one.frozen)
    whole = nn.ModuleList([fitted.network, fitted.heads])
    before = {name: weights.clone() for name, weights in whole.state_dict().items()}
    averaged = AveragedModel(whole, multi_avg_fn=get_ema_multi_avg_fn(one.averaging))
    optimiser = torch.optim.AdamW(_groups(fitted, one), weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, _rate_of(len(batches)))
    lost = 0.0
    for step, (lesson, chosen) in enumerate(batches, 1):
        loss = _loss(fitted, words, lesson, chosen, one.twice)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(fitted.network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        averaged.update_parameters(whole)
        lost += (loss.item() - lost) / min(step, _REPORT_EVERY)
        if step % _REPORT_EVERY == 0 or step == len(batches):
            progress(f"batch {step} of {len(batches)}, loss {lost:.3f}")
    after = averaged.module.state_dict()
    whole.load_state_dict({name: before[name].lerp(after[name], one.stride) for name in before})


def _loss(
    fitted: Fitted,
    words: nn.Embedding,
    lesson: Learnable,
    chosen: list[int],
    twice: frozenset[str],
) -> Tensor:
    """Return the loss of a batch, read once, or twice with other parts dropped."""
    ids = [lesson.ids[at] for at in chosen]
    if not isinstance(lesson, Lesson) or lesson.name not in twice:
        return lesson.loss(_logits(fitted, words, ids), chosen)
    both = _logits(fitted, words, ids * 2)
    first, second = ({name: rows.chunk(2)[half] for name, rows in both.items()} for half in (0, 1))
    loss = (lesson.loss(first, chosen) + lesson.loss(second, chosen)) / 2
    return loss + lesson.disagreement(first[lesson.name], second[lesson.name])


def _logits(fitted: Fitted, words: nn.Embedding, ids: list[list[int]]) -> dict[str, Tensor]:
    with reduced_precision():
        vectors = fitted.network(*padded(words, ids), dropout=_DROPOUT)
    vectors = nn.functional.dropout(vectors.float(), _DROPOUT)
    return {name: head(vectors) for name, head in fitted.heads.items()}


def reduced_precision() -> torch.autocast:
    """Multiply matrices in bfloat16 within, where the processor has it."""
    return torch.autocast("cpu", torch.bfloat16, enabled=_HAS_BFLOAT16)


def _groups(fitted: Fitted, one: Round) -> list[dict[str, object]]:
    """Return what is trained with its rates: the lower a layer, the slower it moves."""
    layers = fitted.network.layers[one.frozen :]
    groups: list[dict[str, object]] = [
        {"params": list(layer.parameters()), "lr": one.rate * one.layer_decay**below_top}
        for below_top, layer in enumerate(reversed(layers))
    ]
    groups.append({"params": list(fitted.heads.parameters()), "lr": _HEAD_FASTER * one.rate})
    return groups


def _told(progress: Callable[[str], object], number: int, said: str) -> None:
    progress(f"encoder, round {number}: {said}")


def padded(words: nn.Embedding, ids: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Return the texts' word vectors, shape (n_texts, n_pieces, width), and their lengths."""
    longest = max(map(len, ids))
    whole = torch.tensor([one + [PADDING] * (longest - len(one)) for one in ids])
    return words(whole), torch.tensor([len(one) for one in ids])


def _rate_of(steps: int) -> Callable[[int], float]:
    warm = max(1.0, steps * _WARM_UP)
    return lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
