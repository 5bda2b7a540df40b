"""Small graphs of every operation, and plain numpy that computes them: a second opinion."""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dimorder import semantics as ops
from dimorder.graph import Graph, Node, Tensor
from dimorder.semantics import Activate, Merge, Op
from dimorder.shapes import output_shape
from dimorder.steps import Array
from dimorder.weights import weights_of

SLOPE3 = 1 / 6
Arrays = Mapping[str, Array]


@dataclass
class Net:
    """A graph while it is built, with random arrays."""

    nodes: list[Node] = field(default_factory=list)
    arrays: dict[str, Array] = field(default_factory=dict)
    configs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def shape(self, name: str) -> ops.Shape:
        return next(node.shape for node in self.nodes if node.name == name)

    def input(self, *shape: int | None, name: str = "in", dtype: str = "float32") -> str:
        return self.add(ops.Input(shape, dtype), name=name)

    def add(self, op: Op, *inputs: str, name: str = "", layer: str = "", call: int = 0) -> str:
        layer = layer or name or f"{type(op).__name__.lower()}_{len(self.nodes)}"
        name = name or (f"{layer}@{call}" if call else layer)
        shapes = tuple(self.shape(value) for value in inputs)
        owned = weights_of(op, shapes) if inputs else ()
        tensors = tuple(self.tensor(layer, weight) for weight in owned)
        shape = output_shape(op, shapes)
        self.nodes.append(Node(name, layer, op, inputs, shape, tensors, call))
        return name

    def activated(self, op: Op, kind: Activate, value: str, *, layer: str, call: int = 0) -> str:
        own = self.add(op, value, layer=layer, call=call)
        return self.add(kind, own, name=f"{own}/activation", layer=layer, call=call)

    def tensor(self, layer: str, weight: ops.Weight) -> Tensor:
        address = f"{layer}/{weight.role}"
        shape = tuple(size or 1 for size in weight.shape)
        if address not in self.arrays:
            noise = np.random.default_rng(zlib.crc32(address.encode())).normal(size=shape)
            positive = weight.role == "statistic"
            self.arrays[address] = (abs(noise) + 0.5 if positive else noise).astype("float32")
        return Tensor(address, address, shape, "float32", weight.role)

    def graph(self, *outputs: str) -> Graph:
        inputs = tuple(node.name for node in self.nodes if isinstance(node.op, ops.Input))
        return Graph(tuple(self.nodes), inputs, outputs or (self.nodes[-1].name,))


@dataclass(frozen=True)
class Case:
    net: Net
    graph: Graph

    def read(self, tensor: Tensor) -> Array:
        return self.net.arrays[tensor.address]


def single(op: Op, *shapes: tuple[int | None, ...], config: dict[str, Any] | None = None) -> Case:
    """One operation that reads inputs of these shapes."""
    net = Net(configs={"tested": config or {}})
    names = [net.input(*shape, name=f"in{number}") for number, shape in enumerate(shapes)]
    net.add(op, *names, name="tested")
    return Case(net, net.graph())


def fused(op: Op, kind: Activate, shape: tuple[int, ...]) -> Case:
    net = Net()
    net.activated(op, kind, net.input(*shape), layer="tested")
    return Case(net, net.graph())


# Maps of different lengths on every axis.
MAPS = {
    (1, "last"): (11, 3), (1, "first"): (3, 11),
    (2, "last"): (7, 10, 3), (2, "first"): (3, 7, 10),
    (3, "last"): (5, 8, 6, 2), (3, "first"): (2, 5, 8, 6),
}  # fmt: skip
POOLS: tuple[Any, ...] = ("max", "ave")
LETTERS = {1: "L", 2: "HW", 3: "DHW"}
AMOUNTS = ((2, 1), (0, 3), (1, 0))


def conv(rank: int, channels: Any, padding: Any, axes: str = "", **more: Any) -> ops.Conv:
    given: dict[str, Any] = {
        "kernel_size": (3, 2, 4)[:rank],
        "strides": (1,) * rank,
        "dilation": (1,) * rank,
        "use_bias": True,
    } | more
    axes = axes or LETTERS[rank] + "IO"
    return ops.Conv(rank, 4, padding=padding, channels=channels, axes=axes, orientation="correlation", **given)


