"""What one era's Keras refuses to build and another may take; what none takes is told in dimorder.refusals.

Source: input_spec and the checks of build and call, keras/layers and engine/topology.py at 1.2.2, keras/layers and
engine/base_layer.py at 2.2.4; each measured on both backends (tests/source/golden/refused).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dimorder.source.keras_api.merged import merged
from dimorder.source.values import Session, Sizes

if TYPE_CHECKING:
    from dimorder.source.keras_api.layer import Layer

RECURRENT = frozenset({"SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU"})
MERGES = frozenset({
    "Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract", "Concatenate", "Dot", "Merge",
})  # fmt: skip
BOTH_WAYS = (None, "sum", "mul", "ave", "concat")
WITH_STATES = RECURRENT | {"ConvLSTM2D", "Bidirectional"}
LAST_AXIS = RECURRENT | {"Dense", "TimeDistributedDense", "MaxoutDense", "Highway", "Bidirectional"}


def refused(layer: Layer, inputs: tuple[Sizes, ...], session: Session) -> str:
    """Why the Keras that the code is written for refuses these inputs; "" where nothing speaks against them."""
    if layer.class_name in MERGES:
        return merged(layer.class_name, layer.config, inputs, layer.style)
    if len(inputs) > 1 and layer.class_name not in WITH_STATES:
        return f"it reads one value, not {len(inputs)}"
    rule = _RULES.get(layer.class_name)
    told = rule(layer, inputs[0], session) if rule else ""
    return told or _softmax(layer, inputs[0]) or _shared(layer, inputs[0])


def _softmax(layer: Layer, shape: Sizes) -> str:
    """Keras 1 takes it over rows, and over sequences of them. Source: activations.py at 1.0.8 and 1.2.2."""
    is_old = layer.style == "keras1" and layer.config.get("activation") == "softmax"
    return "Keras 1 takes no softmax over maps" if is_old and len(shape) > 2 else ""


def _cropping(layer: Layer, shape: Sizes, session: Session) -> str:
    first = 1 if layer.channels == "first" else 0
    unsaid = layer.style == "keras1" and None in shape[first : first + layer.spec.rank]
    return "Keras 1 cuts nothing off an axis of any length" if unsaid else ""


def _flatten(layer: Layer, shape: Sizes, session: Session) -> str:
    if layer.style == "tf":
        return ""
    if len(shape) < 2:
        return "it flattens maps, not rows"
    return "an axis that it flattens is of any length" if None in shape else ""


def _reshape(layer: Layer, shape: Sizes, session: Session) -> str:
    unsaid = layer.style == "keras1" and None in shape
    return "an axis that it reshapes is of any length" if unsaid else ""


def _recurrent(layer: Layer, shape: Sizes, session: Session) -> str:
    if len(shape) != 2:
        return f"it reads sequences of rows, not samples of {len(shape)} axes"
    return "how wide its rows are is not said" if shape[1] is None else ""


def _bidirectional(layer: Layer, shape: Sizes, session: Session) -> str:
    inner: Any = layer.inner
    if inner is not None and inner.kind == "keras layer" and inner.spec.known and inner.class_name not in RECURRENT:
        return f"{inner.class_name} reads in no direction" if inner.class_name != "ConvLSTM2D" else ""
    mode = layer.config.get("merge_mode", "concat")
    return _recurrent(layer, shape, session) if mode in BOTH_WAYS else f"{mode!r} is no way to merge both directions"


def _convolution(layer: Layer, shape: Sizes, session: Session) -> str:
    if layer.config.get("padding") == "causal" and layer.spec.rank > 1:
        return "'causal' is for one axis only"
    strides, dilation = layer.config.get("strides"), layer.config.get("dilation_rate")
    both = isinstance(strides, list) and isinstance(dilation, list) and max(strides) > 1 and max(dilation) > 1
    if both and layer.style != "keras1" and session.backend == "tensorflow":
        return "TensorFlow takes no strides where the kernel is dilated"
    return ""


def _transposed(layer: Layer, shape: Sizes, session: Session) -> str:
    if layer.style == "keras1" and "output_shape" not in layer.config:
        return "Keras 1 wants its output_shape"
    more, strides = layer.config.get("output_padding"), layer.config.get("strides")
    if not isinstance(more, list) or not isinstance(strides, list):
        return ""
    fits = all(one < stride for one, stride in zip(more, strides, strict=False))
    return "" if fits else "its output_padding is not less than its strides"


def _normalization(layer: Layer, shape: Sizes, session: Session) -> str:
    return "" if layer.config.get("mode", 0) in (0, 1, 2) else "it has the modes 0, 1 and 2"


def _separable(layer: Layer, shape: Sizes, session: Session) -> str:
    alone = layer.style == "keras1" and session.backend == "theano"
    return "Keras 1 has it on TensorFlow only" if alone else ""


def _embedding(layer: Layer, shape: Sizes, session: Session) -> str:
    """Keras 2 compares the length that it was told with that of what it reads."""
    length = layer.config.get("input_length")
    stated = length if isinstance(length, list) else [length]
    if length is None or layer.style == "keras1":
        return ""
    if len(stated) != len(shape):
        return f"it was told {length} as the length of what it reads, which is {shape}"
    differs = any(None not in pair and pair[0] != pair[1] for pair in zip(stated, shape, strict=True))
    return f"it was told {length} as the length of what it reads, which is {shape}" if differs else ""


def _shared(layer: Layer, shape: Sizes) -> str:
    """A layer that was called before has its weights already."""
    known = layer.nodes[0].inputs[0].shape if layer.nodes and layer.nodes[0].inputs else None
    if known is None:
        return ""
    first, again = fixed(layer, known), fixed(layer, shape)
    alike = len(first) == len(again) and all(one is None or not isinstance(one, int) or one == other
                                             for one, other in zip(first, again, strict=True))  # fmt: skip
    return "" if alike else f"its weights were made for {tuple(first)}, and now it reads {tuple(again)}"


def fixed(layer: Any, shape: Any) -> tuple[Any, ...]:
    """The lengths of a sample that a layer's weights hang on."""
    name, rank = layer.class_name, layer.spec.rank
    if layer.kind != "keras layer" or not shape:
        return ()
    if name == "TimeDistributed":
        return () if layer.inner is None or layer.inner.kind != "keras layer" else fixed(layer.inner, shape[1:])
    if name in ("PReLU", "SReLU", "ParametricSoftplus"):
        shared = layer.config.get("shared_axes") or ()
        return tuple(size for axis, size in enumerate(shape, 1) if axis not in shared)
    if name == "BatchNormalization":
        return tuple(shape) if layer.style == "keras1" else _normalised(layer, shape)
    if name.startswith("LocallyConnected") or (layer.style == "keras1" and name in RECURRENT):
        return tuple(shape)
    if name in LAST_AXIS:
        return tuple(shape[-1:])
    if "Conv" not in name or len(shape) < rank + 1:
        return ()
    return (shape[-rank - 1 if layer.channels == "first" else -1],)


def _normalised(layer: Layer, shape: Sizes) -> Sizes:
    axis = layer.config.get("axis")
    if not isinstance(axis, int) or not -len(shape) <= (axis if axis < 0 else axis - 1) < len(shape):
        return ()
    return (shape[axis if axis < 0 else axis - 1],)


_RULES: dict[str, Callable[[Any, Sizes, Session], str]] = {
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Embedding": _embedding,
    "Bidirectional": _bidirectional,
    **dict.fromkeys(RECURRENT, _recurrent),
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D", "AtrousConvolution1D", "AtrousConvolution2D"), _convolution),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _transposed),
    "SeparableConv2D": _separable,
    "Cropping2D": _cropping,
    "Cropping3D": _cropping,
    "BatchNormalization": _normalization,
}
