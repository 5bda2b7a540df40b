"""What the parent tells the process that mends a repository's code, and what it hears of who builds what."""

from __future__ import annotations

from dataclasses import dataclass

from dimorder.flow.lint_report import Ask


@dataclass(frozen=True, slots=True)
class Wish:
    """only: fingerprints of the findings to mend. unsafe: also what moves the layout.

    twins: paths of model files and of their converted twins, which are there or about to be.
    promised: those of the twins that are not there, since nothing is to be written.
    around: paths of code that is not asked about, and that has to move when a layout moves.
    in_the_way: what would have to move with the layout and is no code, in one sentence; "" for nothing.
    """

    ask: Ask
    only: tuple[str, ...]
    unsafe: bool
    twins: tuple[tuple[str, str], ...] = ()
    promised: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    in_the_way: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """Weights without an architecture, by path, and what in the code builds their model."""

    pairs: tuple[tuple[str, str], ...]
