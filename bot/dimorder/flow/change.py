"""What a pull request changes: those files are told of, held against the whole repository."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from dimorder.finding import Finding, Skipped
from dimorder.flow.kinds import by_name
from dimorder.flow.mates import mate
from dimorder.report_data import FileReport

_CODE = ("python", "notebook")


@dataclass(frozen=True, slots=True)
class Change:
    """Real paths. files: written anew or changed. deleted: there no more. submodules: now at another commit."""

    files: frozenset[str]
    deleted: frozenset[str] = frozenset()
    submodules: frozenset[str] = frozenset()


def concerning(reports: Sequence[FileReport], change: Change, named: Iterable[Skipped]) -> list[FileReport]:
    """What of the reports concerns the changed files, or models beside one that the change deletes.

    A twin, a certificate or an architecture that goes may leave a finding on the model that stays; an architecture that
    comes or changes may make one.
    named: what the user named and nobody could look at, which is told whether or not it changed.
    """
    always = {one.path for one in named}
    bereft = {os.path.dirname(path) for path in change.deleted if by_name(path) in ("model", "text")}
    certified = {os.path.dirname(path) for path in change.files if path.endswith(".proof.json")}
    real = resolving()

    def concerns(finding: Finding) -> bool:
        ways = [real(path) for path in (finding.path, mate(finding.path), *(one.path for one in finding.related))]
        beside = by_name(finding.path) in ("model", "text") and os.path.dirname(ways[0]) in bereft | certified
        return beside or not change.files.isdisjoint(ways)

    return list(left(reports, lambda path: path in always or real(path) in change.files, concerns))


def unsaid(reports: Sequence[FileReport], told: Sequence[FileReport], tells: Callable[[Finding], bool]) -> int:
    """How many findings in code are left out: judged for what it imports, it may have had them before."""
    every, kept = (
        Counter(one for report in found for one in report.findings if by_name(one.path) in _CODE and tells(one))
        for found in (reports, told)
    )
    return (every - kept).total()


def left(
    reports: Sequence[FileReport], is_named: Callable[[str], bool], concerns: Callable[[Finding], bool]
) -> Iterator[FileReport]:
    """The reports on files that are named, and what of the others concerns them."""
    for report in reports:
        if is_named(report.path):
            yield report
        elif found := tuple(one for one in report.findings if concerns(one)):
            yield replace(report, findings=found)


def resolving() -> Callable[[str], str]:
    """Paths as a change names them: no link in their folders, and themselves the link where they are one."""

    @cache
    def folder(path: str) -> str:
        return os.path.realpath(path)

    def real(path: str) -> str:
        return os.path.join(folder(os.path.dirname(path)), os.path.basename(path))

    return real
