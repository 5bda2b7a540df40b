"""What a user may say to `check`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dimorder.errors import UsageError
from dimorder.finding import RULES, Finding, Severity

FailOn = Literal["error", "warning", "info", "never"]
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one run.

    select, ignore: beginnings of rule codes; what is selected and not ignored is told. () selects all.
    fail_on:        the mildest severity that makes the run fail.
    exit_zero:      findings do not make it fail; files that cannot be judged still do.
    skip_foreign:   JSON, YAML and HDF5 that hold nothing of Keras are passed over also where they are named.
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

    def tells(self, finding: Finding) -> bool:
        """Whether the user wants to hear of it."""
        selected = not self.select or finding.rule.startswith(self.select)
        return selected and not (self.ignore and finding.rule.startswith(self.ignore))


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
    order = ("info", "warning", "error", "never")
    return order.index(severity) >= order.index(fail_on)


def _all() -> str:
    return f"the rules are {', '.join(RULES)}"
