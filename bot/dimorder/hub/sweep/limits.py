"""How many pull requests are opened: by one sweep, and in an hour by all sweeps of this database."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from dimorder.hub.sweep.store import OPENINGS, now, put
from dimorder.hub.sweep.task import Task

_HOUR = 3600.0
_KEPT = 30 * 24 * _HOUR
"""Seconds; no sweep takes longer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Places for pull requests: taken before one is opened, given back where none was."""

    engine: sa.Engine

    def take(self, task: Task) -> str:
        """Why there is no place for it now; "" where it has one, also from before it was cut off."""
        ours = OPENINGS.c.run == task.run
        mine = sa.and_(ours, OPENINGS.c.repository == task.repository.lower())
        with self.engine.begin() as connection:
            _alone(connection)
            moment = connection.execute(sa.select(now(self.engine))).scalar_one()
            connection.execute(sa.delete(OPENINGS).where(OPENINGS.c.at < moment - _KEPT))
            row = {"run": task.run, "repository": task.repository.lower(), "at": moment}
            put(connection, OPENINGS, row)
            run = self._count(connection, ours)
            hour = self._count(connection, OPENINGS.c.at > moment - _HOUR)
            because = _against(task, run, hour)
            if because:
                connection.execute(sa.delete(OPENINGS).where(mine))
        return because

    def give_back(self, task: Task) -> None:
        """No pull request was opened."""
        mine = sa.and_(OPENINGS.c.run == task.run, OPENINGS.c.repository == task.repository.lower())
        with self.engine.begin() as connection:
            connection.execute(sa.delete(OPENINGS).where(mine))

    def _count(self, connection: sa.Connection, where: sa.ColumnElement[bool]) -> int:
        found = connection.execute(sa.select(sa.func.count()).select_from(OPENINGS).where(where)).scalar_one()
        return int(found)


def _alone(connection: sa.Connection) -> None:
    """So that two who take the last place at once do not both find it free: neither sees what is not yet committed.

    In SQLite the first write locks out all others.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"LOCK TABLE {OPENINGS.name} IN EXCLUSIVE MODE"))


def _against(task: Task, run: int, hour: int) -> str:
    if run > task.wishes.per_run:
        return f"this sweep has opened its {task.wishes.per_run} pull requests"
    if hour > task.wishes.per_hour:
        return f"{task.wishes.per_hour} pull requests were opened within the hour"
    return ""
