"""`check` on paths: every file judged apart from the others, so that one that kills its reader harms none."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from dimorder.finding import Skipped
from dimorder.flow.change import concerning, unsaid
from dimorder.flow.chosen import chosen
from dimorder.flow.hook import told
from dimorder.flow.lint_report import Judged
from dimorder.flow.look import Look, look, skipped
from dimorder.flow.naming import CERTIFICATE
from dimorder.flow.on_code import lint_files
from dimorder.flow.settings import Settings
from dimorder.flow.summing import BUG, summed
from dimorder.flow.surroundings import Surroundings, surroundings
from dimorder.flow.twins import Twins, with_twins
from dimorder.flow.walk import Passed, Place
from dimorder.report_data import OUTCOMES, FileReport, FindingsReport, Outcome
from dimorder.sandbox.isolated import ChildFailed, prepare
from dimorder.sandbox.outside import Progress

if TYPE_CHECKING:
    from dimorder.flow.on_fixes import Fixing

_UNSAID = "findings not told, in code that stays and imports or loads what changes: {} (some may be the change's)"


def check_paths(paths: Sequence[str], settings: Settings, progress: Progress) -> FindingsReport:
    """What is wrong with the files at these paths; whatever happens with one of them, the others are judged."""
    with ExitStack() as stack:
        return _checked(stack, paths, settings, progress)[1]


def fix_paths(paths: Sequence[str], settings: Settings, fixing: Fixing, progress: Progress) -> FindingsReport:
    """The same once what the settings tell of is mended as far as it can be: the findings are those that are left."""
    from dimorder.flow.on_fixes import Met, fix, recover  # a hook that mends nothing starts half a second sooner

    recovered = "" if fixing.dry else recover(paths)
    with ExitStack() as stack:
        run, report = _checked(stack, paths, settings, progress)
        around = run.around() if run.code else Surroundings((), run.models())
        met = Met(report.findings, tuple(run.code), around.modules, around.models)
        fixes = fix(paths, met, fixing, settings, progress, recovered)
        if fixes.written:
            run, report = _checked(stack, paths, settings, progress)
    changed: Outcome = "finding" if fixes.fixed else "clean"
    outcome = max((report.outcome, changed), key=OUTCOMES.index)
    return replace(report, fixes=fixes, outcome=outcome)


def _checked(
    stack: ExitStack, paths: Sequence[str], settings: Settings, progress: Progress
) -> tuple[_Run, FindingsReport]:
    """What stood on the standard input is kept as long as the stack."""
    run = _Run(settings, progress)
    places = chosen(stack, paths, settings)
    if any(isinstance(one, Place) and one.path.endswith(CERTIFICATE) for one in places):
        prepare()  # conversions may be made again, which takes more than looking
    run.look_at(places)
    run.read_code()
    if not settings.stdin_filename:
        run.compare()
    reports = run.in_order()
    if not settings.stdin_filename:
        reports = with_twins(reports, run.twins)
    reports = told(reports, places) if settings.hook else reports
    kept = concerning(reports, settings.changed, run.unjudged) if settings.changed else reports
    report = summed(kept, run.unjudged, [*run.bugs, *run.twins.bugs], settings)
    left_out = unsaid(reports, kept, lambda one: settings.tells(settings.weighed(one)))
    return run, replace(report, notes=(*report.notes, _UNSAID.format(left_out))) if left_out else report


class _Run:
    """What is found on the way. unjudged: what the user named and nobody looks at. bugs: our own failures."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.settings, self.progress = settings, progress
        self.twins = Twins(progress)
        self.found: dict[str, list[FileReport]] = {}
        self.looks: list[Look] = []
        self.code: list[Place] = []
        self.unjudged: list[Skipped] = []
        self.bugs: list[str] = []

    def look_at(self, places: Sequence[Place | Passed]) -> None:
        """Judge everything but code, which is judged together since its files import each other."""
        for done, place in enumerate(places):
            self.progress("checking", done, len(places))
            if isinstance(place, Passed):
                self._keep(FileReport(place.skipped.path, skipped=place.skipped))
                self.unjudged += [place.skipped] if place.named else []
                continue
            self.found.setdefault(place.path, [])
            try:
                seen = look(place, self.settings)
            except ChildFailed as bug:
                self._bug(place.path, bug)
                continue
            self.looks.append(seen)
            self.code += [place] if seen.is_code else []
            for report in seen.reports:
                self._keep(report)

    def read_code(self) -> None:
        """Judge the code, held against the models that it loads."""
        if not self.code:
            return
        around = self.around()
        reports, bugs = lint_files(self.code, around.modules, around.models, self.progress)
        for report in reports:
            self._keep(report)
        for path, bug in bugs:
            self._bug(path, bug)

    def compare(self) -> None:
        """Hold files that are called like conversions against their originals."""
        models = self.models()
        if len(models) < 2:
            return
        from dimorder.flow.conversions import wrong_conversions

        try:
            for found in wrong_conversions(models, self.twins.is_proven, self.progress):
                *others, own = self.found[found.path]
                self.found[found.path] = [*others, replace(own, findings=(*own.findings, found))]
        except ChildFailed as bug:
            self.bugs.append(str(bug))

    def around(self) -> Surroundings:
        """What the code is held against."""
        return surroundings(self.code, tuple(self.found), self.looks, self.settings)

    def models(self) -> tuple[Judged, ...]:
        """The models among the files that were looked at."""
        return tuple(one.judged for one in self.looks if one.judged)

    def in_order(self) -> list[FileReport]:
        return [report for reports in self.found.values() for report in reports]

    def _keep(self, report: FileReport) -> None:
        self.found.setdefault(report.path, []).append(report)

    def _bug(self, path: str, bug: ChildFailed) -> None:
        self._keep(skipped(path, "this file met a bug of dimorder", BUG))
        self.bugs.append(str(bug))
