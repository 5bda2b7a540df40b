"""The gate of everything that writes with the tokens of one owner, in many programs or on many machines: a row.

A passage is a lease. Whoever is killed inside is noticed at once on the same machine, elsewhere when the lease ends:
the write that was on its way is over by then, one way or the other, and the second to the next counts from there.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from dimorder.errors import EnvironmentProblem, UsageError
from dimorder.hub.alive import is_gone, this_program
from dimorder.hub.gate import HOUR, LONGEST, Pace, refuse_beyond
from dimorder.hub.problem import ApiProblem

_LOOK, _QUEUE = 0.05, 600.0
"""Seconds between looks at a passage that somebody is in, and until looking is given up."""
_LONGEST_WAIT = 2 * HOUR
"""Seconds; GitHub's limits are of an hour. What lies further ahead was written by a clock that has gone back since."""
_BUSY = 30.0
"""Seconds that a statement waits for another's."""

_TABLES = sa.MetaData()
# Times are seconds since 1970 by the database's clock. next: when the following write may begin.
_GATE = sa.Table(
    "dimorder_gate", _TABLES,
    sa.Column("owner", sa.String, primary_key=True),
    sa.Column("next", sa.Double, nullable=False),
    sa.Column("holder", sa.String, nullable=False),
    sa.Column("lease", sa.Double, nullable=False),
)  # fmt: skip
_WRITES = sa.Table(
    "dimorder_gate_writes", _TABLES,
    sa.Column("owner", sa.String, primary_key=True),
    sa.Column("holder", sa.String, primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
)  # fmt: skip


class SharedGate:
    """The row of one owner. url: of the database, sqlite:///FILE or postgresql://HOST/NAME.

    sleep: so that tests need not wait.
    """

    def __init__(
        self, url: str, owner: str, pace: Pace | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._owner, self._pace, self._sleep = owner, pace or Pace(), sleep
        self._engine = _engine(url)
        with _explained():
            _create(self._engine)

    @contextmanager
    def passage(self, longest: float = LONGEST) -> Iterator[None]:
        """One after the other, wherever they run."""
        holder = f"{this_program()} {secrets.token_hex(8)}"
        self._enter(holder, longest)
        try:
            yield
        finally:
            with suppress(SQLAlchemyError):  # the write is done: better a lease that ends by itself than its loss
                self._leave(holder)

    def told_to_wait(self, seconds: float) -> None:
        """GitHub wants no write before."""
        with _explained(), self._row() as (connection, row, now):
            self._set(connection, next=max(_believed(row.next, now), now + min(seconds, _LONGEST_WAIT)))

    def _enter(self, holder: str, longest: float) -> None:
        end = time.monotonic() + _QUEUE
        while True:
            with _explained():
                wait = self._turn(holder, longest)
            if not wait:
                return
            refuse_beyond(self._pace.patience, wait)
            if time.monotonic() > end:
                raise ApiProblem(f"others have been writing for {_QUEUE:.0f} s without a gap", 429, wait=_QUEUE / 10)
            self._sleep(wait)

    def _turn(self, holder: str, longest: float) -> float:
        """Seconds to wait; 0 with the passage taken."""
        with self._row() as (connection, row, now):
            lease, following = (_believed(one, now) for one in (row.lease, row.next))
            if row.holder and lease > now and not is_gone(row.holder.rpartition(" ")[0]):
                return _LOOK
            # A holder that is gone may have written up to this moment.
            earliest = max(following, now + self._pace.between if row.holder else 0.0)
            wait = max(earliest, self._hour_allows(connection, now)) - now
            if wait > 0:
                self._set(connection, holder="", next=earliest)
                return float(wait)
            self._set(connection, holder=holder, lease=now + longest)
            connection.execute(_WRITES.insert().values(owner=self._owner, holder=holder, at=now))
            connection.execute(_WRITES.delete().where(_WRITES.c.owner == self._owner, _WRITES.c.at <= now - HOUR))
            return 0.0

    def _leave(self, holder: str) -> None:
        with self._row() as (connection, row, now):
            if row.holder == holder:
                self._set(connection, holder="", next=max(_believed(row.next, now), now + self._pace.between))

    def _hour_allows(self, connection: sa.Connection, now: float) -> float:
        """When the hour has room for one more."""
        within = _WRITES.c.at.between(now - HOUR, now + _LONGEST_WAIT)
        lately = sa.select(_WRITES.c.at).where(_WRITES.c.owner == self._owner, within)
        nth = lately.order_by(_WRITES.c.at.desc()).offset(self._pace.per_hour - 1).limit(1)
        found = connection.execute(nth).scalar()
        return 0.0 if found is None else float(found) + HOUR

    @contextmanager
    def _row(self) -> Iterator[tuple[sa.Connection, Any, float]]:
        """The row, which nobody else reads or changes meanwhile, and the time.

        To insert comes first: where the row is there it changes nothing, and lets SQLite lock before it reads.
        """
        insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        fresh = insert(_GATE).values(owner=self._owner, next=0.0, holder="", lease=0.0).on_conflict_do_nothing()
        own = sa.select(_GATE).where(_GATE.c.owner == self._owner).with_for_update()
        with self._engine.begin() as connection:
            connection.execute(fresh)
            row = connection.execute(own).one()
            yield connection, row, self._now(connection)

    def _now(self, connection: sa.Connection) -> float:
        """One clock for all: machines of their own each have their own."""
        if self._engine.dialect.name == "sqlite":
            return time.time()
        return float(connection.execute(sa.select(sa.extract("epoch", sa.func.clock_timestamp()))).scalar_one())

    def _set(self, connection: sa.Connection, **values: str | float) -> None:
        connection.execute(_GATE.update().where(_GATE.c.owner == self._owner).values(**values))


def _believed(moment: float, now: float) -> float:
    return float(moment) if moment <= now + _LONGEST_WAIT else 0.0


def _engine(url: str) -> sa.Engine:
    try:
        place = sa.make_url(url)
    except SQLAlchemyError:
        raise UsageError("the database's address is none", hint="sqlite:///FILE or postgresql://HOST/NAME") from None
    if place.get_backend_name() == "sqlite":
        return sa.create_engine(place, connect_args={"timeout": _BUSY})
    return sa.create_engine(place.set(drivername="postgresql+psycopg"), pool_pre_ping=True)


def _create(engine: sa.Engine) -> None:
    """PostgreSQL may fail who creates what another is creating: then it is there the second time."""
    with suppress(SQLAlchemyError):
        _create_once(engine)
    _create_once(engine)


def _create_once(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for table in _TABLES.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise EnvironmentProblem(
            f"the database of the write gate does not answer ({type(error).__name__})", hint="nothing was written"
        ) from None
