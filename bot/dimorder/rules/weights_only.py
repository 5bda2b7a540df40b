"""Weights without an architecture: what the shapes of each layer suffice for.

Kernels are moved by the ordering and orientation that are known or stated. Dense rows are reordered only where the
number of channels in front is one convolution's and divides the rows; rows that would have to move and of which
nobody knows how they lie are refused. Nothing here can be proven as a whole model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np

from dimorder.graph import Tensor
from dimorder.layout import SPATIAL, Channels, Layout, Orientation
from dimorder.plan import Move, Plan, Refusal
from dimorder.steps import Flip, Permute, Reorder, Step

KERNELS = {"conv1d": 1, "conv2d": 2, "conv3d": 3}
COPIED = ("batchnorm", "embedding", "recurrent")
_READERS = ("dense", "recurrent")
"""What may read a flattened map."""


@dataclass(frozen=True, slots=True)
class Part:
    """A layer's arrays with their roles, and what kind of layer they look like ("unknown" where two answers differ).

    layout: of this layer. because: why its kind is not known.
    """

    name: str
    kind: str
    tensors: tuple[Tensor, ...]
    roles: tuple[str, ...]
    layout: Layout
    because: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where the conversion leads; as in `Goal`."""

    target: Layout
    kernels_follow_channels: bool
    conv1d: str
    keep: tuple[str, ...] = ()


def plan_weights(parts: tuple[Part, ...], source: Layout, wanted: Wanted) -> Plan:
    """Moves for every array of the file, and a refusal for each layer whose kind is not known."""
    moves: dict[str, Move] = {}
    refusals: list[Refusal] = []
    kept: list[str] = []
    channels: int | None = None
    unsure = False  # behind a kept layer nobody knows what order a vector has
    for part in parts:
        if _is_kept(part, wanted):
            kept.append(part.name)
            moves |= _copied(part)
            channels, unsure = (_filters(part, wanted), False) if part.kind in KERNELS else (None, True)
            continue
        if unsure and part.kind in _READERS and _rows_move(part, wanted):
            because = f"the order of its rows depends on {kept[-1]}, which is kept as it is"
            refusals.append(Refusal(part.name, because, f"pass --architecture, or --keep {part.name} too"))
            continue
        rule = _RULES.get(part.kind)
        unclear = _unclear_rows(part, wanted, channels)
        if rule is None or unclear or _is_flattened_norm(part, channels):
            hint = f"pass --architecture, or --keep {part.name} to copy it as it is, stated as unproven"
            refusals.append(Refusal(part.name, part.because or unclear or _why(part), hint))
            continue
        moves |= rule(part, wanted, channels)
        if part.kind in KERNELS:
            channels, unsure = _filters(part, wanted), False
        elif part.kind in _READERS:
            channels = None  # only the first of these behind a convolution reads a map
    return Plan(source, wanted.target, moves, None, {}, refusals=tuple(refusals), kept=tuple(kept))


def _unclear_rows(part: Part, wanted: Wanted, channels: int | None) -> str:
    """Why nobody can say in which order a layer reads the map in front of it; "" where its rows stay or are known."""
    if channels in (None, 1) or part.kind not in _READERS or not _rows_move(part, wanted):
        return ""
    assert channels is not None
    rows = part.tensors[0 if part.kind == "recurrent" else part.roles.index("kernel")].shape[0]
    if part.kind == "recurrent" and rows != channels:
        return f"what it reads is not known without the architecture ({rows} numbers, {channels} channels in front)"
    if rows % channels:
        return f"it reads {rows} numbers, no multiple of the {channels} channels in front"
    return ""


def _is_flattened_norm(part: Part, channels: int | None) -> bool:
    """A normalisation whose length is not that of the maps in front: what order it has, no shape tells."""
    return part.kind == "batchnorm" and channels is not None and part.tensors[0].shape != (channels,)


def _why(part: Part) -> str:
    what = "a normalisation of another length than the channels in front" if part.kind == "batchnorm" else part.kind
    return f"{what}: no rule without an architecture"


def _is_kept(part: Part, wanted: Wanted) -> bool:
    return any(fnmatchcase(part.name, glob) for glob in wanted.keep)


