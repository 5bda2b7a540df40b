"""Dense rows without an architecture: what sizes tell, at most a likelihood (layout-facts 7.6)."""

from __future__ import annotations

from collections.abc import Sequence

from dimorder.infer.clue import Clue, Part, clue
from dimorder.infer.rows import NONE, Told
from dimorder.infer.shapes_alone import Kernel, map_kernels
from dimorder.infer.versions import version
from dimorder.layout import Ordering
from dimorder.model import Model

WITHOUT = "is not known without the architecture"


def rows_by_shapes(model: Model, parts: Sequence[Part], told: Told) -> Clue:
    """One clue for the whole file. told: its dim ordering."""
    dense = [part for part in parts if part[1].kind == "dense"]
    maps = [at for at, (_, guess) in enumerate(parts) if guess.kind in ("conv2d", "conv3d")]
    if not dense and not any(g.kind in ("recurrent", "unknown") for _, g in parts[_end(maps) :]):
        return clue("dense_rows", "n/a", NONE)
    if maps:
        return _behind_maps(model, parts, maps, told)
    return _without_maps(model, parts)


def _end(maps: Sequence[int]) -> int:
    return maps[-1] + 1 if maps else 0


def _behind_maps(model: Model, parts: Sequence[Part], maps: Sequence[int], told: Told) -> Clue:
    before = [layer for layer, guess in parts[: maps[-1]] if guess.kind == "dense"]
    if before:
        return _unknown(f"what the columns of {before[0].name!r} become before a convolution")
    for part in parts[_end(maps) :]:
        layer, guess = part
        if guess.kind == "dense":
            last = map_kernels(parts)[-1]
            stray = _stray(parts[_end(maps) :], {_rows(part)})
            return stray or _by_sizes(model, last, layer.name, _rows(part), told[0])
        if guess.kind not in ("batchnorm", "prelu") and _has_matrix(part):
            return _unknown(f"what layer {layer.name!r} reads")
    return clue("dense_rows", "n/a", NONE)


def _by_sizes(model: Model, last: Kernel, name: str, rows: int, ordering: Ordering) -> Clue:
    """The first Dense behind the last convolution, which yields that many channels."""
    new = model.era in ("keras2", "keras3")
    ends = {"th": last.shape[0], "tf": last.shape[-1]}
    count = last.outputs or (last.shape[-1] if new else ends.get(ordering))
    if count is None or rows % count:
        told = f"{name!r} reads {rows} numbers, no multiple of the {count} channels of {last.layer!r}"
        return clue("dense_rows", "unknown", told, "unknown")
    told = f"{name!r} reads {rows} = {count} x {rows // count} numbers of {last.layer!r}"
    if count in (1, rows):
        return clue("dense_rows", "n/a", told, "likely")
    return _flattened(model, ordering, told)


def _flattened(model: Model, ordering: Ordering, said: str) -> Clue:
    """Rows of a map of this ordering, flattened as the file's Keras did it."""
    if ordering not in ("th", "tf"):
        return clue("dense_rows", "unknown", said, "unknown")
    known = version(model.keras_version) or (2, 2, 0)
    if ordering == "th" and model.era in ("keras2", "keras3") and known >= (2, 2, 0):
        # From 2.2.0 Flatten follows the global data format (layout-facts 5).
        said = f"{said}; Keras from 2.2.0 flattens channels last"
        return clue("dense_rows", "tf", said, "likely")
    return clue("dense_rows", ordering, said, "likely")


def _without_maps(model: Model, parts: Sequence[Part]) -> Clue:
    layer, guess = parts[0]
    if guess.kind == "dense":
        return _unknown(f"whether {layer.name!r} reads numbers of a map")
    if guess.kind not in ("embedding", "recurrent", "conv1d"):
        return _unknown(f"what layer {layer.name!r} yields")
    stray = _stray(parts, set())
    known = version(model.keras_version) or (0, 0, 0)
    if stray and known >= (2, 2, 0) and model.backend == "theano":
        return stray  # under channels_first its Flatten turned sequences, too (traps 18)
    told = "the first layers read sequences"
    return clue("dense_rows", "n/a", told, "likely" if stray else "certain")


def _stray(parts: Sequence[Part], widths: set[int]) -> Clue | None:
    """A Dense that reads a width no layer before it yields: behind a Reshape, Flatten or merge."""
    for part in parts:
        if part[1].kind == "dense" and _rows(part) not in widths:
            return _unknown(f"what {part[0].name!r} reads ({_rows(part)} numbers)")
        widths = widths | {tensor.shape[-1] for tensor in part[0].tensors if tensor.shape}
    return None


def _rows(part: Part) -> int:
    kernel = part[1].shape_of(part[0], "kernel")
    assert kernel is not None
    return kernel[0]


def _has_matrix(part: Part) -> bool:
    return any(len(tensor.shape) >= 2 for tensor in part[0].tensors)


def _unknown(what: str) -> Clue:
    return clue("dense_rows", "unknown", f"{what} {WITHOUT}", "unknown")
