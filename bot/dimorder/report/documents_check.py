"""Fields of the JSON document of `check`, and of the one that stands in place of any report, as types."""

from __future__ import annotations

from typing import Literal, TypedDict

from dimorder.errors import ExitClass
from dimorder.finding import Severity
from dimorder.report.documents_inspect import RefusalDocument
from dimorder.report_data import Format, Outcome
from dimorder.verdict import Confidence


class RelatedDocument(TypedDict):
    """Another place that a finding speaks of.

    line: 1-based, null for binaries.
    """

    path: str
    line: int | None
    message: str


class FixDocument(TypedDict):
    """What would repair a finding.

    safe: it does not change what code means.
    """

    safe: bool
    description: str


class FindingDocument(TypedDict):
    """One thing wrong with one file.

    line, column: 1-based, in codepoints, null for binaries. cell: number of the notebook's code cell, 1-based.
    fingerprint: the same for the same finding at another line. code: the reason as a stable word. source: the line
    of source text, "" where none is.
    """

    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    path: str
    line: int | None
    column: int | None
    cell: int | None
    message: str
    related: list[RelatedDocument]
    fingerprint: str
    fix: FixDocument | None
    code: str
    source: str


class SkippedDocument(TypedDict):
    """A path that was not judged.

    code: why, as a stable word.
    """

    path: str
    because: str
    code: str


class FixedDocument(TypedDict):
    """A file that a fix changed, or wrote.

    edits: one sentence each. diff: unified; "" for files that are no text.
    """

    path: str
    edits: list[str]
    diff: str


class UnfixedDocument(TypedDict):
    """A fix that is not made, and why. line: 1-based; cell: number of the notebook's code cell."""

    path: str
    line: int | None
    cell: int | None
    what: str
    because: str


class FixesDocument(TypedDict):
    """What --fix did.

    written: whether the files are changed. offered: findings with an unsafe fix that nobody asked for.
    recovered: what became of a fix that was cut off before, "" where there was none. to_add: for `git add`.
    """

    written: bool
    fixed: list[FixedDocument]
    refused: list[UnfixedDocument]
    offered: int
    recovered: str
    to_add: list[str]


class Counted(TypedDict, total=False):
    """Findings by rule, where --statistics asks for it."""

    statistics: dict[str, int]


class FindingsDocument(Counted):
    """`dimorder check`: what was found.

    checked: files judged. suppressed: findings not told because someone wrote so. outcome: the worst that happened.
    notes: what else is to be known of the run, one sentence each. fixes: null where nobody asked for any.
    """

    format: Format
    findings: list[FindingDocument]
    checked: int
    skipped: list[SkippedDocument]
    suppressed: int
    outcome: Outcome
    notes: list[str]
    fixes: FixesDocument | None


_Class = TypedDict("_Class", {"class": ExitClass})


class ErrorDocument(_Class):
    """What stands in place of a report when there is none.

    class: of the exit code (usage 2, refused 3, environment 4). code: the reason as a stable word, "" where none is
    defined.
    """

    format: Format
    verdict: Literal["refused"]
    because: str
    hint: str
    source: str
    code: str
    refusals: list[RefusalDocument]
