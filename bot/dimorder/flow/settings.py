"""What a user may say to `check`, as one value: defaults, configuration and command line merged."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from dimorder.errors import UsageError
from dimorder.finding import RULES, Finding, Severity
from dimorder.flow.change import Change
from dimorder.flow.globs import Glob
from dimorder.flow.stated import FailOn, Sureness

MIB = 1 << 20
_SEVERITIES: tuple[str, ...] = ("info", "warning", "error", "never")
_SURENESS: tuple[Sureness, ...] = ("unknown", "likely", "certain")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one run.

    select, extend_select, ignore: beginnings of rule codes; what one of the first two selects and the third does not
                    ignore is told. () for select selects all.
    per_file_ignores: (paths, beginnings of codes that are not told there).
    severity:       (beginning of codes, how severe they are); the longest that fits counts.
    min_severity, min_confidence: nothing milder or less sure is told.
    fail_on:        the mildest severity that makes the run fail.
    exit_zero:      findings do not make it fail; files that cannot be judged still do.
    strict:         a file that could not be judged makes the run fail, whatever is told of it.
    skip_foreign:   JSON, YAML and HDF5 that hold nothing of Keras are passed over also where they are named.
    exclude:        paths that are not looked at.
    base:           a revision of git: only what changed since then is told; "" for everything.
    baseline:       path of the findings that are known; "" for none. write_baseline: where to write them.
    stdin_filename: what the standard input is called, "" where it is not read.
    hook:           all that git's index holds is judged; what concerns the paths given is told.
    changed:        everything is judged; what concerns these files is told. None tells of everything.
    max_size:       bytes; larger files are not judged. max_memory: MiB, max_seconds: of one file; 0 goes by its size.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: FailOn = "warning"
    exit_zero: bool = False
    statistics: bool = False
    skip_foreign: bool = False
    max_size: int = 2048 * MIB
    max_memory: int = 0
    max_seconds: int = 0
    extend_select: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[Glob, tuple[str, ...]], ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    min_severity: Severity = "info"
    min_confidence: Sureness = "unknown"
    strict: bool = False
    exclude: tuple[Glob, ...] = ()
    base: str = ""
    baseline: str = ""
    write_baseline: str = ""
    stdin_filename: str = ""
    hook: bool = False
    changed: Change | None = None

    def tells(self, finding: Finding) -> bool:
        """Whether the user wants to hear of it."""
        selected = not self.select or finding.rule.startswith((*self.select, *self.extend_select))
        return (
            selected
            and not (self.ignore and finding.rule.startswith(self.ignore))
            and _SEVERITIES.index(finding.severity) >= _SEVERITIES.index(self.min_severity)
            and _sureness(finding) >= _SURENESS.index(self.min_confidence)
            and not any(finding.rule.startswith(off) and glob.fits(finding.path) for glob, off in self.per_file_ignores)
        )

    def weighed(self, finding: Finding) -> Finding:
        """The finding as severe as the user takes it."""
        fitting = [(code, severity) for code, severity in self.severity if finding.rule.startswith(code)]
        severity = max(fitting, key=lambda one: len(one[0]))[1] if fitting else finding.severity
        return finding if severity == finding.severity else replace(finding, severity=severity)

    def excludes(self, path: str) -> str:
        """The pattern that leaves the path out; "" for a path that is looked at."""
        return next((glob.pattern for glob in self.exclude if glob.fits(path)), "")


def codes(given: Iterable[str]) -> tuple[str, ...]:
    """Values of --select or --ignore, also several in one with commas; each must be the beginning of some code."""
    found = tuple(code for text in given for code in (part.strip().upper() for part in text.split(",")) if code)
    for code in found:
        if not any(known.startswith(code) for known in RULES):
            near = difflib.get_close_matches(code, RULES, 1)
            raise UsageError(f"no rule is called {code!r}", hint=f"did you mean {near[0]}?" if near else _all())
    return found


def is_failing(severity: Severity, fail_on: FailOn) -> bool:
    """Whether a finding of this severity makes a run fail."""
    return _SEVERITIES.index(severity) >= _SEVERITIES.index(fail_on)


def _sureness(finding: Finding) -> int:
    """What contradicts itself is as little known as what nobody knows."""
    return {"certain": 2, "likely": 1}.get(finding.confidence, 0)


def _all() -> str:
    return f"the rules are {', '.join(RULES)}"
