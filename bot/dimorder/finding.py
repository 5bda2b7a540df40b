"""What `check` found: one type for weights, architectures, code and the files themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dimorder.verdict import Confidence

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's code and its name, which is the bad thing it finds; severity: as it is told unless a case says else."""

    code: str
    name: str
    severity: Severity


RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("DIM101", "theano-ordered-weights", "error"),
        Rule("DIM102", "theano-kernels", "error"),
        Rule("DIM104", "theano-dense-rows", "error"),
        Rule("DIM105", "cannot-tell-layout", "warning"),
        Rule("DIM109", "keras1-architecture", "info"),
        Rule("DIM303", "weights-do-not-fit-architecture", "error"),
        Rule("DIM401", "lfs-pointer", "warning"),
        Rule("DIM402", "unreadable", "error"),
        Rule("DIM403", "unsafe-content", "error"),
        Rule("DIM404", "too-large-to-judge", "error"),
        Rule("DIM405", "nonfinite-weights", "warning"),
    )
}
NOT_JUDGED = frozenset({"DIM402", "DIM403", "DIM404"})
"""Rules that say of a file that it could not be judged; told as errors they are exit class 3, not a finding."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding speaks of. line: 1-based, None for binaries."""

    path: str
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What would repair it. safe: it does not change what code means."""

    safe: bool
    description: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with one file.

    line, column: 1-based, in codepoints; None for binaries. cell: 1-based number of the notebook's code cell.
    code:         the reason as a stable word, such as `layout.th` or `hdf5.soft-link`.
    fingerprint:  the same for the same finding at another line.
    """

    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    path: str
    message: str
    code: str
    fingerprint: str
    line: int | None = None
    column: int | None = None
    cell: int | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None

    @property
    def is_refusal(self) -> bool:
        """Whether it says that the file could not be judged."""
        return self.rule in NOT_JUDGED and self.severity == "error"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A path that was not judged. code: why, as a stable word."""

    path: str
    because: str
    code: str
