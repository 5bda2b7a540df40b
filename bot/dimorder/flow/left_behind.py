"""Why a layout cannot move in the whole repository: code that would stay where it is, or that nobody could read."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.finding import NOT_JUDGED
from dimorder.flow.ask import NOT_OURS
from dimorder.flow.lint_report import Linted, Mending
from dimorder.flow.wish import Wish
from dimorder.report_data import FileReport

_UNENDED = "limits.steps"


def in_the_way(linted: Linted, wish: Wish) -> str:
    """The first reason in one sentence, "" for none. linted: of all code, also of what nobody asked to check."""
    return linted.in_the_way or wish.in_the_way or next(_reasons(linted, wish), "")


def _reasons(linted: Linted, wish: Wish) -> Iterator[str]:
    read = {one.path for one in wish.ask.pieces}
    for path in wish.around:
        if path not in read:
            yield f"{path} is not read: more code than is read"
    for report in linted.reports:
        yield from _unread(report)
    for mending in linted.mendings:
        if mending.fingerprint not in wish.only and not all(one.safe for one in mending.remedies):
            yield _unasked(mending)


def _unread(report: FileReport) -> Iterator[str]:
    """Troubles of code that has nothing to do with Keras are told as info."""
    if report.skipped is not None and report.skipped.code != NOT_OURS:
        yield f"{report.path} is not read: {report.skipped.because}"
    for one in report.findings:
        if one.rule in NOT_JUDGED and (one.severity != "info" or one.code == _UNENDED):
            yield f"{report.path} is not read: {one.message}"


def _unasked(mending: Mending) -> str:
    remedy = next(one for one in mending.remedies if not one.safe)
    place = remedy.place
    cell = f"cell {place.cell}, " if place.cell else ""
    where = f"{place.path}:{cell}{place.line}"
    return f"{where} would have to move, too ({remedy.description}), and its finding is not among those told here"
