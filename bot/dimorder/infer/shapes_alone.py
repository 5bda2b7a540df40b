"""Dim ordering of Keras 0 and 1 files from shapes: a kernel's output axis is as long as its bias.

O lies on axis 0 (th) or -1 (tf) and the bias has O elements. Keras 2 and later store kernels
spatial-first whatever the ordering: their shapes are silent.
Source: layout-facts 7.1, 7.4, 7.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dimorder.infer.clue import Clue, Part, clue, listed
from dimorder.layout import Ordering
from dimorder.semantics import Shape

PROOF = "kernel {kernel} with {count} outputs has them on the {end} axis"
_END: dict[Ordering, str] = {"th": "first", "tf": "last"}


@dataclass(frozen=True, slots=True)
class Kernel:
    """A 2-D or 3-D convolution kernel as stored; outputs: the length of its bias, None without.

    normalised: length of a BatchNormalization right behind it in the file.
    """

    layer: str
    shape: tuple[int, ...]
    outputs: int | None
    sure: bool
    normalised: int | None = None

    def fits(self) -> list[Ordering]:
        """The orderings under which the output axis is as long as the bias."""
        return _fits(self.shape, self.outputs)


def _fits(shape: tuple[int, ...], outputs: int | None) -> list[Ordering]:
    ends: list[tuple[Ordering, int]] = [("th", shape[0]), ("tf", shape[-1])]
    return [ordering for ordering, size in ends if outputs in (None, size)]


def map_kernels(parts: Sequence[Part]) -> list[Kernel]:
    """All 2-D and 3-D convolution kernels in file order."""
    return [_kernel(parts, at) for at, (_, g) in enumerate(parts) if g.kind in ("conv2d", "conv3d")]


def _kernel(parts: Sequence[Part], at: int) -> Kernel:
    layer, guess = parts[at]
    shape, bias = guess.shape_of(layer, "kernel"), guess.shape_of(layer, "bias")
    assert shape is not None
    after, normal = parts[at + 1] if at + 1 < len(parts) else (layer, guess)
    mean = normal.shape_of(after, "mean") if normal.kind == "batchnorm" else None
    return Kernel(layer.name, shape, bias[0] if bias else None, guess.sure, mean[0] if mean else None)


def ordering_by_shapes(parts: Sequence[Part]) -> list[Clue]:
    """Proofs by bias, likelihoods by normalisation; without either, what file order suggests."""
    kernels = map_kernels(parts)
    told = [own for kernel in kernels if (own := _alone(kernel))]
    return told or [c for pair in pairwise(kernels) if (c := _chained(*pair))]


def _alone(kernel: Kernel) -> Clue | None:
    """What a kernel tells together with its own bias, or the BatchNormalization behind it."""
    fits = kernel.fits()
    if len(fits) == 1 and kernel.sure:
        return proof(kernel.layer, fits[0], kernel.shape, kernel.outputs)
    if len(fits) == 1:
        reason = f"layer {kernel.layer!r}: kernel {kernel.shape} may also be that of a Conv1D"
        return clue("dim_ordering", fits[0], reason, "likely", layer=kernel.layer)
    normal = _fits(kernel.shape, kernel.normalised)
    if len(normal) != 1:
        return None
    behind = f"a BatchNormalization of {kernel.normalised} follows it"
    reason = f"layer {kernel.layer!r}: kernel {kernel.shape}, {behind}"
    return clue("dim_ordering", normal[0], reason, "likely", layer=kernel.layer)


def proof(layer: str, says: Ordering, kernel: tuple[int, ...], count: Shape | int | None) -> Clue:
    """The clue that a kernel's outputs lie on one end only."""
    told = PROOF.format(kernel=kernel, count=count, end=_END[says])
    return clue("dim_ordering", says, f"layer {layer!r}: {told}", layer=layer, source="shapes")


def _chained(previous: Kernel, kernel: Kernel) -> Clue | None:
    """The ordering under which a kernel reads as many channels as the one before it yields (7.1).

    Told, never counted: side by side, or behind a concatenation, layers do not read in file order
    (wrong for zoo models merge_ops and densenet_gap). With a graph the same test is exact.
    """
    th = kernel.shape[1] == previous.shape[0]
    tf = kernel.shape[-2] == previous.shape[-1]
    if th == tf:
        return None
    reason = (
        f"layer {kernel.layer!r}: kernel {kernel.shape} reads what {previous.layer!r} "
        f"{previous.shape} yields only so, if the layers follow each other as stored"
    )
    return clue("dim_ordering", "th" if th else "tf", reason, "unknown", layer=kernel.layer)


def undecided(parts: Sequence[Part], clues: Sequence[Clue]) -> str:
    """Layers of which no clue decides the ordering, for a sentence; "" when there are none."""
    decided = {c.layer for c in clues if c.evidence.strength in ("certain", "likely")}
    names = [kernel.layer for kernel in map_kernels(parts) if kernel.layer not in decided]
    return listed(names) if names else ""
