"""Read texts with the shipped transformer: one vector a text, and logits of every task's labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from mlengine.errors import ArtifactError
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect
from mlengine.estimators.encoder.embeddings import BLOCK, WIDTH, unpacked
from mlengine.estimators.encoder.pieces import Pieces

_KIND = "text-encoder"
_BATCH = 16

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A linear layer over vectors, shape (WIDTH, n_labels) and (n_labels,)."""

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats


class TextEncoder:
    """A multilingual transformer with a head a task; safe between threads.

    Parameters
    ----------
    pieces : list of str
    scores : float32, shape (n_pieces,)
    packed : uint8, shape (n_pieces, WIDTH / 2)
    scales : float16, shape (n_pieces, WIDTH / BLOCK)
        The embeddings, as `unpacked` reads them.
    heads : mapping of str to Head
        By task.
    network : bytes
        ONNX, as `network_export` writes it.

    References
    ----------
    Wang et al., "Multilingual E5 Text Embeddings", 2024, arXiv:2402.05672
    """

    def __init__(
        self,
        pieces: Sequence[str],
        scores: Floats,
        packed: NDArray[np.uint8],
        scales: NDArray[np.float16],
        heads: Mapping[str, Head],
        network: bytes,
        *,
        threads: int = 1,
    ) -> None:
        self.heads = dict(heads)
        self.pieces, self.scores = list(pieces), scores
        self.packed, self.scales = packed, scales
        self._cutter = Pieces(pieces, scores)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                network, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises types of its own
            raise ArtifactError(f"The text encoder's network cannot be read: {error}.") from error

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Return a vector a text, shape (n_texts, WIDTH)."""
        ids = [self._cutter.ids(text) for text in texts]
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        found = np.empty((len(ids), WIDTH), np.float32)
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            found[chosen] = self._batch([ids[at] for at in chosen])
        return found

    def logits(self, vectors: Floats) -> dict[str, NDArray[np.float64]]:
        """Return each task's logits, shape (n_texts, n_labels), of what `vectors` returned."""
        return {
            name: (vectors @ head.weights + head.bias).astype(np.float64)
            for name, head in self.heads.items()
        }

    def save(self, file: BinaryIO) -> None:
        """Write all but the network; the same encoder always gives the same bytes."""
        listed = "\n".join(self.pieces).encode()
        arrays: dict[str, NDArray[Any]] = {
            "pieces": np.frombuffer(listed, np.uint8),
            "scores": self.scores,
            "packed": self.packed,
            "scales": self.scales,
        }
        for name, head in self.heads.items():
            arrays[f"{name}.weights"], arrays[f"{name}.bias"] = head.weights, head.bias
        labels = {name: head.labels for name, head in self.heads.items()}
        arrays_save(file, kind=_KIND, settings={"labels": labels}, arrays=arrays)

    @classmethod
    def load(cls, file: BinaryIO, network: bytes, *, threads: int = 1) -> TextEncoder:
        """Read back what `save` wrote.

        :raises ArtifactError: if either is damaged, or their parts do not fit together.
        """
        settings, arrays = arrays_load(file, kind=_KIND)
        try:
            pieces = arrays["pieces"].tobytes().decode().split("\n")
            heads = {
                str(name): Head(tuple(labels), arrays[f"{name}.weights"], arrays[f"{name}.bias"])
                for name, labels in settings["labels"].items()
            }
            scores, packed, scales = (arrays[name] for name in ("scores", "packed", "scales"))
        except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
            raise ArtifactError(f"The stored text encoder is incomplete: {error}.") from error
        expect(scores.shape == (len(pieces),), "there is a score a piece")
        expect(packed.shape == (len(pieces), WIDTH // 2), "there is a row of weights a piece")
        expect(scales.shape == (len(pieces), WIDTH // BLOCK), "there are scales a piece")
        for name, head in heads.items():
            expect(head.weights.shape == (WIDTH, len(head.labels)), f"{name} has a column a label")
            expect(head.bias.shape == (len(head.labels),), f"{name} has one bias a label")
        return cls(pieces, scores, packed, scales, heads, network, threads=threads)

    def _batch(self, ids: list[list[int]]) -> Floats:
        longest = max(map(len, ids))
        words = np.zeros((len(ids), longest, WIDTH), np.float32)
        inside = np.zeros((len(ids), longest), np.float32)
        for row, one in enumerate(ids):
            words[row, : len(one)] = unpacked(self.packed[one], self.scales[one])
            inside[row, : len(one)] = 1
        (vectors,) = self._session.run(["vectors"], {"words": words, "inside": inside})
        return np.asarray(vectors)