def map_cases() -> dict[str, Case]:
    found = {}
    for (rank, side), shape in MAPS.items():
        channels: Any = side
        at = f"{rank}d-{side}"
        for padding in ("valid", "tf-same"):
            found[f"conv-{at}-{padding}"] = single(conv(rank, channels, padding), shape)
            strides = (2, 3, 2)[:rank]
            found[f"conv-{at}-{padding}-strides"] = single(conv(rank, channels, padding, strides=strides), shape)
            for kind in POOLS:
                pool = ops.Pool(rank, kind, (3, 2, 4)[:rank], (2, 3, 1)[:rank], padding, channels)
                found[f"{kind}pool-{at}-{padding}"] = single(pool, shape)
        found[f"conv-{at}-dilation"] = single(conv(rank, channels, "valid", dilation=(2, 1, 1)[:rank]), shape)
        found[f"conv-{at}-no-bias"] = single(conv(rank, channels, "tf-same", use_bias=False), shape)
        found[f"conv-{at}-stored-oi"] = single(conv(rank, channels, "valid", "OI" + LETTERS[rank]), shape)
        for keepdims in (False, True):
            for kind in POOLS:
                op = ops.GlobalPool(rank, kind, channels, keepdims)
                found[f"global{kind}-{at}-{keepdims}"] = single(op, shape)
        found[f"pad-{at}"] = single(ops.ZeroPad(rank, AMOUNTS[:rank], channels), shape)
        found[f"crop-{at}"] = single(ops.Crop(rank, AMOUNTS[:rank], channels), shape)
        found[f"up-{at}"] = single(ops.UpSample(rank, (2, 3, 4)[:rank], channels), shape)
        found[f"flatten-{at}"] = single(ops.Flatten(channels), shape)
        axis = 0 if side == "first" else rank
        found[f"bn-{at}"] = single(ops.BatchNorm(axis, 0.01), shape)
        shared = tuple(a for a in range(rank + 1) if a != axis)
        found[f"prelu-{at}"] = single(ops.PReLU(shared), shape)
        found[f"softmax-{at}"] = single(Activate("softmax", axis=axis), shape)
    found["conv-causal"] = single(conv(1, "last", "causal", dilation=(2,)), (11, 3))
    found["conv-causal-first"] = single(conv(1, "first", "causal", strides=(2,)), (3, 11))
    found["conv-OIL1"] = single(conv(1, "last", "valid", "OIL1"), (11, 3))
    found["conv-L1IO"] = single(conv(1, "last", "valid", "L1IO"), (11, 3))
    return found


ACTIVATIONS = {
    "linear": Activate("linear"),
    "relu": Activate("relu"),
    "relu-max": Activate("relu", max_value=0.7),
    "relu6": Activate("relu", max_value=6.0),
    "softmax": Activate("softmax"),
    "softmax-0": Activate("softmax", axis=0),
    "softmax-last": Activate("softmax", axis=1),
    "sigmoid": Activate("sigmoid"),
    "tanh": Activate("tanh"),
    "hard_sigmoid": Activate("hard_sigmoid"),
    "hard_sigmoid-3": Activate("hard_sigmoid", slope=SLOPE3),
    "softplus": Activate("softplus"),
    "softsign": Activate("softsign"),
    "elu": Activate("elu", alpha=1.0),
    "elu-0.7": Activate("elu", alpha=0.7),
    "selu": Activate("selu"),
    "exponential": Activate("exponential"),
    "leaky_relu": Activate("leaky_relu", alpha=0.3),
    "thresholded_relu": Activate("thresholded_relu", theta=0.4),
    "thresholded_relu-0": Activate("thresholded_relu"),
    "swish": Activate("swish"),
    "gelu": Activate("gelu"),
}

IDENTITIES: dict[str, tuple[ops.Identity, dict[str, Any]]] = {
    "plain": (ops.Identity(), {}),
    "unknown": (ops.Identity(), {"class_name": "Masked", "rate": 3}),
    "dropout": (ops.Identity(), {"class_name": "Dropout", "rate": 0.5, "trainable": False}),
    "noise": (ops.Identity(), {"class_name": "GaussianNoise", "stddev": 0.1}),
    "wild-noise": (ops.Identity(), {"class_name": "GaussianNoise", "stddev": 7.5}),
    "gaussian": (ops.Identity(), {"class_name": "GaussianDropout", "rate": 0.2}),
    "alpha": (ops.Identity(), {"class_name": "AlphaDropout", "rate": 0.2}),
    "activity": (ops.Identity(), {"class_name": "ActivityRegularization", "l1": 0.1, "l2": 0.2}),
    "spatial2": (ops.Identity("first"), {"class_name": "SpatialDropout2D", "rate": 0.2}),
}


