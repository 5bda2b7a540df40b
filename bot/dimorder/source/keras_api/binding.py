"""A call of a layer's class: its arguments by Keras 2's names."""

from __future__ import annotations

from dataclasses import dataclass, field

from dimorder.program import Argument, Place, Unknown
from dimorder.source.keras_api.families.conv import KERNELS
from dimorder.source.keras_api.fitting import is_free
from dimorder.source.keras_api.spec import LayerSpec
from dimorder.source.values import Called

COMMON = frozenset({
    "name", "trainable", "input_shape", "batch_input_shape", "batch_shape", "batch_size", "dtype", "input_dtype",
    "input_dim", "input_length", "weights", "dynamic", "autocast", "activity_regularizer", "cache_enabled",
})  # fmt: skip
"""Parameters that layers of all classes take, but for two."""
LENGTHS = ("input_dim", "input_length")
OF_LENGTHS = frozenset({
    "Dense", "Embedding", "SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "Conv1D", "AtrousConvolution1D",
    "LocallyConnected1D", "TimeDistributedDense", "MaxoutDense", "Highway", "Bidirectional", "TimeDistributed",
})  # fmt: skip
"""Classes that take them. Source: keras/layers at 1.2.2, legacy/interfaces.py at 2.2.4."""


@dataclass
class Bound:
    """own: parameters of the class itself; common: those of all layers; unknown: what is not understood."""

    own: dict[str, Argument] = field(default_factory=dict)
    common: dict[str, Argument] = field(default_factory=dict)
    unknown: list[Unknown] = field(default_factory=list)

    def everything(self) -> dict[str, Argument]:
        """All arguments by name."""
        return {**self.own, **self.common}


def bind(spec: LayerSpec, called: Called, style: str) -> Bound:
    """Arguments in either Keras's order and words."""
    bound = Bound()
    raw = _with_kernel(spec, _raw(spec, called, style, bound))
    for name, argument in raw.items():
        key = spec.renamed.get(name, name)
        if key in spec.defaults or key in spec.further:
            bound.own.setdefault(key, argument)
        elif name in COMMON and (name not in LENGTHS or spec.name in OF_LENGTHS):
            bound.common[name] = argument
        elif name not in spec.dropped and not is_free(key):
            bound.unknown.append(Unknown(f"{spec.name} takes no {name!r} that is known here", argument.place))
    return bound


def _raw(spec: LayerSpec, called: Called, style: str, bound: Bound) -> dict[str, Argument]:
    values = tuple(argument.value for argument in called.positional)
    order = spec.old if spec.is_old(values, style) else spec.new
    if spec.name in ("Reshape", "Permute") and len(values) > 1 and all(isinstance(value, int) for value in values):
        # Keras 0.1 took the numbers one by one.
        first = called.positional[0]
        return {**called.keywords, order[0]: Argument(values, first.place, first.origin)}
    if len(values) > len(order):
        bound.unknown.append(Unknown(f"{spec.name} with {len(values)} arguments by position", called.place))
    return {**dict(zip(order, called.positional, strict=False)), **called.keywords}


def _with_kernel(spec: LayerSpec, raw: dict[str, Argument]) -> dict[str, Argument]:
    """Keras 1's lengths of the kernel, one parameter for each axis, as Keras 2's kernel_size."""
    parts = KERNELS.get(spec.rank, ())
    if "kernel_size" not in spec.defaults or not any(part in raw for part in parts):
        return raw
    if "kernel_size" in raw:
        # Keras 2 took `Conv2D(32, 3, nb_col=3)` too.
        raw = {**raw, parts[0]: raw["kernel_size"]}
        del raw["kernel_size"]
    if not all(part in raw for part in parts):
        return raw
    sizes = [raw[part] for part in parts]
    rest = {name: argument for name, argument in raw.items() if name not in parts}
    unsaid = next((size.value for size in sizes if isinstance(size.value, Unknown)), None)
    value = unsaid or (sizes[0].value if len(sizes) == 1 else tuple(size.value for size in sizes))
    return {**rest, "kernel_size": Argument(value, _span(sizes), sizes[0].origin)}


def _span(arguments: list[Argument]) -> Place | None:
    first, last = arguments[0].place, arguments[-1].place
    if first is None or last is None:
        return first
    return Place(first.path, first.line, first.column, last.end_line, last.end_column, first.cell)
