"""Findings that someone wrote a reason against, in the code itself: kept back, and counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dimorder.finding import RULES, Finding, Severity
from dimorder.flow.as_findings import finding
from dimorder.source.suppressions import Suppression, suppressions

Cells = Mapping[int | None, str]
"""Source text by the number of its code cell; of a file that is no notebook by None."""
_NEVER = ("DIM4", "DIM9")
"""What a file that cannot be read or trusted says of itself counts for nothing; nor can a suppression hide itself."""
_LONGEST = 60
"""Characters of a stranger's word that are repeated."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left to tell. number: how many findings were suppressed."""

    findings: tuple[Finding, ...]
    number: int


@dataclass(frozen=True, slots=True)
class _Written:
    """A suppression at its place, and the findings that it was of use for."""

    cell: int | None
    said: Suppression
    hushed: tuple[Finding, ...]

    @property
    def used(self) -> frozenset[str]:
        """Their codes."""
        return frozenset(one.rule for one in self.hushed)


def suppressed(cells: Cells, findings: Sequence[Finding], path: str) -> Kept:
    """The findings of one file without those that its comments suppress, and what is wrong with these comments.

    cells: the text that findings' lines count in.
    """
    written = [(cell, said) for cell, text in cells.items() for said in suppressions(text)]
    if not written:
        return Kept(tuple(findings), 0)
    # Notebooks have one head: that of their first cell.
    head = next(iter(cells))
    spoken = [
        (cell, replace(said, is_late=said.is_late or cell != head) if said.lines == (0, 0) else said)
        for cell, said in written
    ]
    hushed = {number: met for number, one in enumerate(findings) if (met := list(_against(one, spoken)))}
    used = [tuple(findings[n] for n, met in hushed.items() if at in met) for at in range(len(spoken))]
    told = [
        one
        for (cell, said), own in zip(spoken, used, strict=True)
        for one in _complaints(_Written(cell, said, own), path)
    ]
    kept = [one for number, one in enumerate(findings) if number not in hushed]
    return Kept((*kept, *told), len(hushed))


def _against(one: Finding, spoken: Sequence[tuple[int | None, Suppression]]) -> Iterator[int]:
    """Which of the suppressions speak of the finding."""
    if one.rule.startswith(_NEVER):
        return
    for number, (cell, said) in enumerate(spoken):
        everywhere = said.lines == (0, 0)
        if one.rule in said.codes and (everywhere or cell == one.cell) and said.holds(one.line):
            yield number


def _complaints(written: _Written, path: str) -> Iterator[Finding]:
    said = written.said
    for because in _unused(written):
        yield _at(written, finding("DIM901", path, because, "suppression.unused"))
    if written.used and not any(letter.isalnum() for letter in said.reason):
        because = f"no reason is given for ignoring {', '.join(sorted(written.used))}"
        # As grave as what it hides: else an error would be hidden from a run that fails on errors alone.
        severity: Severity | None = "error" if any(one.severity == "error" for one in written.hushed) else None
        yield _at(written, finding("DIM902", path, because, "suppression.no-reason", severity))


def _unused(written: _Written) -> Iterator[str]:
    said = written.said
    if not said.codes:
        yield "names no rule, so it suppresses nothing: write ignore[DIM204] and a reason"
    elif said.is_late:
        yield "ignore-file counts in the head of a file only, before its first statement"
    else:
        yield from (_why(code) for code in dict.fromkeys(said.codes) if code not in written.used)


def _why(code: str) -> str:
    if code.startswith(_NEVER) and code in RULES:
        return f"{code} cannot be suppressed in the file that it is about"
    where = "nothing here is" if code in RULES else "no rule is called"
    return f"{where} {code[:_LONGEST]}"


def _at(written: _Written, one: Finding) -> Finding:
    return replace(one, line=written.said.line, column=written.said.column, cell=written.cell)