def plain_cases() -> dict[str, Case]:
    found = {f"activation-{name}": single(op, (3, 5)) for name, op in ACTIVATIONS.items()}
    found |= {f"dense-{name}": fused(ops.Dense(5, True), op, (3, 4)) for name, op in ACTIVATIONS.items()}
    found |= {f"identity-{name}": single(op, (3, 7, 4), config=config) for name, (op, config) in IDENTITIES.items()}
    found["identity-spatial1"] = single(ops.Identity(), (7, 4), config={"class_name": "SpatialDropout1D", "rate": 0.3})
    found["dense"] = single(ops.Dense(5, False), (3, 4))
    found["dense-vector"] = single(ops.Dense(5, True), (4,))
    found["bn-middle"] = single(ops.BatchNorm(1, 1e-3, scale=False), (3, 5, 4))
    found["bn-bare"] = single(ops.BatchNorm(0, 1e-3, scale=False, center=False), (4,))
    found["bn-no-center"] = single(ops.BatchNorm(0, 1e-3, center=False), (4,))
    found["prelu"] = single(ops.PReLU(), (3, 5, 4))
    found["scale"] = single(ops.Scale(1.2), (3, 4))
    found["reshape"] = single(ops.Reshape((5, -1, 2)), (3, 5, 4))
    found["permute"] = single(ops.Permute((2, 0, 1)), (3, 5, 4))
    found["repeat"] = single(ops.Repeat(3), (5,))
    found["flatten-vector"] = single(ops.Flatten("first"), (5,))
    for mask in (False, True):
        net = Net()
        net.add(ops.Embedding(9, 4, mask_zero=mask), net.input(6, dtype="int32"), name="tested")
        found[f"embedding-{mask}"] = Case(net, net.graph())
    net = Net()
    net.add(ops.Embedding(9, 4), net.input(6), name="tested")
    found["embedding-float"] = Case(net, net.graph())
    return found


def merge_cases() -> dict[str, Case]:
    found = {}
    for mode in ("sum", "mul", "ave", "max", "min"):
        op = Merge(mode)
        found[f"merge-{mode}"] = single(op, (3, 5), (3, 5), (3, 5))
        found[f"merge-{mode}-ranks"] = single(op, (3, 5), (5,))
    found["merge-sub"] = single(Merge("sub"), (3, 5), (3, 5))
    found["concat-0"] = single(Merge("concat", axis=0), (3, 5), (2, 5), (4, 5))
    found["concat-1"] = single(Merge("concat", axis=1), (3, 5), (3, 2))
    found["dot-vectors"] = single(Merge("dot", dot_axes=((0,), (0,))), (5,), (5,))
    found["dot-maps"] = single(Merge("dot", dot_axes=((0,), (1,))), (3, 5), (4, 3))
    found["dot-mixed"] = single(Merge("dot", dot_axes=((2,), (0,))), (5, 4, 3), (3,))
    found["dot-normalized"] = single(Merge("dot", dot_axes=((1,), (0,)), normalize=True), (4, 3), (3, 2))
    found["cos"] = single(Merge("cos", dot_axes=((0,), (0,))), (5,), (5,))
    return found


def graph_cases() -> dict[str, Case]:
    found = {"shared": shared_layers(), "shared-deep": shared_at_depths(), "ports": ports()}
    found["collision"] = colliding_names()
    found["tapped"] = tapped()
    found["any-size"] = any_size()
    found |= {f"random-{seed}": random_graph(seed) for seed in range(12)}
    return found


