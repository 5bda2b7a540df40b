"""Everything a renderer may see: plain values, one type per command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from dimorder.finding import Finding, Page, Skipped
from dimorder.fleet import Fleet
from dimorder.layout import Layout
from dimorder.planned import Edit, Port, Refusal
from dimorder.proof import Proof
from dimorder.verdict import About, Confidence, Evidence

Format = Literal[1]
FORMAT: Format = 1
"""Number of the JSON documents' form."""

ConvertVerdict = Literal["equivalent", "different", "inconclusive", "unproven", "planned", "unchanged"]
Training = Literal["preserved", "changed", "dropped"]


@dataclass(frozen=True, slots=True)
class TensorLine:
    """An array as `inspect` lists it."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, slots=True)
class LayerLine:
    """A layer as `inspect` lists it; kind is "" where only an architecture could tell."""

    name: str
    kind: str
    tensors: tuple[TensorLine, ...]


@dataclass(frozen=True, slots=True)
class InspectReport:
    """What a file is. refusals: the layers that stand in the way of any conversion."""

    file: str
    sha256: str
    era: str
    keras_version: str
    backend: str
    kind: str
    layout: Layout
    confidence: dict[About, Confidence]
    evidence: tuple[Evidence, ...]
    layers: tuple[LayerLine, ...]
    written_by: str = ""
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveLine:
    """What happens to one array, in words."""

    tensor: str
    steps: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class ArrayLine:
    """One array in both files. kind: the layer's class. target_shape: None where nothing was written to read it from.

    steps: what was done to it, in words; none where it is copied.
    """

    layer: str
    kind: str
    tensor: str
    source_shape: tuple[int, ...]
    target_shape: tuple[int, ...] | None
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConvertReport:
    """One conversion. verdict "unchanged": the source already has the target layout; "planned": a dry run.

    sha256: of source and target; target's is None where nothing was written.
    options: what a certificate needs to run the proof again.
    certificate: its path, "" where none was written.
    notes: what whoever opens the target should know, one sentence each.
    already_there: the target stood there with the same bytes, so nothing was written.
    training_because: what is otherwise in training, in one sentence; "" where it is preserved, or nothing was written.
    evidence: what the source's layout was read from. arrays: all of the source's.
    """

    source: str
    target: str
    sha256: dict[str, str | None]
    verdict: ConvertVerdict
    because: str
    dialect: str
    layout: dict[str, str]
    assumptions: tuple[str, ...]
    plan: tuple[MoveLine, ...]
    edits: tuple[Edit, ...]
    refusals: tuple[Refusal, ...]
    kept: tuple[str, ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    training: Training | None
    proof: Proof | None
    options: dict[str, Any] = field(default_factory=dict)
    certificate: str = ""
    already_there: bool = False
    notes: tuple[str, ...] = ()
    training_because: str = ""
    evidence: tuple[Evidence, ...] = ()
    arrays: tuple[ArrayLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ProveReport:
    """The equivalence of two files. evidence: what the original's layout was read from. arrays: the original's.

    given: the words of the command line that say how both are read and compared.
    """

    original: str
    converted: str
    sha256: dict[str, str | None]
    layout: dict[str, str]
    assumptions: tuple[str, ...]
    proof: Proof
    evidence: tuple[Evidence, ...] = ()
    arrays: tuple[ArrayLine, ...] = ()
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A certificate run again: what it said against what was found. differences: one sentence each."""

    certificate: str
    verdict: Literal["confirmed", "not confirmed"]
    differences: tuple[str, ...]
    again: ProveReport | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing done wrong to one array of the original.

    mistake: its word (not-flipped, rows-columns-swapped, …).
    found:   the array's name in the converted file, "" if it is the same.
    """

    tensor: str
    mistake: str
    because: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class DiagnoseReport:
    """What a conversion made by others did wrong.

    right:  how many of the original's `arrays` are as they should be.
    edits:  what the architecture has to change besides, whatever the arrays hold.
    unjudged: layers that have no right conversion; that their arrays are the original's is all that is asked of them.
    given:  the words of the command line that say how the original is read.
    repair: the conversion that writes the right file, None where none was asked for.
    """

    original: str
    converted: str
    sha256: dict[str, str | None]
    layout: dict[str, str]
    verdict: Literal["right", "wrong"]
    assumptions: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    right: int
    arrays: int
    edits: tuple[Edit, ...]
    unjudged: tuple[Refusal, ...] = ()
    given: tuple[str, ...] = ()
    repair: ConvertReport | None = None


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was found in one file.

    skipped: why there is nothing in it to judge, None where there is.
    suppressed: how many findings are not told because someone wrote so, or a proven twin makes them harmless.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    skipped: Skipped | None = None
    suppressed: int = 0


Outcome = Literal["clean", "finding", "refused", "usage", "environment", "bug"]
OUTCOMES: tuple[Outcome, ...] = ("clean", "finding", "refused", "usage", "environment", "bug")
"""Of a run over many files; the last of those that happened counts."""
EXIT_CODES: dict[Outcome, int] = {
    "clean": 0, "finding": 1, "refused": 3, "usage": 2, "environment": 4, "bug": 70,
}  # fmt: skip
"""What the program ends with."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """One file that a fix changed, or wrote. edits: one sentence each. diff: "" for files that are no text.

    report: of the conversion, where this is a converted twin; None in what was read back from a document.
    """

    path: str
    edits: tuple[str, ...]
    diff: str = ""
    report: ConvertReport | None = None


@dataclass(frozen=True, slots=True)
class Unfixed:
    """A fix that is not made. what: the edit that was meant. because: one sentence."""

    path: str
    what: str
    because: str
    line: int | None = None
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class FixReport:
    """What fixes did.

    written:   whether the files are changed; False where only the diffs were asked for, or nothing was to be done.
    offered:   how many findings have an unsafe fix that nobody asked for.
    recovered: what became of a fix that was cut off before, in one sentence; "" where there was none.
    """

    fixed: tuple[Fixed, ...] = ()
    refused: tuple[Unfixed, ...] = ()
    written: bool = False
    offered: int = 0
    recovered: str = ""

    @property
    def to_add(self) -> tuple[str, ...]:
        """What `git add` has to be told."""
        return tuple(one.path for one in self.fixed) if self.written else ()


@dataclass(frozen=True, slots=True)
class FindingsReport:
    """What was found in all files that were looked at.

    checked:    how many were judged.
    suppressed: how many findings are not told because someone wrote so, or a proven twin makes them harmless.
    outcome:    the worst that happened. bug: what our own failure said of itself, "" where there was none.
    statistics: findings by rule, None where nobody asked for it.
    notes:      what else the user should know of the run, one sentence each.
    fixes:      what was done about them, None where nobody asked for it.
    """

    findings: tuple[Finding, ...]
    checked: int
    skipped: tuple[Skipped, ...]
    suppressed: int
    outcome: Outcome
    statistics: dict[str, int] | None = None
    bug: str = ""
    notes: tuple[str, ...] = ()
    fixes: FixReport | None = None


@dataclass(frozen=True, slots=True)
class RulesReport:
    """The pages of the rules that were asked for: one, or a list to choose from."""

    pages: tuple[Page, ...]


Report = (
    InspectReport | ConvertReport | ProveReport | CheckReport | DiagnoseReport | FindingsReport | RulesReport | Fleet
)
