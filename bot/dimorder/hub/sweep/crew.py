"""A process at work on jobs: its database, its folder, its signs of life, and the work that others left behind."""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import sqlalchemy as sa

from dimorder.errors import EnvironmentProblem
from dimorder.fleet import Line
from dimorder.hub.access import Access
from dimorder.hub.sweep import durable as dbos
from dimorder.hub.sweep.durable import Durable, Queues
from dimorder.hub.sweep.heart import EVERY, SILENT, Heart
from dimorder.hub.sweep.ledger import Ledger
from dimorder.hub.sweep.limits import Limits
from dimorder.hub.sweep.scratch import scratch
from dimorder.hub.sweep.steps import Work
from dimorder.hub.sweep.store import engine, unreachable
from dimorder.hub.sweep.tries import Tries
from dimorder.sandbox.files import explaining

_PATIENCE = 5
"""With a database that does not answer: so many times as long as with a silent worker."""


class Stopped(BaseException):
    """The process is to end: no error of the job, and nothing to be remembered."""


@dataclass(frozen=True, slots=True)
class House:
    """Where the work is done. url: of the database. scratch: a folder for what is made on the way.

    apply: which jobs are taken, those that write or those that do not. silent: seconds without a sign of life until a
    worker's jobs are taken; every: between two signs.
    """

    url: str
    api: str
    scratch: str
    at_once: int = 2
    apply: bool = False
    silent: float = SILENT
    every: float = EVERY


@dataclass
class Crew:
    """What a running process offers. resumed: how many jobs of dead processes are gone on with, or begun anew."""

    durable: Durable
    ledger: Ledger
    heart: Heart
    resumed: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raises EnvironmentProblem where others have taken our work over."""
        if self.heart.lost.is_set():
            raise EnvironmentProblem(
                "this worker was silent for too long, and others took its work over", hint="start it again"
            )


@contextmanager
def at_work(house: House, access: Access, done: Callable[[Line], None] = lambda line: None) -> Iterator[Crew]:
    """Jobs run here until the end of it; what is not done then is anybody's. done: told of each, from its thread."""
    own = secrets.token_hex(8)
    with ExitStack() as stack:
        is_file = house.url.startswith("sqlite")
        if is_file:
            stack.enter_context(_alone(urlsplit(house.url).path[1:]))
        base = engine(house.url)
        stack.callback(base.dispose)
        folder = stack.enter_context(scratch(house.scratch, own))
        stopping = threading.Event()

        def go_on(stage: str, done: int, total: int) -> None:
            if stopping.is_set():
                raise Stopped

        ledger = Ledger(base, house.api)
        work = Work(access, ledger, Limits(base), Tries(base), folder, go_on, done)
        # Nobody else holds the file's lock, so whoever left work in it is dead.
        heart = Heart(base, own, 0.0 if is_file else house.silent)
        place = dbos.Place(house.url, own, Queues(house.api), house.at_once, house.apply, alone=is_file)
        try:
            heart.begin()
            stack.callback(_end, heart)
            durable = dbos.launched(place, work)
            stack.callback(dbos.closed, durable, own)
            stack.callback(stopping.set)
            durable.give_up_older()
            durable.forget_old()
            crew = Crew(durable, ledger, heart, heart.take_over(durable.resume, durable.busy), stopping)
            stack.enter_context(_beating(crew, house, take_over=not is_file))
            yield crew
        except sa.exc.SQLAlchemyError as problem:
            raise unreachable(house.url, problem) from None


@contextmanager
def _beating(crew: Crew, house: House, *, take_over: bool) -> Iterator[None]:
    """Signs of life from a thread, and an eye on the others, and on the database: it is waited for for a while."""
    ended = threading.Event()

    def beat() -> None:
        answered = time.monotonic()
        try:
            while not ended.wait(house.every) and time.monotonic() - answered < _PATIENCE * house.silent:
                with suppress(sa.exc.SQLAlchemyError):
                    crew.heart.beat()
                    answered = time.monotonic()
                    if take_over:
                        crew.resumed += crew.heart.take_over(crew.durable.resume, crew.durable.busy)
        except EnvironmentProblem:
            return
        finally:
            if not ended.is_set():
                crew.durable.stop_waiting()
                crew.heart.lost.set()  # without signs of life others take our work over

    thread = threading.Thread(target=beat, name="heart", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(house.every)


@contextmanager
def _alone(path: str) -> Iterator[None]:
    """The only sweep with this file. Raises EnvironmentProblem where there is another."""
    with explaining(f"cannot open {path!r}"):
        os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
        number = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            # Of the process, and not of the open file as flock(2), which forked children would go on to hold.
            fcntl.lockf(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise EnvironmentProblem(
                f"another sweep works with {path!r}",
                hint="wait for it; several at a time need --database-url postgresql://…",
            ) from None
        yield
    finally:
        os.close(number)


def _end(heart: Heart) -> None:
    with suppress(sa.exc.SQLAlchemyError):
        heart.end()
