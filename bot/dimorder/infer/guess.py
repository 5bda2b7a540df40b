"""What kind of layer a group of arrays belongs to, told from names and shapes alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dimorder.infer.names import owner_and_role
from dimorder.model import Era, Layer

Kind = Literal["conv1d", "conv2d", "conv3d", "dense", "batchnorm", "embedding", "prelu", "recurrent", "unknown"]
Shape = tuple[int, ...]
Shapes = tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind, the role of each tensor in file order, and whether the class itself is beyond doubt.

    sure: False where another class stores the same shapes (a Conv1D and a Conv2D of k x 1).
    """

    kind: Kind
    roles: tuple[str, ...]
    sure: bool = True
    because: str = ""

    def shape_of(self, layer: Layer, role: str) -> Shape | None:
        """Shape of the array with that role."""
        pairs = zip(self.roles, layer.tensors, strict=True)
        return next((tensor.shape for own, tensor in pairs if own == role), None)


_CLASSES: dict[str, Kind] = {
    "Convolution1D": "conv1d", "AtrousConvolution1D": "conv1d", "Conv1D": "conv1d",
    "Convolution2D": "conv2d", "AtrousConvolution2D": "conv2d", "Conv2D": "conv2d",
    "Convolution3D": "conv3d", "Conv3D": "conv3d",
    "Dense": "dense", "TimeDistributedDense": "dense", "Embedding": "embedding", "PReLU": "prelu",
    "BatchNormalization": "batchnorm",
    "LSTM": "recurrent", "GRU": "recurrent", "SimpleRNN": "recurrent",
}  # fmt: skip

_WRAPPERS = frozenset({"Sequential", "Model", "Functional", "TimeDistributed", "Bidirectional"})
"""Classes whose arrays are those of the layers inside."""
_BY_RANK: dict[int, Kind] = {3: "conv1d", 4: "conv2d", 5: "conv3d"}
"""Keras 2: axes of a kernel without any dummy."""

_MEANT: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"conv(olution)?1d(?![a-z])"), "conv1d"), (re.compile(r"conv(olution)?2d(?![a-z])"), "conv2d"),
    (re.compile(r"dense"), "dense"), (re.compile(r"embedding"), "embedding"),
)  # fmt: skip
_ODD = re.compile(r"locally|depthwise|separable|transpose|convlstm|conv_lst_m")
"""Names of classes that own a kernel and a bias, yet follow other rules (layout-facts 2)."""


def guess_kind(layer: Layer, era: Era | None = None) -> Guess:
    """The kind of layer that owns these arrays; "unknown" where two answers differ.

    era: of the file; without it a "/" in the tensors' names tells Keras 2 and later.
    A Keras 1 Deconvolution2D counts as conv2d: stored, moved and flipped alike (layout-facts 2).
    """
    pairs = [owner_and_role(tensor) for tensor in layer.tensors]
    owner = next((own for own, _ in pairs if own), layer.name)
    roles = tuple(role for _, role in pairs)
    shapes = tuple(tensor.shape for tensor in layer.tensors)
    if layer.tensors and not any(roles):
        roles = _roles_by_shape(shapes)
    meant = _CLASSES.get(layer.kind) or _meaning(owner) or _meaning(layer.name)
    if layer.kind and layer.kind not in _CLASSES and layer.kind not in _WRAPPERS:
        return Guess("unknown", roles, because=f"no rule for {layer.kind}")
    if not all(roles) or _ODD.search(owner.lower()) or _ODD.search(layer.name.lower()):
        return Guess("unknown", roles, because="its arrays are not those of a layer known here")
    new = era in ("keras2", "keras3") if era else any("/" in t.name for t in layer.tensors)
    return _by_roles(roles, shapes, meant, new)


def _meaning(name: str) -> Kind | None:
    return next((kind for pattern, kind in _MEANT if pattern.search(name.lower())), None)


