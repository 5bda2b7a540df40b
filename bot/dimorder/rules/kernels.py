"""Kernels of convolutions: from the form that the source stores to the one that the target does."""

from __future__ import annotations

from dimorder.layout import SPATIAL
from dimorder.semantics import Conv, ConvRecurrent, ConvTranspose
from dimorder.steps import Flip, Grow, Permute, Step


def turned(source: Conv | ConvTranspose, target: Conv | ConvTranspose) -> tuple[Step, ...]:
    """Axes as the target stores them, flipped where one computes a convolution and the other a correlation."""
    steps: list[Step] = []
    if source.axes != target.axes:
        steps.append(Permute(source.axes, target.axes))
    sizes = dict(zip(SPATIAL[source.rank], source.kernel_size, strict=True))
    letters = "".join(letter for letter in SPATIAL[source.rank] if sizes[letter] > 1)
    if source.orientation != target.orientation and letters:
        steps.append(Flip(target.axes, letters))
    return tuple(steps)


def grown(axes: str, counts: tuple[int, ...]) -> tuple[Step, ...]:
    """So many zeros behind each axis of space."""
    letters = zip(SPATIAL[len(counts)], counts, strict=True)
    zeros = tuple((axes.index(letter), count) for letter, count in letters if count > 0)
    return (Grow(zeros),) if zeros else ()


def reasons(
    source: Conv | ConvTranspose | ConvRecurrent, target: Conv | ConvTranspose | ConvRecurrent, noun: str = "kernel"
) -> list[str]:
    """Why its numbers move, one clause each."""
    found = []
    if source.axes != target.axes:
        found.append(f"{noun} stored {source.axes}, the target stores {target.axes}")
    if source.orientation != target.orientation:
        found.append(f"trained under {source.orientation}, the target computes {target.orientation}")
    return found