def shared_layers() -> Case:
    """One convolution with its activation, and one hard sigmoid, each called twice."""
    net = Net()
    first, second = net.input(7, 5, 3, name="a"), net.input(6, 4, 3, name="b")
    for call, value in enumerate((first, second)):
        value = net.activated(conv(2, "last", "valid"), Activate("relu"), value, layer="side/conv", call=call)
        value = net.add(ops.GlobalPool(2, "ave", "last"), value, layer="pool", call=call)
        net.activated(ops.Dense(5, True), Activate("hard_sigmoid"), value, layer="side/fc", call=call)
    joined = net.add(Merge("sub"), "side/fc/activation", "side/fc@1/activation", name="joined")
    return Case(net, net.graph(joined, "side/fc@1/activation"))


def shared_at_depths() -> Case:
    """A(B(A(x))), with further layers of the class on a shorter way."""
    net = Net()
    x = net.input(4)
    a = net.add(ops.Dense(4, True), x, layer="A")
    b = net.add(ops.Dense(4, True), a, layer="B")
    again = net.add(ops.Dense(4, True), b, layer="A", call=1)
    short = net.add(ops.Dense(4, True), x, layer="C")
    return Case(net, net.graph(net.add(Merge("sum"), short, again, name="out")))


def ports() -> Case:
    """Inputs and outputs in an order that is not the graph's; one input is read by nobody."""
    net = Net()
    second, _, first = net.input(5, name="z"), net.input(3, name="idle"), net.input(4, name="a")
    one = net.add(ops.Dense(2, True), first, layer="one")
    two = net.add(ops.Dense(3, True), second, layer="two")
    net.add(ops.Dense(9, True), second, layer="unread")
    both = net.add(Merge("concat", axis=0), two, one, name="both")
    return Case(net, net.graph(two, both, one, two))


def colliding_names() -> Case:
    """Layers of one name in two containers and outside, and one named like an activation."""
    net = Net()
    value = net.input(4)
    for layer in ("left/fc", "right/fc", "fc", "fc_activation"):
        value = net.activated(ops.Dense(4, True), Activate("leaky_relu", alpha=0.3), value, layer=layer)
    return Case(net, net.graph())


def tapped() -> Case:
    """A value before its activation is read elsewhere too, and another is an output."""
    net = Net()
    value = net.input(4)
    net.activated(ops.Dense(3, True), Activate("relu"), value, layer="a")
    net.activated(ops.Dense(3, True), Activate("tanh"), value, layer="b")
    joined = net.add(Merge("sum"), "a", "a/activation", "b/activation", name="sum")
    return Case(net, net.graph(joined, "b"))


def any_size() -> Case:
    net = Net()
    value = net.add(conv(2, "last", "tf-same"), net.input(None, None, 3), layer="conv")
    value = net.add(ops.UpSample(2, (2, 3), "last"), value, layer="up")
    return Case(net, net.graph(net.add(ops.PReLU((0, 1)), value, layer="prelu")))


def random_graph(seed: int) -> Case:
    """Dense layers and sums at random, some shared: the file counts them in Keras's order."""
    net, luck = Net(), random.Random(seed)
    values = [net.input(4, name="x"), net.input(4, name="y")]
    calls: dict[str, int] = {}
    for number in range(14):
        if luck.random() < 0.35:
            values.append(net.add(Merge("sum"), *luck.sample(values, 2), name=f"s{number}"))
            continue
        layer = luck.choice(list(calls)) if calls and luck.random() < 0.3 else f"d{number}"
        call = calls[layer] = calls.get(layer, -1) + 1
        values.append(net.activated(ops.Dense(4, True), Activate("tanh"), luck.choice(values), layer=layer, call=call))
    return Case(net, net.graph(*luck.sample(values[2:], 3)))


CASES: dict[str, Case] = map_cases() | plain_cases() | merge_cases() | graph_cases()


# What each operation computes, in plain numpy, on batches.


def compute(graph: Graph, read: Callable[[Tensor], Array], inputs: Mapping[str, Array]) -> list[Array]:
    """All outputs of a graph in float64."""
    values: dict[str, Array] = {name: np.asarray(value, "float64") for name, value in inputs.items()}
    for node in graph.nodes:
        if node.name not in values:
            given = [values[name] for name in node.inputs]
            arrays = [np.asarray(read(tensor), "float64") for tensor in node.tensors]
            values[node.name] = COMPUTE[type(node.op)](node.op, given, arrays)
    return [values[name] for name in graph.outputs]


def _last(op: Any, x: Array) -> Array:
    return np.moveaxis(x, 1, -1) if op.channels == "first" else x


