"""Which processes of a sweep are alive: each says so in the database, and goes on with the work of those who do not.

Measured on DBOS 3.4.0: what a killed process was at stays PENDING for ever, since DBOS recovers only the work of a
process with the same executor_id. Asked for by `resume_workflow` it begins anew at the step that was cut off; what the
old owner still writes, should it have been asleep only, is refused (`owner_xid`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from dimorder.errors import EnvironmentProblem
from dimorder.hub.sweep.store import EXECUTORS, now, put

EVERY, SILENT = 10.0, 60.0
"""Seconds between two signs of life, and without any until others take the work over."""


@dataclass
class Heart:
    """Of one process. own: its id, used once. silent: seconds; 0 where nobody else can be alive."""

    engine: sa.Engine
    own: str
    silent: float = SILENT
    lost: threading.Event = field(default_factory=threading.Event)

    def beat(self) -> None:
        """Say that we are alive. Raises EnvironmentProblem where others took our work over meanwhile."""
        where = sa.and_(EXECUTORS.c.id == self.own, EXECUTORS.c.taken_by == "")
        with self.engine.begin() as connection:
            told = connection.execute(sa.update(EXECUTORS).where(where).values(beat=now(self.engine)))
            if not told.rowcount:
                self.lost.set()
                raise EnvironmentProblem(
                    f"this worker gave no sign of life for {self.silent:.0f} s, and others took its work over",
                    hint="start it again",
                )

    def begin(self) -> None:
        """The first sign."""
        with self.engine.begin() as connection:
            put(connection, EXECUTORS, {"id": self.own, "beat": now(self.engine), "taken_by": ""})

    def end(self) -> None:
        """We stop: what is left is anybody's, at once; also what we began after others had taken over all before."""
        with self.engine.begin() as connection:
            put(connection, EXECUTORS, {"id": self.own, "beat": 0.0, "taken_by": ""})

    def take_over(self, resume: Callable[[str], int], busy: Callable[[], set[str]]) -> int:
        """Resume the work of those who fell silent, each by one survivor; how many jobs. resume: all of an executor's.

        Who took over and died over it is silent too: its own row lies below the same rule, and so does what it took.
        busy: executors that are at work as far as anybody knows. One without a row was taken over, woke, began another
        job, and was killed before it heard of it.
        """
        jobs = 0
        for one in self._taken():
            jobs += resume(one)
            with self.engine.begin() as connection:
                connection.execute(sa.delete(EXECUTORS).where(EXECUTORS.c.id == one))
        return jobs + sum(resume(one) for one in busy() - self._known())

    def _known(self) -> set[str]:
        with self.engine.connect() as connection:
            return set(connection.execute(sa.select(EXECUTORS.c.id)).scalars())

    def _taken(self) -> list[str]:
        """Marked as ours in one transaction, so that two survivors never share one."""
        heard = EXECUTORS.c.beat > now(self.engine) - self.silent
        # Where nobody else can be alive no clock is asked: it may have gone back since the other's last sign.
        is_alive = sa.or_(heard, EXECUTORS.c.id == self.own) if self.silent else EXECUTORS.c.id == self.own
        alive = sa.select(EXECUTORS.c.id).where(is_alive)
        where = sa.and_(
            sa.not_(is_alive), sa.or_(EXECUTORS.c.taken_by == "", EXECUTORS.c.taken_by.not_in(alive))
        )  # fmt: skip
        with self.engine.begin() as connection:
            found = list(connection.execute(sa.select(EXECUTORS.c.id).where(where)).scalars())
            return [one for one in found if self._take(connection, one, where)]

    def _take(self, connection: sa.Connection, one: str, where: sa.ColumnElement[bool]) -> bool:
        asked = sa.update(EXECUTORS).where(sa.and_(EXECUTORS.c.id == one, where)).values(taken_by=self.own)
        return bool(connection.execute(asked).rowcount)
