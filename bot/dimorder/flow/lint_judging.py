"""What is said of places in one file becomes its report, with what would mend it and what stands in the way of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from dimorder.finding import Finding, Fix, Skipped
from dimorder.flow.as_findings import finding, source_line
from dimorder.flow.lint_report import Mending
from dimorder.flow.suppression import suppressed
from dimorder.lint.code import Told
from dimorder.lint.unmoved import table as unmoved
from dimorder.program import Place
from dimorder.report_data import FileReport

UNMOVED = "code.unread"
"""What findings without an edit are called that speak of a layout which has to move with the model's; data that have to
are looked for in the code as it would be written."""
_UNSAID = "images.unmoved"
_NOT_EDITED = "no fix is offered, since Python 2 is read and not edited"


@dataclass
class Judging:
    """One file on its way to a report. cells: its text, of notebooks by cell. told: what is said of places in it.

    older: those cells that only Python 2 reads.
    """

    troubles: list[Finding]
    cells: dict[int | None, str] = field(default_factory=dict)
    told: dict[tuple[str, Place], Told] = field(default_factory=dict)
    skipped: Skipped | None = None
    stopped: tuple[Finding, ...] = ()
    older: set[int | None] = field(default_factory=set)

    def is_editable(self, told: Told) -> bool:
        """Whether its edits could be made: what was translated from Python 2 has no text that they fit."""
        return bool(told.remedies) and told.place.cell not in self.older

    def is_stuck(self, told: Told) -> bool:
        """Whether it has to move with the layout, and no edit moves it."""
        if told.remedies:
            return not self.is_editable(told) and not all(one.safe for one in told.remedies)
        return told.code == UNMOVED


@dataclass(frozen=True, slots=True)
class Judged:
    """One file's report, what would mend its findings, and what of it no edit moves with the layout."""

    report: FileReport
    mendings: tuple[Mending, ...] = ()
    stuck: tuple[str, ...] = ()


def judged(path: str, own: Judging, shown: Mapping[str, str], unmoved_at: Iterable[Place]) -> Judged:
    """What is said of one file that was read.

    shown: paths as users know them, by paths as the project knows them. unmoved_at: where the code keeps a layout in
    its place, which is told only once the rest moves: a comment that calls such a line right is of use.
    """
    if own.skipped is not None:
        return Judged(FileReport(path, skipped=own.skipped))
    pairs = [(_finding(one, path, own), one) for one in own.told.values()]
    pairs.sort(key=lambda pair: (pair[0].cell or 0, pair[0].line or 0, pair[0].column or 0, pair[0].rule))
    unsaid = [_at(one, path) for one in unmoved_at]
    kept = suppressed(own.cells, [*own.troubles, *(one for one, _ in pairs), *unsaid], path)
    left = {id(one) for one in kept.findings}
    pairs = [pair for pair in pairs if id(pair[0]) in left]
    number = kept.number - sum(id(one) not in left for one in unsaid)
    told = [one for one in kept.findings if one.code != _UNSAID]
    return Judged(
        FileReport(path, (*told, *own.stopped), suppressed=number),
        tuple(_mending(one, told, shown) for one, told in pairs if own.is_editable(told)),
        tuple(_stuck(one) for one, told in pairs if own.is_stuck(told)),
    )


def _at(place: Place, path: str) -> Finding:
    bare = finding(unmoved.RULE, path, "", _UNSAID)
    return replace(bare, line=place.line, column=place.column, cell=place.cell)


def _finding(told: Told, path: str, own: Judging) -> Finding:
    place = told.place
    editable = own.is_editable(told)
    message = told.message if editable or not told.remedies else f"{told.message} ({_NOT_EDITED})"
    made = finding(told.rule, path, message, told.code, told.severity, told.confidence)
    return replace(
        made,
        line=place.line,
        column=place.column,
        cell=place.cell,
        related=told.related,
        fix=_fix(told) if editable else None,
        source=source_line(own.cells.get(place.cell, ""), place.line),
    )


def _fix(told: Told) -> Fix:
    said = dict.fromkeys(one.description for one in told.remedies)
    return Fix(all(one.safe for one in told.remedies), "; ".join(said))


def _stuck(found: Finding) -> str:
    cell = f"cell {found.cell}, " if found.cell else ""
    return f"no edit moves {found.path}:{cell}{found.line} ({found.rule}: {found.message})"


def _mending(found: Finding, told: Told, shown: Mapping[str, str]) -> Mending:
    """shown: paths as users know them, by paths as the project knows them: an edit may be one of another file."""
    places = (replace(one.place, path=shown.get(one.place.path, one.place.path)) for one in told.remedies)
    remedies = (replace(one, place=place) for one, place in zip(told.remedies, places, strict=True))
    return Mending(found.fingerprint, tuple(remedies))
