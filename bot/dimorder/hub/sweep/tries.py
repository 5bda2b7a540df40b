"""How often a repository was opened: one that ends its process each time would end all workers, one by one."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from dimorder.errors import EnvironmentProblem
from dimorder.hub.sweep.store import TRIES, put

MOST = 8


@dataclass(frozen=True, slots=True)
class Tries:
    """Of jobs whose files were opened, and that have not come to a judgement."""

    engine: sa.Engine

    def one_more(self, job: str) -> None:
        """Count it. Raises EnvironmentProblem where that was enough; the next sweep may begin it anew."""
        with self.engine.begin() as connection:
            asked = sa.select(TRIES.c.number).where(TRIES.c.job == job)
            number = int(connection.execute(asked).scalar() or 0) + 1
            put(connection, TRIES, {"job": job, "number": number})
        if number > MOST:
            raise EnvironmentProblem(
                f"it was opened {MOST} times, and each time the process ended", hint="look at it with dimorder check"
            )

    def done(self, job: str) -> None:
        """It has been judged."""
        with self.engine.begin() as connection:
            connection.execute(sa.delete(TRIES).where(TRIES.c.job == job))
