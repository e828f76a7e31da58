"""The encoder as a PyTorch module."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from mlengine.estimators.encoder.base import WIDE, Base
from mlengine.estimators.encoder.embeddings import WIDTH

HEADS = 12
_EPSILON = 1e-12


class Layer(nn.Module):
    """Attention and two dense layers, each added and normalised (Vaswani et al. 2017)."""

    def __init__(self) -> None:
        super().__init__()
        self.attention_in = nn.Linear(WIDTH, 3 * WIDTH)
        self.attention_out = nn.Linear(WIDTH, WIDTH)
        self.attention_norm = nn.LayerNorm(WIDTH, _EPSILON)
        self.widen = nn.Linear(WIDTH, WIDE)
        self.narrow = nn.Linear(WIDE, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, _EPSILON)

    def forward(self, x: Tensor, bias: Tensor, dropout: float) -> Tensor:
        texts, length, _ = x.shape
        parts = self.attention_in(x).view(texts, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        # Written out: on a CPU, the backward pass of the fused form takes twice as long.
        alike = query * (WIDTH // HEADS) ** -0.5 @ key.transpose(-1, -2) + bias
        met = alike.softmax(-1).to(value.dtype) @ value
        met = self.attention_out(met.transpose(1, 2).reshape(texts, length, WIDTH))
        x = self.attention_norm(x + _dropped(met, dropout))
        wide = self.narrow(functional.gelu(self.widen(x)))
        normed: Tensor = self.norm(x + _dropped(wide, dropout))
        return normed


class Network(nn.Module):
    """Word vectors in, one vector a text out: the mean of what the last layer says of its pieces.

    Parameters
    ----------
    depth : int
        How many of the pre-trained layers are taken, from below: the upper ones tell passages
        apart, which no task here asks for.
    """

    def __init__(self, base: Base, *, depth: int) -> None:
        super().__init__()
        self.frozen = 0
        positions = base.arrays["emb.pos"].reshape(-1, WIDTH) + base.arrays["emb.type"][:WIDTH]
        self.positions = torch.tensor(positions)
        self.norm = nn.LayerNorm(WIDTH, _EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(depth))
        self._fill(base)
        self.norm.requires_grad_(False)

    def freeze(self, count: int) -> None:
        """Keep the lowest layers of this number as they are from now on, and train the others."""
        self.frozen = count
        for number, layer in enumerate(self.layers):
            layer.requires_grad_(number >= count)

    def forward(self, words: Tensor, lengths: Tensor, dropout: float = 0.0) -> Tensor:
        """Return vectors, shape (n_texts, WIDTH), of word vectors (n_texts, n_pieces, WIDTH).

        `dropout` is the share of pieces that are blotted out, and of columns within each layer.
        """
        inside = torch.arange(words.shape[1])[None] < lengths[:, None]
        bias = torch.zeros(inside.shape).masked_fill(~inside, -1e9)[:, None, None, :]
        with torch.no_grad():
            words = words * (torch.rand(words.shape[:2]) >= dropout)[..., None]
            x = self.norm(words + self.positions[: words.shape[1]])
            for layer in self.layers[: self.frozen]:
                x = layer(x, bias, 0.0)
        for layer in self.layers[self.frozen :]:
            x = layer(x, bias, dropout)
        weight = inside[..., None].float()
        mean: Tensor = (x * weight).sum(1) / weight.sum(1)
        return mean

    @torch.no_grad()
    def _fill(self, base: Base) -> None:
        def take(part: nn.Module, weight: str, bias: str) -> None:
            part.weight.copy_(torch.tensor(base.arrays[weight]))
            part.bias.copy_(torch.tensor(base.arrays[bias]))

        take(self.norm, "emb.ln.w", "emb.ln.b")
        for number, layer in enumerate(self.layers):
            name = f"l{number}."
            for kind, target in (("w", "weight"), ("b", "bias")):
                parts = [torch.tensor(base.arrays[f"{name}{part}.{kind}"]) for part in "qkv"]
                getattr(layer.attention_in, target).copy_(torch.cat(parts))
            take(layer.attention_out, f"{name}ao.w", f"{name}ao.b")
            take(layer.attention_norm, f"{name}aln.w", f"{name}aln.b")
            take(layer.widen, f"{name}fi.w", f"{name}fi.b")
            take(layer.narrow, f"{name}fo.w", f"{name}fo.b")
            take(layer.norm, f"{name}oln.w", f"{name}oln.b")


def _dropped(x: Tensor, share: float) -> Tensor:
    """Zero this share of the columns of each text, the same at all its pieces (Gal 2016)."""
    if not share:
        return x
    kept = torch.rand(len(x), 1, x.shape[2]) >= share
    return x * (kept / (1 - share)).to(x.dtype)
