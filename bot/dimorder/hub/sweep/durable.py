"""Jobs as workflows of DBOS: begun once, gone on with by whoever lives, done once.

Each job is one workflow, whose id is the task's key: asked for twice it runs once. Its steps, and what they leave in
the database: `prove` (fetch, judge, convert, prove: hashes and small JSON; the files lie on disk), `publish` (every
write looks first what is there, so that a step which runs twice writes once), `remember` (the ledger). No step gives
bytes or tokens, and the portable JSON serializer takes nothing else (DBOS's own is pickle; measured on 3.4.0: bytes and
dataclasses are refused with an error, and an exception is kept by its name and message only).

Measured on DBOS 3.4.0, 2 cores, SQLite: import 0.5 s, launch 0.1 s, 18 ms to enqueue, 13 jobs of nothing a second with
two at a time (a queue looks every 0.1 s). A job resumed without the name of its queue goes to an internal one, which
knows no concurrency. A registered queue is a row of the database, and is read again each time.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Protocol

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, SetWorkflowID, WorkflowStatus
from dbos._dbos import _get_dbos_instance
from dbos._serialization import DBOSPortableJSON

from dimorder.hub.sweep.task import SCHEMA, Task, told

_WORKFLOW, _NAME = "dimorder.judge", "dimorder"
_LOOKS = 0.1
"""Seconds between two looks for work."""
_ENDED = ["SUCCESS", "ERROR", "CANCELLED"]
_REMEMBERED = timedelta(days=30)
_UNFINISHED, _WAITING, _CANCELLED = ["PENDING", "ENQUEUED", "DELAYED"], ["ENQUEUED", "DELAYED"], "CANCELLED"
LAID_DOWN = "it was laid down when a sweep was interrupted"
"""What is told of a job that nobody goes on with; asked for again it is another one."""
_WHILE = 20
"""Seconds: a pull request takes some ten writes, a second apart."""
_MANY = 200
"""Jobs that are asked for in one query."""
Plain = dict[str, Any]


class Steps(Protocol):
    """What a job does: each takes and gives plain values, and may be called twice."""

    def prove(self, task: Plain) -> Plain:
        """Fetch and judge."""

    def publish(self, task: Plain, found: Plain) -> Plain:
        """See that the pull request is there, or that none is."""

    def remember(self, task: Plain, found: Plain) -> Plain:
        """Write the ledger."""


@dataclass(frozen=True, slots=True)
class Queues:
    """Of one API: jobs that write and jobs that do not, so that no dry run goes on with what another sweep wanted."""

    api: str

    def queue(self, *, apply: bool) -> str:
        """Its name in the database."""
        return f"dimorder-{'apply' if apply else 'dry'}-{self._host}"

    def workflow(self, key: str) -> str:
        """A job's name in the database: a mirror has the same repositories and commits as what it mirrors."""
        return f"{self._host}:{key}"

    @property
    def _host(self) -> str:
        return hashlib.sha256(self.api.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Durable:
    """A launched DBOS: there is one in a process."""

    judge: Callable[[Plain], Plain]
    queues: Queues

    def begin(self, task: Task) -> None:
        """Have the job done, by us or another worker; nothing new if it has begun already."""
        with SetWorkflowID(self.queues.workflow(task.key)):
            DBOS.enqueue_workflow(self.queues.queue(apply=task.wishes.apply), self.judge, told(task))

    def lay_down(self, keys: Sequence[str]) -> None:
        """Nobody begins these jobs any more; those that are under way go on."""
        names = [self.queues.workflow(key) for key in keys]
        for start in range(0, len(names), _MANY):
            some = names[start : start + _MANY]
            waiting = DBOS.list_workflows(workflow_ids=some, status=_WAITING, load_input=False, load_output=False)
            DBOS.cancel_workflows(_ids(waiting))

    def ended(self, keys: Sequence[str]) -> Mapping[str, Plain | str]:
        """What became of those jobs that are done: what they gave, or why they gave nothing."""
        found: dict[str, Plain | str] = {}
        for start in range(0, len(keys), _MANY):
            names = {self.queues.workflow(key): key for key in keys[start : start + _MANY]}
            for one in DBOS.list_workflows(workflow_ids=list(names), load_input=False):
                if one.status not in _UNFINISHED:
                    found[names[one.workflow_id]] = _given(one)
        return found

    def resume(self, executor: str) -> int:
        """Go on with all that a silent process was at; how many jobs that is."""
        left = self._unfinished(["PENDING"], executor)
        for one in left:
            DBOS.resume_workflow(one.workflow_id, queue_name=one.queue_name)
        return len(left)

    def give_up_older(self) -> int:
        """Cancel what an older dimorder was asked for and has not finished: no worker of ours would ever take it.

        The sweep asks for these repositories again, under keys of its own schema. A newer one's are left alone.
        """
        left = DBOS.list_workflows(status=_UNFINISHED, name=_WORKFLOW, load_input=False, load_output=False)
        older = [one.workflow_id for one in left if _is_older(one)]
        DBOS.cancel_workflows(older)
        return len(older)

    def forget_old(self) -> None:
        """Remove what ended long ago from the database. No key comes again but one that came to no judgement."""
        before = (datetime.now(timezone.utc) - _REMEMBERED).isoformat()
        while ids := _ids(DBOS.list_workflows(
            status=_ENDED, name=_WORKFLOW, completed_before=before, limit=_MANY, load_input=False, load_output=False
        )):  # fmt: skip
            DBOS.delete_workflows(ids)

    def stop_waiting(self) -> None:
        """Who asks a database that is gone hears so from now on.

        Measured on DBOS 3.4.0: it waits without end, in every thread, and keeps even an interrupted process from
        ending. Its clients can be made without that (retry_connection_errors), and itself not by its configuration.
        """
        _get_dbos_instance()._sys_db._retry_connection_errors = False

    def unfinished(self) -> int:
        """Jobs that write and are waiting or under way, whoever asked for them."""
        return len(self._unfinished(_UNFINISHED, queue=self.queues.queue(apply=True)))

    def under_way(self, executor: str) -> int:
        """Jobs that one process is at."""
        return len(self._unfinished(["PENDING"], executor))

    def busy(self) -> set[str]:
        """Processes that are at jobs, or died over them."""
        return {one.executor_id for one in self._unfinished(["PENDING"]) if one.executor_id}

    def _unfinished(
        self, status: list[str], executor: str | None = None, queue: str | None = None
    ) -> list[WorkflowStatus]:
        return DBOS.list_workflows(
            status=status, executor_id=executor, queue_name=queue, name=_WORKFLOW, app_version=str(SCHEMA),
            load_input=False, load_output=False,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where jobs run. executor: this process's id, used once. at_once: jobs here at the same time.

    apply: which jobs, those that write or those that do not. alone: nobody else works with the database, so what is
    left in it was cut off, and is laid down: the operator may have seen that it goes to the wrong repositories, and
    says now which ones, in which manner, and how many.
    """

    url: str
    executor: str
    queues: Queues
    at_once: int
    apply: bool = False
    alone: bool = False


def launched(place: Place, steps: Steps) -> Durable:
    """Start DBOS in this process; `closed` ends it, once."""
    config: DBOSConfig = {
        "name": _NAME, "system_database_url": place.url, "executor_id": place.executor,
        "application_version": str(SCHEMA), "serializer": DBOSPortableJSON, "log_level": "CRITICAL",
        "enable_otlp": False, "notification_listener_polling_interval_sec": _LOOKS,
    }  # fmt: skip
    judge = _workflow(steps)
    _keep_quiet()
    name = place.queues.queue(apply=place.apply)
    _register(place, name)
    DBOS(config=config)
    DBOS.listen_queues([name])
    DBOS.launch()
    return Durable(judge, place.queues)


def closed(durable: Durable, executor: str) -> None:
    """Stop: what is being published has a while to end, all else is gone on with by whoever comes next.

    Measured on DBOS 3.4.0: without a while its threads write on after the end; with one it takes a second at least.
    """
    durable.stop_waiting()
    try:
        left = durable.under_way(executor)
    except sa.exc.SQLAlchemyError:
        left = 0
    DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=_WHILE if left else 0)


def _register(place: Place, name: str) -> None:
    """Before the launch: a running DBOS looks for new queues once a second only."""
    DBOS.migrate(place.url)
    client = DBOSClient(system_database_url=place.url, application_name=_NAME)
    try:
        client.register_queue(name, worker_concurrency=place.at_once, polling_interval_sec=_LOOKS)
        if place.alone:
            left = client.list_workflows(status=_UNFINISHED, queue_name=name, load_input=False, load_output=False)
            client.cancel_workflows(_ids(left))
    finally:
        client.destroy()


def _keep_quiet() -> None:
    """DBOS would log to the standard error, unless its logger has a handler; what fails is told in our own words."""
    logger = logging.getLogger("dbos")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _workflow(steps: Steps) -> Callable[[Plain], Plain]:
    """Registered anew for each launch, since the steps know the process's clients and folders."""
    # DBOS marks what it decorates, which methods do not let it do.
    @DBOS.step(name="prove")
    def prove(task: Plain) -> Plain:
        return steps.prove(task)

    @DBOS.step(name="publish")
    def publish(task: Plain, found: Plain) -> Plain:
        return steps.publish(task, found)

    @DBOS.step(name="remember")
    def remember(task: Plain, found: Plain) -> Plain:
        return steps.remember(task, found)

    # DBOS's own limit is of no use: resuming a workflow sets its count back (measured on 3.4.0). The steps count.
    @DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)
    def judge(task: Plain) -> Plain:
        found = prove(task)
        if task["wishes"]["apply"]:
            found = publish(task, found)
        return remember(task, found)

    return judge


def _given(one: WorkflowStatus) -> Plain | str:
    if isinstance(one.output, dict):
        return one.output
    if one.status == _CANCELLED:
        return LAID_DOWN
    return str(one.error) if one.error else f"its job was given up ({one.status})"


def _ids(found: Sequence[WorkflowStatus]) -> list[str]:
    return [one.workflow_id for one in found]


def _is_older(one: WorkflowStatus) -> bool:
    version = one.app_version or ""
    return version.isdecimal() and int(version) < SCHEMA
