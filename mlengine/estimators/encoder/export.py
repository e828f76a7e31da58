"""Write a trained network as ONNX with 8-bit weights. Nothing that serves imports this."""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from mlengine.estimators.encoder.embeddings import WIDTH
from mlengine.estimators.encoder.network import HEADS, Network
from mlengine.estimators.encoder.pieces import MOST_PIECES

_OPSET, _IR = 20, 9
_LARGEST = 127
_EPSILON = 1e-12


def network_export(network: Network) -> bytes:
    """Return the network as ONNX: `words` and `inside` in, `vectors` out.

    `words` is float32 of shape (n_texts, n_pieces, WIDTH), `inside` is 1.0 where a piece is and
    0.0 where a shorter text is filled up. Weights of the dense layers are int8 with a scale an
    output, and become float32 on loading: what a text gets must not hang on the texts beside it,
    as it does where the inputs of a layer are rounded together.
    """
    model = _Graph(network).model()
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


class _Graph:
    """Collects the nodes of the network, each named after what it gives."""

    def __init__(self, network: Network) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}
        self._write(network)

    def model(self) -> onnx.ModelProto:
        graph = helper.make_graph(
            self.nodes,
            "encoder",
            [
                _tensor("words", ["texts", "pieces", WIDTH]),
                _tensor("inside", ["texts", "pieces"]),
            ],
            [_tensor("vectors", ["texts", WIDTH])],
            list(self.constants.values()),
        )
        opset = [helper.make_opsetid("", _OPSET)]
        return helper.make_model(graph, opset_imports=opset, ir_version=_IR)

    def _write(self, network: Network) -> None:
        positions = self._constant("positions", network.positions.numpy()[:MOST_PIECES])
        shape = self._node("Shape", "words", start=1, end=2)
        zero = self._constant("zero", np.array([0]))
        placed = self._node("Slice", positions, zero, shape)
        x = self._norm(self._node("Add", "words", placed), network.norm)
        outside = self._node("Sub", self._constant("one", np.float32(1)), "inside")
        penalty = self._node("Mul", outside, self._constant("never", np.float32(-1e9)))
        axes = self._constant("axes", np.array([1, 2]))
        bias = self._node("Unsqueeze", penalty, axes)
        for layer in network.layers:
            x = self._layer(x, bias, layer)
        weight = self._node("Unsqueeze", "inside", self._constant("last", np.array([2])))
        middle = self._constant("middle", np.array([1]))
        total = self._node("ReduceSum", self._node("Mul", x, weight), middle, keepdims=0)
        count = self._node("ReduceSum", "inside", middle, keepdims=1)
        self._node("Div", total, count, gives="vectors")

    def _layer(self, x: str, bias: str, layer: nn.Module) -> str:
        split = self._constant("split", np.array([0, 0, HEADS, WIDTH // HEADS]))
        joined = self._constant("joined", np.array([0, 0, WIDTH]))
        scale = self._constant("scale", np.float32((WIDTH // HEADS) ** -0.5))
        weights = np.split(_array(layer.attention_in.weight), 3)
        biases = np.split(_array(layer.attention_in.bias), 3)
        query, key, value = (
            self._node(
                "Transpose",
                self._node("Reshape", self._dense(x, weight, shift), split),
                perm=order,
            )
            for weight, shift, order in zip(
                weights, biases, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True
            )
        )
        met = self._node("Mul", self._node("MatMul", query, key), scale)
        shares = self._node("Softmax", self._node("Add", met, bias), axis=-1)
        mixed = self._node("Transpose", self._node("MatMul", shares, value), perm=[0, 2, 1, 3])
        back = self._node("Reshape", mixed, joined)
        out = layer.attention_out
        met = self._node("Add", x, self._dense(back, _array(out.weight), _array(out.bias)))
        x = self._norm(met, layer.attention_norm)
        widen, narrow = layer.widen, layer.narrow
        wide = self._node("Gelu", self._dense(x, _array(widen.weight), _array(widen.bias)))
        added = self._dense(wide, _array(narrow.weight), _array(narrow.bias))
        return self._norm(self._node("Add", x, added), layer.norm)

    def _dense(self, x: str, weight: NDArray[np.float32], shift: NDArray[np.float32]) -> str:
        scales = np.abs(weight).max(axis=1) / _LARGEST
        rounded = np.rint(weight / scales[:, None]).astype(np.int8)
        weights = self._node(
            "DequantizeLinear",
            self._constant(self._fresh("weight"), rounded.T),
            self._constant(self._fresh("scale"), scales.astype(np.float32)),
            axis=1,
        )
        product = self._node("MatMul", x, weights)
        return self._node("Add", product, self._constant(self._fresh("shift"), shift))

    def _norm(self, x: str, norm: nn.Module) -> str:
        parts = [
            self._constant(self._fresh(name), _array(part))
            for name, part in (("gain", norm.weight), ("offset", norm.bias))
        ]
        return self._node("LayerNormalization", x, *parts, axis=-1, epsilon=_EPSILON)

    def _node(self, kind: str, *takes: str, gives: str = "", **settings: object) -> str:
        name = gives or self._fresh(kind.lower())
        self.nodes.append(helper.make_node(kind, list(takes), [name], name=name, **settings))
        return name

    def _constant(self, name: str, value: NDArray[np.generic] | np.generic) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def _fresh(self, kind: str) -> str:
        return f"{kind}_{len(self.nodes)}_{len(self.constants)}"


def _tensor(name: str, shape: list[str | int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _array(parameter: nn.Parameter) -> NDArray[np.float32]:
    return np.asarray(parameter.detach().numpy(), np.float32)