def _back(op: Any, x: Array) -> Array:
    return np.moveaxis(x, -1, 1) if op.channels == "first" else x


def _windows(x: Array, lengths: list[int], strides: tuple[int, ...], padding: str, fill: float) -> Array:
    """Windows of a channels-last map: (N, places…, C, window…)."""
    pads = [(0, 0), *map(_pads, x.shape[1:-1], lengths, strides, [padding] * len(lengths)), (0, 0)]
    x = np.pad(x, pads, constant_values=fill)
    axes = tuple(range(1, len(lengths) + 1))
    windows = np.lib.stride_tricks.sliding_window_view(x, lengths, axis=axes)
    return windows[(slice(None), *(slice(None, None, stride) for stride in strides))]


def _pads(size: int, length: int, stride: int, padding: str) -> tuple[int, int]:
    if padding == "valid":
        return 0, 0
    if padding == "causal":
        return length - 1, 0
    total = max((math.ceil(size / stride) - 1) * stride + length - size, 0)
    return total // 2, total - total // 2


def _conv(op: ops.Conv, given: list[Array], arrays: list[Array]) -> Array:
    letters = LETTERS[op.rank]
    stored = arrays[0].squeeze() if "1" in op.axes else arrays[0]
    kernel = np.einsum(f"{op.axes.replace('1', '')}->{letters}IO", stored)
    lengths = [(k - 1) * d + 1 for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    windows = _windows(_last(op, given[0]), lengths, op.strides, op.padding, 0)
    picked: tuple[Any, ...] = (..., *(slice(None, None, d) for d in op.dilation))
    windows = windows[picked]
    y = np.einsum(f"...I{letters},{letters}IO->...O", windows, kernel)
    return _back(op, y + arrays[1] if op.use_bias else y)


def _pool(op: ops.Pool, given: list[Array], arrays: list[Array]) -> Array:
    fill = -np.inf if op.kind == "max" else np.nan
    windows = _windows(_last(op, given[0]), list(op.size), op.strides, op.padding, fill)
    axes = tuple(range(-op.rank, 0))
    return _back(op, windows.max(axes) if op.kind == "max" else np.nanmean(windows, axes))


def _global_pool(op: ops.GlobalPool, given: list[Array], arrays: list[Array]) -> Array:
    axes = tuple(range(2, op.rank + 2) if op.channels == "first" else range(1, op.rank + 1))
    return (np.max if op.kind == "max" else np.mean)(given[0], axis=axes, keepdims=op.keepdims)


def _crop(op: ops.Crop, given: list[Array], arrays: list[Array]) -> Array:
    x = _last(op, given[0])
    cuts = [slice(before, size - after) for (before, after), size in zip(op.amounts, x.shape[1:], strict=False)]
    return _back(op, x[(slice(None), *cuts)])


def _upsample(op: ops.UpSample, given: list[Array], arrays: list[Array]) -> Array:
    x = _last(op, given[0])
    for axis, times in enumerate(op.size):
        x = np.repeat(x, times, axis + 1)
    return _back(op, x)


def _batch_norm(op: ops.BatchNorm, given: list[Array], arrays: list[Array]) -> Array:
    wide = [-1 if axis == op.axis else 1 for axis in range(given[0].ndim - 1)]
    left = [array.reshape(wide) for array in arrays]
    variance, mean = left.pop(), left.pop()
    y = (given[0] - mean) / np.sqrt(variance + op.epsilon)
    y = y * left.pop(0) if op.scale else y
    return y + left.pop(0) if op.center else y


def _activate(op: Activate, given: list[Array], arrays: list[Array]) -> Array:
    (x,) = given
    if op.kind == "softmax":
        axis = -1 if op.axis is None else op.axis + 1
        e = np.exp(x - x.max(axis, keepdims=True))
        return e / e.sum(axis, keepdims=True)
    functions: dict[str, Callable[[], Any]] = {
        "linear": lambda: x,
        "relu": lambda: np.clip(x, 0, op.max_value),
        "sigmoid": lambda: 1 / (1 + np.exp(-x)),
        "tanh": lambda: np.tanh(x),
        "hard_sigmoid": lambda: np.clip(op.slope * x + 0.5, 0, 1),
        "softplus": lambda: np.log1p(np.exp(x)),
        "softsign": lambda: x / (1 + abs(x)),
        "elu": lambda: np.where(x > 0, x, op.alpha * np.expm1(x)),
        "selu": lambda: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
        "exponential": lambda: np.exp(x),
        "leaky_relu": lambda: np.where(x > 0, x, op.alpha * x),
        "thresholded_relu": lambda: np.where(x > op.theta, x, 0),
        "swish": lambda: x / (1 + np.exp(-x)),
        "gelu": lambda: x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2))),
    }
    return np.asarray(functions[op.kind]())


