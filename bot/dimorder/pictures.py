"""What a proof shows to the eye: some of its numbers, so few that every report can carry them."""

from __future__ import annotations

from dataclasses import dataclass

Grid = tuple[tuple[float, ...], ...]
Counts = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Values of one output as two models give them, picked evenly from `count`; the pair furthest apart is among them.

    name: of the output. before: what squashes these values afterwards, "" for nothing.
    """

    name: str
    original: tuple[float, ...]
    converted: tuple[float, ...]
    count: int
    before: str = ""


@dataclass(frozen=True, slots=True)
class Kernels:
    """Some filters of the first convolution, as both files store them: each the grid of its first input channel.

    axes:  letters, of the original and of the converted array. moved: the steps between them, in words.
    count: how many filters there are.
    """

    tensor: str
    axes: tuple[str, str]
    moved: tuple[str, ...]
    original: tuple[Grid, ...]
    converted: tuple[Grid, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """What labelled samples were named, a row for each true class, a column for each named one.

    classes: numbers of those that are shown; where `rest` is true, a last row and column hold all others.
    """

    output: str
    classes: tuple[int, ...]
    rest: bool
    original: Counts
    converted: Counts


@dataclass(frozen=True, slots=True)
class Pictures:
    """Everything that charts are drawn from and that no other field of a proof holds."""

    points: tuple[Points, ...] = ()
    kernels: Kernels | None = None
    confusions: tuple[Confusion, ...] = ()
