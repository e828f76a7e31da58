"""Weights that ship, read back to train on from. Needs onnx: nothing that serves imports it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from mlengine.errors import ArtifactError
from mlengine.estimators.encoder.base import Base
from mlengine.estimators.encoder.embeddings import WIDTH
from mlengine.estimators.encoder.encoder import Head, TextEncoder
from mlengine.estimators.text_reviser import NETWORK, TextReviser

# Of a layer, in the order in which `network_export` writes them.
_DENSE = ("q", "k", "v", "ao", "fi", "fo")
_NORMS = ("aln", "oln")


def start_read(folder: Path) -> tuple[Base, nn.ModuleDict]:
    """Return the vocabulary and arrays of the encoder in the folder, and its heads.

    :raises ArtifactError: if a file is missing, damaged, or of another shape.
    """
    encoder = TextReviser.load(folder).encoder
    try:
        arrays = network_import((folder / NETWORK).read_bytes())
    except (ValueError, KeyError, IndexError) as error:
        raise ArtifactError(f"No training goes on from this network: {error}.") from error
    base = base_of(encoder, arrays)
    return base, nn.ModuleDict({name: _linear(head) for name, head in encoder.heads.items()})


def base_of(encoder: TextEncoder, arrays: dict[str, NDArray[np.float32]]) -> Base:
    """Return what training starts from, of an encoder and its network's arrays."""
    return Base(encoder.pieces, encoder.scores, encoder.packed, encoder.scales, arrays)


def network_import(content: bytes) -> dict[str, NDArray[np.float32]]:
    """Return the arrays of what `network_export` wrote, by the names that `Base` has for them."""
    found = {
        one.name: numpy_helper.to_array(one)
        for one in onnx.load_model_from_string(content).graph.initializer
    }

    def listed(kind: str) -> list[NDArray[np.float32]]:
        return [array for name, array in found.items() if name.startswith(f"{kind}_")]

    weights = [
        (rounded.T * scales[:, None]).astype(np.float32)
        for rounded, scales in zip(listed("weight"), listed("scale"), strict=True)
    ]
    dense = list(zip(weights, listed("shift"), strict=True))
    norms = list(zip(listed("gain"), listed("offset"), strict=True))
    arrays = {"emb.pos": found["positions"], "emb.type": np.zeros(WIDTH, np.float32)}
    arrays["emb.ln.w"], arrays["emb.ln.b"] = norms.pop(0)
    for names, pairs in ((_DENSE, dense), (_NORMS, norms)):
        for at, (weight, shift) in enumerate(pairs):
            layer, part = divmod(at, len(names))
            arrays[f"l{layer}.{names[part]}.w"] = weight
            arrays[f"l{layer}.{names[part]}.b"] = shift
    return arrays


def _linear(head: Head) -> nn.Linear:
    made = nn.Linear(WIDTH, len(head.labels))
    with torch.no_grad():
        made.weight.copy_(torch.tensor(head.weights.T))
        made.bias.copy_(torch.tensor(head.bias))
    return made
