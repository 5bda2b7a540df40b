"""What `check` found: one type for weights, architectures, code and the files themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dimorder.verdict import Confidence

Severity = Literal["error", "warning", "info"]
Safety = Literal["none", "safe", "unsafe"]


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
        Rule("DIM103", "wrong-conversion", "error"),
        Rule("DIM104", "theano-dense-rows", "error"),
        Rule("DIM105", "cannot-tell-layout", "warning"),
        Rule("DIM106", "stale-conversion", "error"),
        Rule("DIM107", "mixed-layout-architecture", "error"),
        Rule("DIM108", "theano-padding", "warning"),
        Rule("DIM109", "keras1-architecture", "info"),
        Rule("DIM201", "theano-dim-ordering", "warning"),
        Rule("DIM202", "channels-first-layer", "info"),
        Rule("DIM203", "channels-first-input-shape", "warning"),
        Rule("DIM204", "hardcoded-channel-axis", "warning"),
        Rule("DIM205", "wrong-kernel-transpose", "error"),
        Rule("DIM206", "flip-forgotten", "error"),
        Rule("DIM207", "dense-rows-forgotten", "error"),
        Rule("DIM208", "implicit-ordering", "warning"),
        Rule("DIM209", "channels-first-preprocessing", "info"),
        Rule("DIM210", "mixed-layout-model", "error"),
        Rule("DIM211", "theano-keras-json", "warning"),
        Rule("DIM212", "backend-chosen-weights", "warning"),
        Rule("DIM301", "weights-do-not-fit-code", "error"),
        Rule("DIM302", "weights-fit-but-predict-wrongly", "error"),
        Rule("DIM303", "weights-do-not-fit-architecture", "error"),
        Rule("DIM304", "layer-shapes-differ", "warning"),
        Rule("DIM401", "lfs-pointer", "warning"),
        Rule("DIM402", "unreadable", "error"),
        Rule("DIM403", "unsafe-content", "error"),
        Rule("DIM404", "too-large-to-judge", "error"),
        Rule("DIM405", "nonfinite-weights", "warning"),
        Rule("DIM901", "unused-suppression", "warning"),
        Rule("DIM902", "suppression-without-reason", "warning"),
    )
}
NOT_JUDGED = frozenset({"DIM402", "DIM403", "DIM404"})
"""Rules that say of a file that it could not be judged; told as errors they are exit class 3, not a finding."""
LONGEST_SOURCE = 200
"""Characters of a line of source that a finding carries."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a rule says of itself.

    finds, why: paragraphs. bad, good: an example and what to write instead, in `language`; "" where a file is meant
    that no text shows. safety: of its fix ("none": a person has to mend it). fix: what mending does, one sentence.
    sources: where the facts stand, as links or `project file@version`.
    """

    code: str
    finds: str
    why: str
    bad: str
    good: str
    safety: Safety
    fix: str
    sources: tuple[str, ...]
    language: Literal["python", "json", "console", "text"] = "python"


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
    source:       the line of source text as it stands in the file, cut at LONGEST_SOURCE characters; "" where none is.
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
    source: str = ""

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
