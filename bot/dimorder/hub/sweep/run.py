"""One sweep: repositories found and chosen, jobs begun and waited for, every repository with its line."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

import msgspec
import sqlalchemy as sa

from dimorder.fleet import Fleet, Line
from dimorder.hub.access import Access
from dimorder.hub.problem import ApiProblem
from dimorder.hub.sweep.candidate import Candidate
from dimorder.hub.sweep.choosing import Choice
from dimorder.hub.sweep.crew import Crew
from dimorder.hub.sweep.discovery import due
from dimorder.hub.sweep.durable import LAID_DOWN
from dimorder.hub.sweep.sources import Sources, Unfound, found
from dimorder.hub.sweep.task import Task, Wishes
from dimorder.sandbox.outside import Progress

_LOOKS = 0.1
"""Seconds between two looks for jobs that are done."""


@dataclass
class Sweep:
    """What a run knows on its way. told: called with every line as soon as there is one."""

    access: Access
    crew: Crew
    wishes: Wishes
    progress: Progress
    told: Callable[[Line], None]
    run: str = field(default_factory=lambda: secrets.token_hex(8))
    lines: list[Line] = field(default_factory=list)
    waiting: dict[str, Task] = field(default_factory=dict)
    looked: float = 0.0

    def through(self, sources: Sources, choice: Choice) -> Fleet:
        """All of it. A repository of another shard has no line."""
        start = time.monotonic()
        try:
            self._go(sources, choice)
        except BaseException:
            self.crew.durable.stop_waiting()
            with suppress(sa.exc.SQLAlchemyError):
                self.crew.durable.lay_down(list(self.waiting))
            raise
        part, parts = choice.shard
        lines = tuple(sorted(self.lines, key=lambda line: line.repository.lower()))
        shard = f"{part}/{parts}" if parts > 1 else ""
        seconds = time.monotonic() - start
        return Fleet(lines, self.wishes.apply, shard, seconds=seconds, notes=notes(self.crew.resumed))

    def _go(self, sources: Sources, choice: Choice) -> None:
        for one in found(self.access, sources):
            # Where a listing breaks off, what is missing may be anybody's.
            if choice.is_ours(one.name) or (isinstance(one, Unfound) and one.is_listing):
                self._met(one, choice)
            if time.monotonic() - self.looked > _LOOKS:
                self._gather()
        while self.waiting:
            time.sleep(_LOOKS)
            self._gather()

    def _met(self, one: Candidate | Unfound, choice: Choice) -> None:
        if isinstance(one, Unfound):
            self._line(Line(one.name, "failed", one.because))
            return
        because = choice.against(one)
        if because:
            self._line(Line(one.name, "excluded", because))
            return
        try:
            next_one = due(self.access, self.crew.ledger, one, self.wishes, self.run)
        except ApiProblem as problem:
            next_one = Line(one.name, "failed", problem.sentence)
        if isinstance(next_one, Line):
            self._line(next_one)
        else:
            self._begin(next_one)

    def _begin(self, task: Task) -> None:
        """Under a key of its own, where an earlier job under this one came to no judgement, and never will."""
        while isinstance(told := self.crew.durable.ended([task.key]).get(task.key), str):
            self.crew.resumed += told == LAID_DOWN
            task = replace(task, attempt=task.attempt + 1)
        self.crew.durable.begin(task)
        self.waiting[task.key] = task

    def _gather(self) -> None:
        """Take in what is done by now."""
        self.looked = time.monotonic()
        self.crew.check()
        self.progress("sweeping", len(self.lines), len(self.lines) + len(self.waiting))
        for key, given in self.crew.durable.ended(list(self.waiting)).items():
            task = self.waiting.pop(key)
            if given == LAID_DOWN:  # by another sweep that had asked for it as well
                self._begin(task)
            elif isinstance(given, str):
                self._line(Line(task.repository, "failed", given, commit=task.commit))
            else:
                self._line(msgspec.convert(given, Line))

    def _line(self, line: Line) -> None:
        self.lines.append(line)
        self.told(line)


def notes(resumed: int) -> tuple[str, ...]:
    """What is to be said of jobs that others had begun."""
    jobs = "1 job" if resumed == 1 else f"{resumed} jobs"
    return (f"{jobs} of a process that ended too early went on",) if resumed else ()