def _roles_by_shape(shapes: Shapes) -> tuple[str, ...]:
    """Roles of arrays without names, in the order Keras 0 wrote them."""
    ranks = tuple(map(len, shapes))
    if ranks == (2,):
        return ("embeddings",)
    if ranks in ((2, 1), (4, 1), (5, 1)):
        return ("kernel", "bias")
    if ranks == (1, 1, 1, 1) and len(set(shapes)) == 1:
        return ("gamma", "beta", "mean", "statistic")
    if ranks == (3,):
        return ("alpha",)
    if ranks == (2, 2, 1) * (len(ranks) // 3) and len(ranks) in (3, 9, 12):
        return ("W_i", "U_i", "b_i") * (len(ranks) // 3)
    return ("",) * len(shapes)


def _by_roles(roles: tuple[str, ...], shapes: Shapes, meant: Kind | None, new: bool) -> Guess:
    kinds = set(roles)
    ranks = {len(shape) for shape in shapes}
    if kinds in ({"kernel"}, {"kernel", "bias"}) and len(roles) == len(kinds):
        return _kernel_layer(roles, shapes, meant, new)
    if {"mean", "statistic"} <= kinds <= {"gamma", "beta", "mean", "statistic"} and ranks == {1}:
        return Guess("batchnorm" if len(set(shapes)) == 1 else "unknown", roles)
    if kinds == {"embeddings"} and ranks == {2}:
        return Guess("embedding", roles)
    if roles == ("alpha",):
        return Guess("prelu", roles)
    gates = {role[0] for role in roles}
    recurrent = gates == {"W", "U", "b"} or kinds in (
        {"kernel", "recurrent_kernel", "bias"}, {"kernel", "recurrent_kernel"},
        {"kernel", "U", "bias"},
    )  # fmt: skip
    if recurrent and max(ranks) == 2 and "W_carry" not in kinds:
        return Guess("recurrent", roles)
    return Guess("unknown", roles, because="its arrays are not those of a layer known here")


def _kernel_layer(roles: tuple[str, ...], shapes: Shapes, meant: Kind | None, new: bool) -> Guess:
    kernel = shapes[roles.index("kernel")]
    bias = shapes[roles.index("bias")] if "bias" in roles else None
    if len(kernel) < 2:
        return Guess("unknown", roles, because=f"a kernel of shape {kernel} is no layer's")
    ends = {kernel[-1]} if new or len(kernel) < 4 else {kernel[0], kernel[-1]}
    if bias is not None and (len(bias) != 1 or bias[0] not in ends):
        return Guess("unknown", roles, because=f"a bias of {bias} fits no end of a kernel {kernel}")
    if len(kernel) == 2:
        sole: Kind = "dense" if new or bias is not None or meant == "dense" else "unknown"
        return Guess("embedding" if meant == "embedding" else sole, roles)
    if new:
        kind = _BY_RANK.get(len(kernel), "unknown")
        lone = bias is None and meant != kind and kind == "conv1d"  # LocallyConnected1D alike
        return Guess("unknown" if lone else kind, roles)
    if len(kernel) == 4:
        return _keras1_map_kernel(roles, kernel, bias, meant)
    return Guess("conv3d" if len(kernel) == 5 else "unknown", roles)


def _keras1_map_kernel(roles: tuple[str, ...], kernel: Shape, bias: Shape | None, meant: Kind | None) -> Guess:
    """A kernel of four axes: Conv2D, or Conv1D with a dummy axis ((O, I, k, 1), (k, 1, I, O))."""
    if meant == "conv2d" or (meant == "conv1d" and 1 in kernel[1:]):
        return Guess(meant, roles)
    old = kernel[3] == 1 and (bias is None or kernel[0] == bias[0])
    newer = kernel[1] == 1 and (bias is None or kernel[3] == bias[0])
    if newer and kernel[0] > 1 and not (old and kernel[2] > 1):
        # A Conv2D of k x 1 in tf ordering has the same axes and the same flip.
        return Guess("conv1d", roles, sure=False) if bias else Guess("conv2d", roles, sure=False)
    if old and kernel[2] > 1:
        return Guess("unknown", roles, because="a Conv1D of Keras 1.0 or a Conv2D of k x 1")
    return Guess("conv2d", roles, sure=not (old or newer))
