"""Golden numbers from real Keras 3 on jax: writes keras3.json beside itself.

Run by hand:  HOME=DIR KERAS_BACKEND=jax .venv/bin/python tests/engine/golden/make_keras3.py
Inputs and weights are random with a fixed seed; no data of others is in the result.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jax
import keras
import numpy as np
from keras import layers

jax.config.update("jax_default_matmul_precision", "highest")
RNG = np.random.default_rng(5374)
CASES: list[dict[str, Any]] = []
FORMAT = {"first": "channels_first", "last": "channels_last"}


def record(op: str, fields: dict[str, Any], layer: Any, *shapes: tuple[int, ...]) -> None:
    """One call of the layer on random batches of two samples; fields are those of semantics.OP."""
    batches = [np.round(RNG.uniform(-2, 2, (2, *shape)), 2) for shape in shapes]
    record_inputs(op, fields, layer, batches)


def record_inputs(op: str, fields: dict[str, Any], layer: Any, batches: list[Any]) -> None:
    tensors = [keras.ops.convert_to_tensor(batch.astype("float32")) for batch in batches]
    given = tensors if len(tensors) > 1 else tensors[0]
    layer(given)
    weights = [np.round(RNG.uniform(0.2, 1, w.shape), 3) for w in layer.get_weights()]
    if op != "BatchNorm":
        weights = [w * RNG.choice([-1, 1], w.shape) for w in weights]
    layer.set_weights(weights)
    expected = np.asarray(layer(given))
    numbers = [float(f"{value:.7g}") for value in expected.ravel()]
    arrays = {"inputs": [b.tolist() for b in batches], "weights": [w.tolist() for w in weights]}
    CASES.append(
        {"op": op, "fields": fields, **arrays, "expected": [numbers, list(expected.shape)]}
    )


def convolutions() -> None:
    """Every rank, with each padding that Keras 3 knows."""
    classes = {1: layers.Conv1D, 2: layers.Conv2D, 3: layers.Conv3D}
    axes = {1: "LIO", 2: "HWIO", 3: "DHWIO"}
    for kernel, strides, dilation, padding, channels, sizes in [
        ((4,), (1,), (2,), "causal", "last", (7,)),
        ((3,), (2,), (1,), "causal", "last", (8,)),
        ((4,), (3,), (1,), "same", "last", (8,)),
        ((2, 3), (1, 1), (1, 1), "valid", "first", (4, 5)),
        ((3, 4), (2, 2), (1, 1), "same", "first", (5, 8)),
        ((2, 3), (1, 1), (2, 3), "same", "last", (5, 7)),
        ((2, 1, 3), (1, 2, 2), (1, 1, 1), "same", "last", (2, 3, 4)),
    ]:
        rank = len(kernel)
        layer = classes[rank](3, kernel, strides, padding, FORMAT[channels], dilation_rate=dilation)
        fields = {
            "rank": rank, "filters": 3, "kernel_size": kernel, "strides": strides,
            "dilation": dilation, "padding": "tf-same" if padding == "same" else padding,
            "channels": channels, "use_bias": True, "axes": axes[rank],
            "orientation": "correlation",
        }  # fmt: skip
        record("Conv", fields, layer, (2, *sizes) if channels == "first" else (*sizes, 2))


def poolings() -> None:
    """Windows with and without padding, and whole maps."""
    for kind, classes in {
        "max": (layers.MaxPooling1D, layers.MaxPooling2D, layers.MaxPooling3D),
        "ave": (layers.AveragePooling1D, layers.AveragePooling2D, layers.AveragePooling3D),
    }.items():
        for size, strides, padding, sizes in [
            ((3,), (2,), "same", (8,)),
            ((2, 3), (2, 1), "same", (5, 7)),
            ((2, 3), (3, 2), "valid", (5, 7)),
            ((2, 3, 1), (1, 2, 2), "same", (3, 4, 5)),
        ]:
            rank = len(size)
            fields = {
                "rank": rank, "kind": kind, "size": size, "strides": strides,
                "padding": "tf-same" if padding == "same" else padding, "channels": "last",
            }  # fmt: skip
            layer = classes[rank - 1](size, strides, padding, "channels_last")
            record("Pool", fields, layer, (*sizes, 1 if rank > 1 else 2))
    for keep in (False, True):
        fields = {"rank": 2, "kind": "max", "channels": "first", "keepdims": keep}
        record("GlobalPool", fields, layers.GlobalMaxPooling2D("channels_first", keep), (2, 3, 5))
        fields = {"rank": 3, "kind": "ave", "channels": "last", "keepdims": keep}
        layer = layers.GlobalAveragePooling3D("channels_last", keep)
        record("GlobalPool", fields, layer, (2, 3, 4, 2))


def resizings() -> None:
    """Maps padded, cropped and enlarged, unevenly."""
    fields: dict[str, Any] = {"rank": 2, "amounts": [[1, 0], [2, 3]], "channels": "first"}
    layer = layers.ZeroPadding2D(((1, 0), (2, 3)), "channels_first")
    record("ZeroPad", fields, layer, (2, 3, 4))
    fields = {"rank": 3, "amounts": [[1, 0], [0, 2], [1, 1]], "channels": "last"}
    layer = layers.Cropping3D(((1, 0), (0, 2), (1, 1)), "channels_last")
    record("Crop", fields, layer, (2, 3, 4, 2))
    fields = {"rank": 2, "size": [2, 3], "channels": "first"}
    record("UpSample", fields, layers.UpSampling2D((2, 3), "channels_first"), (2, 3, 2))


def activations() -> None:
    """Every function, and softmax along an axis that is not the last."""
    for kind in (
        "linear", "relu", "softmax", "sigmoid", "tanh", "softplus", "softsign", "selu",
        "exponential", "swish", "gelu",
    ):  # fmt: skip
        record("Activate", {"kind": kind}, layers.Activation(kind), (3, 5))
    fields: dict[str, Any] = {"kind": "hard_sigmoid", "slope": 1 / 6}
    record("Activate", fields, layers.Activation("hard_sigmoid"), (3, 5))
    record("Activate", {"kind": "softmax", "axis": 0}, layers.Softmax(axis=1), (3, 5))
    record("Activate", {"kind": "elu", "alpha": 0.7}, layers.ELU(0.7), (3, 5))
    record("Activate", {"kind": "leaky_relu", "alpha": 0.3}, layers.LeakyReLU(0.3), (3, 5))
    record("Activate", {"kind": "relu", "max_value": 1.25}, layers.ReLU(1.25), (3, 5))
    fields = {"kind": "thresholded_relu", "theta": 0.9}
    record("Activate", fields, layers.ReLU(threshold=0.9), (3, 5))
    record("PReLU", {"shared_axes": [0, 2]}, layers.PReLU(shared_axes=[1, 3]), (2, 3, 5))
    record("PReLU", {}, layers.PReLU(), (2, 3))


def products() -> None:
    """Dense, Embedding and normalisation."""
    record("Dense", {"units": 3, "use_bias": True}, layers.Dense(3), (4, 5))
    record("Dense", {"units": 3, "use_bias": False}, layers.Dense(3, use_bias=False), (5,))
    tokens = RNG.integers(0, 7, (2, 5)).astype(float)
    record_inputs("Embedding", {"input_dim": 7, "output_dim": 3}, layers.Embedding(7, 3), [tokens])
    for axis, scale, center in [(1, True, True), (2, False, True), (3, True, False)]:
        layer = layers.BatchNormalization(axis, epsilon=0.01, scale=scale, center=center)
        fields = {"axis": axis - 1, "epsilon": 0.01, "scale": scale, "center": center}
        record("BatchNorm", fields, layer, (2, 3, 5))


def shapes() -> None:
    """What only rearranges."""
    record("Flatten", {"channels": "first"}, layers.Flatten("channels_first"), (2, 3, 5))
    record("Flatten", {"channels": "last"}, layers.Flatten("channels_last"), (2, 3, 5))
    record("Flatten", {"channels": "first"}, layers.Flatten("channels_first"), (4, 3))
    record("Reshape", {"target": [5, -1, 2]}, layers.Reshape((5, -1, 2)), (2, 3, 5))
    record("Permute", {"order": [2, 0, 1]}, layers.Permute((3, 1, 2)), (2, 3, 5))
    record("Repeat", {"times": 4}, layers.RepeatVector(4), (3,))
    record("Scale", {"factor": 1.2}, layers.Rescaling(1.2), (3,))
    record("Identity", {}, layers.Dropout(0.5), (3,))


def merges() -> None:
    """Every mode of Keras 2 and 3."""
    for mode, layer in {
        "sum": layers.Add(),
        "sub": layers.Subtract(),
        "mul": layers.Multiply(),
        "ave": layers.Average(),
        "max": layers.Maximum(),
        "min": layers.Minimum(),
    }.items():
        record("Merge", {"mode": mode}, layer, (3, 5), (3, 5))
    record("Merge", {"mode": "sum"}, layers.Add(), (3,), (4, 3))
    record("Merge", {"mode": "mul"}, layers.Multiply(), (2, 1, 1), (2, 3, 4), (2, 3, 4))
    record("Merge", {"mode": "concat", "axis": 1}, layers.Concatenate(2), (2, 3), (2, 4), (2, 1))
    fields: dict[str, Any] = {"mode": "dot", "dot_axes": [[1], [0]]}
    record("Merge", fields, layers.Dot((2, 1)), (3, 5), (5, 2))
    layer = layers.Dot((2, 1), normalize=True)
    record("Merge", {**fields, "normalize": True}, layer, (3, 5), (5, 2))
    record("Merge", {"mode": "dot", "dot_axes": [[0], [0]]}, layers.Dot(1), (5,), (5,))


def turned_convolutions() -> None:
    """Transposed ones, and those that take every channel by itself."""
    for kernel, strides, padding, channels, sizes in [
        ((4,), (3,), "same", "last", (5,)),
        ((2, 3), (1, 2), "valid", "first", (4, 5)),
        ((3, 4), (2, 2), "same", "last", (3, 5)),
        ((2, 3, 1), (2, 1, 2), "valid", "last", (1, 3, 2)),
    ]:
        rank = len(kernel)
        layer = getattr(layers, f"Conv{rank}DTranspose")(3, kernel, strides, padding, data_format=FORMAT[channels])
        fields = {
            "rank": rank, "filters": 3, "kernel_size": kernel, "strides": strides,
            "padding": "tf-same" if padding == "same" else padding, "channels": channels, "use_bias": True,
            "axes": {1: "LOI", 2: "HWOI", 3: "DHWOI"}[rank], "orientation": "correlation",
        }  # fmt: skip
        record("ConvTranspose", fields, layer, (2, *sizes) if channels == "first" else (*sizes, 2))
    for strides, dilation, padding, channels in [
        ((1, 1), (1, 2), "valid", "first"), ((2, 2), (1, 1), "same", "last"),
    ]:  # fmt: skip
        stated = {"strides": strides, "padding": padding, "data_format": FORMAT[channels], "dilation_rate": dilation}
        fields = {
            "rank": 2, "multiplier": 3, "kernel_size": (2, 3), "strides": strides, "dilation": dilation,
            "padding": "tf-same" if padding == "same" else padding, "channels": channels, "use_bias": True,
            "axes": "HWIM",
        }  # fmt: skip
        shape = (2, 5, 7) if channels == "first" else (5, 7, 2)
        record("Depthwise", fields, layers.DepthwiseConv2D((2, 3), depth_multiplier=3, **stated), shape)
        separable = layers.SeparableConv2D(4, (2, 3), depth_multiplier=3, **stated)
        record("Separable", {**fields, "filters": 4}, separable, shape)


def steps() -> None:
    """Recurrent layers of every kind, in both directions, and what is done to every step."""
    kinds: list[tuple[str, Any, dict[str, Any]]] = [
        ("simple", layers.SimpleRNN, {}), ("lstm", layers.LSTM, {}),
        ("gru", layers.GRU, {"reset_after": False}), ("gru", layers.GRU, {"reset_after": True}),
    ]  # fmt: skip
    tanh, gate = ({"op": "Activate", "fields": {"kind": kind}} for kind in ("tanh", "sigmoid"))
    merges = ("concat", "sum", "mul", "ave")
    for (kind, layer, own), merge in zip(kinds, merges, strict=True):
        for sequences, backwards in ((True, True), (False, False)):
            fields = {"kind": kind, "units": 3, "activation": tanh, "gate": gate, **own}
            turned = {**fields, "sequences": sequences, "backwards": backwards}
            made = layer(3, go_backwards=backwards, return_sequences=sequences, **own)
            record("Recurrent", turned, made, (5, 2))
        inner = {"op": "Recurrent", "fields": {**fields, "sequences": True}}
        both = layers.Bidirectional(layer(3, return_sequences=True, **own), merge_mode=merge)
        record("Bidirectional", {"inner": inner, "merge": merge}, both, (5, 2))
    fields = {"op": "Dense", "fields": {"units": 3, "use_bias": True}}
    record("Mapped", {"inner": fields}, layers.TimeDistributed(layers.Dense(3)), (4, 5))
    fields = {"op": "Permute", "fields": {"order": [1, 0]}}
    record("Mapped", {"inner": fields}, layers.TimeDistributed(layers.Permute((2, 1))), (2, 3, 5))
    sequence = np.round(RNG.uniform(-2, 2, (2, 4, 3)), 2)
    sequence[0, 1], sequence[1, 3], sequence[1, 0, 1] = 0.25, 0.25, 0.25
    record_inputs("Masking", {"value": 0.25}, layers.Masking(0.25), [sequence])


def formulas() -> None:
    """The one formula that a stock layer states by itself."""
    term = ["add", ["mul", ["x"], ["number", 1.5]], ["number", -0.25]]
    record("Formula", {"text": "x*1.5 + -0.25", "term": term}, layers.Rescaling(1.5, -0.25), (3, 5))


for family in (
    convolutions, poolings, resizings, activations, products, shapes, merges, turned_convolutions, steps, formulas,
):  # fmt: skip
    family()
made_by = f"Keras {keras.__version__} on jax {jax.__version__}, by make_keras3.py"
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in CASES)
document = f'{{"made_by": "{made_by}", "cases": [\n{lines}\n]}}\n'
Path(__file__).with_name("keras3.json").write_text(document, encoding="utf-8")
print(len(CASES), "cases")