def _copied(part: Part) -> dict[str, Move]:
    return {tensor.address: Move(tensor.name, tensor.address, (), "") for tensor in part.tensors}


def _filters(part: Part, wanted: Wanted) -> int:
    kernel = part.tensors[part.roles.index("kernel")]
    first = part.layout.dim_ordering == "th"
    return kernel.shape[_axes(part, first, kernel, wanted.kernels_follow_channels).index("O")]


def _axes(part: Part, first: bool, kernel: Tensor, follow: bool = True) -> str:
    """Letters of a stored kernel; Keras 1's Conv1D form is told by where its dummy axis lies."""
    rank = KERNELS[part.kind]
    if rank == 1 and len(kernel.shape) == 4:
        bias = part.tensors[part.roles.index("bias")].shape[0] if "bias" in part.roles else None
        modern = kernel.shape[1] == 1 and bias in (None, kernel.shape[3])
        return "L1IO" if modern else "OIL1"
    if len(kernel.shape) != rank + 2 or not follow:
        return SPATIAL[rank] + "IO"
    return "OI" + SPATIAL[rank] if first and rank > 1 else SPATIAL[rank] + "IO"


def _conv(part: Part, wanted: Wanted, channels: int | None) -> dict[str, Move]:
    place = part.roles.index("kernel")
    kernel = part.tensors[place]
    follow = wanted.kernels_follow_channels
    source = _axes(part, part.layout.dim_ordering == "th", kernel, follow)
    target = _target_axes(part, source, wanted)
    sizes = dict(zip(source, kernel.shape, strict=True))
    letters = "".join(axis for axis in SPATIAL[KERNELS[part.kind]] if sizes[axis] > 1)
    turned = _orientation(part.layout) != _orientation(wanted.target)
    steps: tuple[Step, ...] = (Permute(source, target),) if source != target else ()
    steps += (Flip(target, letters),) if turned and letters else ()
    because = f"kernel of {part.layout} for {wanted.target}"
    return _copied(part) | {kernel.address: Move(kernel.name, kernel.address, steps, because if steps else "")}


def _target_axes(part: Part, source: str, wanted: Wanted) -> str:
    rank = KERNELS[part.kind]
    if "1" in source:
        return wanted.conv1d or source
    if rank == 1 or not wanted.kernels_follow_channels:
        return source
    return "OI" + SPATIAL[rank] if wanted.target.dim_ordering == "th" else SPATIAL[rank] + "IO"


def _orientation(layout: Layout) -> Orientation:
    return "convolution" if layout.kernels == "th" else "correlation"


def _dense(part: Part, wanted: Wanted, channels: int | None) -> dict[str, Move]:
    """Rows move only if the file's rows are known to follow a map, and go to the other order."""
    moves = _copied(part)
    kernel = part.tensors[part.roles.index("kernel")]
    if channels is None or not _rows_move(part, wanted) or not _is_flattened(kernel, channels):
        return moves
    positions = kernel.shape[0] // channels
    first: Channels = "first" if part.layout.dense_rows == "th" else "last"
    shape = (channels, positions) if first == "first" else (positions, channels)
    index = np.arange(kernel.shape[0]).reshape(shape).T.ravel().astype(np.int64)
    step = Reorder(0, index, f"{channels} channels × {positions} positions")
    return moves | {kernel.address: Move(kernel.name, kernel.address, (step,), "rows follow the flattened map")}


def _rows_move(part: Part, wanted: Wanted) -> bool:
    source = part.layout.dense_rows
    return source in ("th", "tf") and source != wanted.target.dim_ordering


def _is_flattened(kernel: Tensor, channels: int) -> bool:
    return channels > 1 and kernel.shape[0] > channels and kernel.shape[0] % channels == 0


def _plain(part: Part, wanted: Wanted, channels: int | None) -> dict[str, Move]:
    return _copied(part)


Rule = Callable[[Part, Wanted, "int | None"], dict[str, Move]]
_RULES: dict[str, Rule] = {
    **dict.fromkeys(KERNELS, _conv),
    **dict.fromkeys(COPIED, _plain),
    "dense": _dense,
}
