"""A report that was written as JSON, read back: by whoever takes it from a place that others can write to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, BinaryIO, Literal

import msgspec
from msgspec import Meta

from dimorder.errors import UnreadableFile
from dimorder.finding import RULES, Finding, Skipped
from dimorder.flow.standing import Nothing
from dimorder.report_data import FindingsReport, FixReport, Outcome
from dimorder.sandbox.isolated import Flow
from dimorder.sandbox.outside import Outside

LARGEST = 16 << 20
ROLE = "report"
_MOST = 100_000
_Count = Annotated[int, Meta(ge=0, le=1 << 53)]


class _Document(msgspec.Struct, frozen=True):
    """What `check --output json` writes, as far as a page shows it."""

    format: Literal[1]
    findings: Annotated[tuple[Finding, ...], Meta(max_length=_MOST)]
    checked: _Count
    skipped: Annotated[tuple[Skipped, ...], Meta(max_length=_MOST)]
    suppressed: _Count
    outcome: Outcome
    notes: Annotated[tuple[Annotated[str, Meta(max_length=4096)], ...], Meta(max_length=5000)] = ()
    fixes: FixReport | None = None


def read(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Nothing, outside: Outside) -> FindingsReport:
    """The report; UnreadableFile for anything that is none. Its texts are anybody's."""
    data = files[ROLE].read(LARGEST + 1)
    try:
        found = msgspec.json.decode(data, type=_Document)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise UnreadableFile(f"{names[ROLE]}: no report of dimorder check ({problem})", code="input.corrupt") from None
    odd = next((one.rule for one in found.findings if one.rule not in RULES or RULES[one.rule].name != one.name), None)
    if odd is not None:
        raise UnreadableFile(f"{names[ROLE]}: no rule is called {odd!r}", code="input.corrupt")
    return FindingsReport(
        found.findings, found.checked, found.skipped, found.suppressed, found.outcome,
        notes=found.notes, fixes=found.fixes,
    )  # fmt: skip


TOLD = Flow("dimorder.flow.told_report:read", FindingsReport)