def _flatten(op: ops.Flatten, given: list[Array], arrays: list[Array]) -> Array:
    x = _last(op, given[0]) if given[0].ndim > 2 else given[0]
    return x.reshape(len(x), -1)


def _merge(op: Merge, given: list[Array], arrays: list[Array]) -> Array:
    if op.mode == "concat":
        assert op.axis is not None
        return np.concatenate(given, op.axis + 1)
    if op.mode in ("dot", "cos"):
        return _dot(op, *given)
    rank = max(x.ndim for x in given)
    wide = [x.reshape(len(x), *(1,) * (rank - x.ndim), *x.shape[1:]) for x in given]
    functions: dict[str, Callable[[Array, Array], Array]] = {
        "sum": np.add,
        "ave": np.add,
        "sub": np.subtract,
        "mul": np.multiply,
        "max": np.maximum,
        "min": np.minimum,
    }
    y = wide[0]
    for x in wide[1:]:
        y = functions[op.mode](y, x)
    return y / len(given) if op.mode == "ave" else y


def _dot(op: Merge, x: Array, y: Array) -> Array:
    assert op.dot_axes is not None
    (i,), (j,) = op.dot_axes
    if op.normalize or op.mode == "cos":
        x = x / np.linalg.norm(x, axis=i + 1, keepdims=True)
        y = y / np.linalg.norm(y, axis=j + 1, keepdims=True)
    z = np.stack([np.tensordot(a, b, ((i,), (j,))) for a, b in zip(x, y, strict=True)])
    z = z[:, None] if z.ndim == 1 else z
    return z[:, None] if op.mode == "cos" else z


COMPUTE: dict[type, Callable[[Any, list[Array], list[Array]], Array]] = {
    ops.Conv: _conv,
    ops.Pool: _pool,
    ops.GlobalPool: _global_pool,
    ops.ZeroPad: lambda op, given, arrays: _back(op, np.pad(_last(op, given[0]), ((0, 0), *op.amounts, (0, 0)))),
    ops.Crop: _crop,
    ops.UpSample: _upsample,
    ops.Dense: lambda op, given, arrays: given[0] @ arrays[0] + (arrays[1] if op.use_bias else 0),
    ops.BatchNorm: _batch_norm,
    ops.PReLU: lambda op, given, arrays: np.maximum(given[0], 0) + arrays[0] * np.minimum(given[0], 0),
    ops.Embedding: lambda op, given, arrays: arrays[0][given[0].astype(int)],
    ops.Activate: _activate,
    ops.Identity: lambda op, given, arrays: given[0],
    ops.Scale: lambda op, given, arrays: given[0] * op.factor,
    ops.Flatten: _flatten,
    ops.Reshape: lambda op, given, arrays: given[0].reshape(len(given[0]), *op.target),
    ops.Permute: lambda op, given, arrays: given[0].transpose((0, *(axis + 1 for axis in op.order))),
    ops.Repeat: lambda op, given, arrays: np.repeat(given[0][:, None], op.times, 1),
    ops.Merge: _merge,
}


def batches(case: Case, size: int = 2) -> dict[str, Array]:
    """A batch for every input: tokens where an Embedding reads them."""
    readers, nodes = case.graph.readers(), case.graph.by_name()
    rng = np.random.default_rng(7)
    found = {}
    for name in case.graph.inputs:
        shape = (
            size,
            *(9 - axis if length is None else length for axis, length in enumerate(nodes[name].shape)),
        )
        tokens = any(isinstance(node.op, ops.Embedding) for node in readers[name])
        found[name] = rng.integers(0, 9, shape).astype("int32") if tokens else rng.normal(size=shape).astype("float32")
    return found
