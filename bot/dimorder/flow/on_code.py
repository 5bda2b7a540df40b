"""A repository's code judged apart: all of it in one process, and from where that died, in the next."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from dimorder.errors import DimorderError, EnvironmentProblem, UnsafeContent, UsageError
from dimorder.flow.as_findings import refusal
from dimorder.flow.bundle import Bundle, bundled
from dimorder.flow.lint_report import Ask, Judged, Linted
from dimorder.flow.walk import Place
from dimorder.report_data import FileReport
from dimorder.sandbox import bounds, isolated
from dimorder.sandbox.bounds import Limits
from dimorder.sandbox.isolated import ChildFailed, Flow, Host
from dimorder.sandbox.outside import Progress

LINT = Flow("dimorder.flow.lint:lint", Linted, looks=True)
_SECONDS = 120.0
"""For one file in one world, beside what its size takes: steps bound it to a few, a busy machine makes many of them."""
_MOST_DEATHS = 8
"""Files that may end the process that reads them, before the rest of a repository is not worth the time."""


def lint_files(
    places: Sequence[Place], modules: Sequence[Place], models: tuple[Judged, ...], progress: Progress
) -> tuple[list[FileReport], list[tuple[str, ChildFailed]]]:
    """What is wrong with the code at these places, and the paths that met a bug of ours.

    modules: what it may import besides. models: what it may load.
    """
    with ExitStack() as stack:
        bundle, ask, left_out = asked(stack, places, modules, models)
        found, bugs = _in_turn(bundle, ask, progress)
        return [_left_out(path) for path in left_out] + found, bugs


def asked(
    stack: ExitStack, places: Sequence[Place], modules: Sequence[Place], models: tuple[Judged, ...]
) -> tuple[Bundle, Ask, list[str]]:
    """The code in one file, what is asked about it, and the paths that found no room."""
    everything = {place.path: place.real for place in (*places, *modules)}
    bundle = bundled(stack, everything.items())
    gone = set(bundle.left_out)
    judge = tuple(place.path for place in places if place.path not in gone)
    named = tuple(place.path for place in places if place.named)
    left_out = [place.path for place in places if place.path in gone]
    return bundle, Ask(bundle.pieces, judge, named, models), left_out


def _in_turn(
    bundle: Bundle, ask: Ask, progress: Progress
) -> tuple[list[FileReport], list[tuple[str, ChildFailed]]]:
    """All files, whatever single ones do to the process that reads them."""
    found: list[FileReport] = []
    bugs: list[tuple[str, ChildFailed]] = []
    while ask.judge:
        reached = _Reached(progress, len(found) + len(bugs))
        try:
            report = isolated.run_isolated(
                LINT, {"source": bundle.file}, {"source": "the code"}, ask, limits(bundle), Host(reached, {})
            )
            _check_is_about(report, ask)
            return found + list(report.reports), bugs
        except (EnvironmentProblem, UsageError):
            raise
        except (DimorderError, ChildFailed) as error:
            # The reports of those before it were lost with it: they are judged again, without it.
            broken = ask.judge[min(reached.done, len(ask.judge) - 1)]
            ask = replace(ask, judge=tuple(path for path in ask.judge if path != broken))
            if isinstance(error, ChildFailed):
                bugs.append((broken, error))
            else:
                found.append(FileReport(broken, (refusal(error, broken),)))
        if len(found) + len(bugs) >= _MOST_DEATHS:
            return found + [_given_up(path) for path in ask.judge], bugs
    return found, bugs


class _Reached:
    """Passes progress on, and keeps how far it came."""

    def __init__(self, progress: Progress, before: int) -> None:
        self.progress, self.before, self.done = progress, before, 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.done = done
        self.progress(stage, self.before + done, self.before + total)


def limits(bundle: Bundle) -> Limits:
    """What reading so much code may take: steps bound the time, and trees the memory."""
    size = sum(piece.size for piece in bundle.pieces)
    found = bounds.for_looking([size])
    return replace(
        found,
        use=replace(found.use, cpu=24 * 3600, memory=found.use.memory + 32 * size),
        stall=_SECONDS,
        patience=found.patience + _SECONDS,
        total=24 * 3600,
    )


def _check_is_about(report: Linted, ask: Ask) -> None:
    """Whoever read a stranger's code says nothing about files that it was not asked about."""
    told = [one.path for one in report.reports]
    inside = {found.path for one in report.reports for found in one.findings}
    if tuple(told) != ask.judge or not inside <= set(told):
        raise ChildFailed("its report is about other code than it was given")


def _given_up(path: str) -> FileReport:
    because = UnsafeContent(
        f"not read, since {_MOST_DEATHS} files beside it ended the process that read them",
        hint="exclude those, or name the files to check",
        code="limits.time",
    )
    return FileReport(path, (refusal(because, path),))


def _left_out(path: str) -> FileReport:
    large = UnsafeContent("more code than is read", hint="name the folders to check", code="input.too-large")
    return FileReport(path, (refusal(large, path),))
