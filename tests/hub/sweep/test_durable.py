"""What is killed is gone on with, once: by the next sweep, or by another worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from dimorder.errors import EnvironmentProblem
from dimorder.hub.sweep import durable as dbos
from dimorder.hub.sweep import task
from dimorder.hub.sweep.durable import Durable, Queues, launched
from dimorder.hub.sweep.limits import Limits
from dimorder.hub.sweep.store import OPENINGS, engine
from dimorder.hub.sweep.task import Task, Wishes
from dimorder.hub.sweep.tries import MOST, Tries
from github_com.hub import Hub, Strike
from github_com.journal import Write
from support.postgres import postgres, stopped, why_not
from support.sweeping_processes import Machine, machine, words
from support.sweeps import INVITED, TH, Town


def some_task(repository: str = "acme/nets", attempt: int = 1) -> Task:
    return Task(repository, "main", "0" * 40, "", named=False, attempt=attempt, run="run", wishes=Wishes())


class Counting:
    """Steps that count how often they are taken."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def prove(self, plain: dbos.Plain) -> dbos.Plain:
        self.taken.append(plain["repository"])
        return {"word": "nothing", "because": ""}

    def publish(self, plain: dbos.Plain, found: dbos.Plain) -> dbos.Plain:
        raise AssertionError("a dry run publishes nothing")

    def remember(self, plain: dbos.Plain, found: dbos.Plain) -> dbos.Plain:
        return {"repository": plain["repository"], **found}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sweep.db'}"


def waited_for(durable: Durable, *keys: str) -> dict[str, dbos.Plain | str]:
    until = time.monotonic() + 20
    while len(found := durable.ended(keys)) < len(keys) and time.monotonic() < until:
        time.sleep(0.05)
    return dict(found)


# One job


def test_a_job_asked_for_twice_is_done_once(url: str) -> None:
    steps = Counting()
    durable = launched(dbos.Place(url, "one", Queues("api"), 2, apply=False), steps)
    try:
        durable.begin(some_task())
        durable.begin(some_task())
        waited_for(durable, some_task().key)
        durable.begin(some_task())
        durable.begin(some_task(attempt=2))
        waited_for(durable, some_task(attempt=2).key)
    finally:
        dbos.closed(durable, "one")
    assert steps.taken == ["acme/nets"] * 2


def test_nothing_in_the_database_is_a_pickle(url: str) -> None:
    durable = launched(dbos.Place(url, "one", Queues("api"), 2, apply=False), Counting())
    try:
        durable.begin(some_task())
        waited_for(durable, some_task().key)
    finally:
        dbos.closed(durable, "one")
    with sa.create_engine(url).connect() as connection:
        for table in ("workflow_status", "operation_outputs"):
            kinds = connection.execute(sa.text(f"SELECT DISTINCT serialization FROM {table}")).scalars()
            assert set(kinds) == {"portable_json"}, table


def test_a_dry_run_goes_on_with_no_job_that_writes(url: str) -> None:
    writing = Task("acme/nets", "main", "0" * 40, "", False, 1, "run", Wishes(apply=True))
    durable = launched(dbos.Place(url, "one", Queues("api"), 1, apply=False), Counting())
    try:
        durable.begin(writing)
        durable.begin(some_task())
        waited_for(durable, some_task().key)
        assert durable.ended([writing.key]) == {}
    finally:
        dbos.closed(durable, "one")


def test_an_upgrade_strands_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The older program's queue is given up, for the sweep asks for the same repositories again under its own keys."""
    steps, place = Counting(), dbos.Place(url, "one", Queues("api"), 1, apply=True)
    durable = launched(place, steps)
    old = some_task().key
    durable.begin(some_task())  # to the queue of dry runs, which nobody here listens to
    dbos.closed(durable, "one")
    for module in (task, dbos):
        monkeypatch.setattr(module, "SCHEMA", task.SCHEMA + 1)
    durable = launched(dbos.Place(url, "two", Queues("api"), 1, apply=False), steps)
    try:
        assert some_task().key != old
        assert durable.give_up_older() == 1
        durable.begin(some_task())
        (line,) = waited_for(durable, some_task().key).values()
    finally:
        dbos.closed(durable, "one")
    assert isinstance(line, dict)
    assert line["word"] == "nothing"
    assert steps.taken == ["acme/nets"]


def test_an_older_program_leaves_a_newer_ones_jobs_alone(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (task, dbos):
        monkeypatch.setattr(module, "SCHEMA", 7)
    durable = launched(dbos.Place(url, "one", Queues("api"), 1, apply=True), Counting())
    durable.begin(some_task())
    dbos.closed(durable, "one")
    for module in (task, dbos):
        monkeypatch.setattr(module, "SCHEMA", 6)
    durable = launched(dbos.Place(url, "two", Queues("api"), 1, apply=False), Counting())
    try:
        assert durable.give_up_older() == 0
    finally:
        dbos.closed(durable, "one")


def test_a_job_that_ends_its_process_each_time_is_given_up(tmp_path: Path) -> None:
    tries = Tries(engine(f"sqlite:///{tmp_path / 'sweep.db'}"))
    for _ in range(MOST):
        tries.one_more("job")
    with pytest.raises(EnvironmentProblem, match="each time the process ended"):
        tries.one_more("job")
    tries.one_more("another")
    tries.done("job")
    tries.one_more("job")


# One machine


def test_a_second_sweep_with_the_same_file_is_refused(town: Town) -> None:
    town.repository("nets")
    town.folder.mkdir()
    path = town.folder / "sweep.db.lock"
    code = "import fcntl, sys; lock = open(sys.argv[1], 'w'); fcntl.lockf(lock, 2); print(flush=True); sys.stdin.read()"
    other = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(other, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        holder.stdout.readline()
        refused = town.sweep("--organization", "acme")
        holder.communicate()
    assert refused.code == 4
    assert "another sweep works with" in refused.error
    assert town.sweep("--organization", "acme").code == 0


def ending(process: int, by: int) -> Strike:
    """What is done by then is never answered."""

    def strike(write: Write) -> bool:
        os.kill(process, by)
        return True

    return strike


@pytest.mark.parametrize("kind", ["pull"])
def test_a_killed_sweep_is_gone_on_with(hub: Hub, tmp_path: Path, kind: str) -> None:
    hub.account("acme", "Organization")
    hub.repository("acme/nets", {"model.h5": TH, ".dimorder.yml": INVITED}, roles={"bot": "write"})
    here = machine(hub, tmp_path / "machine")
    process = here.start("sweep", "--organization", "acme", "--apply")
    hub.strike(kind, ending(process.pid, signal.SIGKILL))
    process.communicate(timeout=150)
    assert process.returncode == -signal.SIGKILL
    code, fleet, error = here.run("sweep", "--organization", "acme", "--apply")
    assert code == 0, error
    assert words(fleet)["acme/nets"] in ("opened", "kept", "updated")
    (pull,) = hub.pulls("acme/nets")
    assert pull.state == "open"
    assert [one.name for one in (here.folder / "scratch").iterdir()] == []


def test_an_interrupted_sweep_ends_soon_and_is_gone_on_with(hub: Hub, tmp_path: Path) -> None:
    hub.account("acme", "Organization")
    hub.repository("acme/nets", {"model.h5": TH, ".dimorder.yml": INVITED}, roles={"bot": "write"})
    here = machine(hub, tmp_path / "machine")
    process = here.start("sweep", "--organization", "acme", "--apply")
    hub.strike("blob", ending(process.pid, signal.SIGINT))
    process.communicate(timeout=150)
    assert process.returncode == 130
    code, fleet, error = here.run("sweep", "--organization", "acme", "--apply")
    assert code == 0, error
    assert words(fleet)["acme/nets"] in ("opened", "kept"), "what was being published could come to its end"
    assert len(hub.pulls("acme/nets")) == 1


# Many machines


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[str]:
    if why_not():
        pytest.skip(why_not())
    with postgres(tmp_path / "postgres") as address:
        yield address


def worker_of(here: Machine, url: str, *arguments: str) -> Machine:
    return Machine(here.hub, here.folder, here.token, (*here.own, "--database-url", url, "--silent", "3", *arguments))


def test_a_killed_workers_jobs_are_done_by_the_others(hub: Hub, tmp_path: Path, shared: str) -> None:
    hub.account("acme", "Organization")
    names = [f"acme/nets{number}" for number in range(6)]
    for name in names:
        hub.repository(name, {"model.h5": TH, ".dimorder.yml": INVITED}, roles={"bot": "write"})
    first = worker_of(machine(hub, tmp_path / "first"), shared, "--jobs", "1")
    second = worker_of(machine(hub, tmp_path / "second"), shared, "--jobs", "1")
    killed = second.start("worker")
    counted(shared, QUEUES, 1)
    sweeping = first.start("sweep", "--organization", "acme", "--apply")
    kill_at_work(shared, killed.pid)
    killed.communicate(timeout=60)
    told, error = sweeping.communicate(timeout=200)
    assert sweeping.returncode == 0, error
    assert {name: len(hub.pulls(name)) for name in names} == dict.fromkeys(names, 1)
    assert json.loads(told)["notes"] == ["1 job of a process that ended too early went on"]


AT_WORK = "SELECT count(DISTINCT executor_id) FROM dbos.workflow_status WHERE status = 'PENDING'"
QUEUES = "SELECT count(*) FROM dbos.queues"
"""One is there as soon as a worker is about to take jobs."""


def counted(url: str, query: str, enough: int, seconds: float = 90.0) -> bool:
    """Whether the database says so within that time."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    until, found = time.monotonic() + seconds, 0
    while True:
        with suppress(sa.exc.ProgrammingError), engine.connect() as connection:  # the tables are still to come
            found = int(connection.execute(sa.text(query)).scalar_one())
        if found >= enough or time.monotonic() > until:
            engine.dispose()
            return found >= enough
        time.sleep(0.02)


def kill_at_work(url: str, process: int) -> None:
    """End one of two processes while both are at a job; it is held still meanwhile, so that it does not end that."""
    for _ in range(20):
        assert counted(url, AT_WORK, 2)
        os.kill(process, signal.SIGSTOP)
        if counted(url, AT_WORK, 2, 0.0):
            break
        os.kill(process, signal.SIGCONT)
    os.kill(process, signal.SIGKILL)


def test_workers_need_a_database_that_can_be_shared(town: Town) -> None:
    refused = town.sweep("--database-url", "sqlite:////tmp/sweep.db", command="worker")
    assert refused.code == 2
    assert "workers share a PostgreSQL database" in refused.error


def test_a_worker_ends_when_there_is_nothing_left(hub: Hub, tmp_path: Path, shared: str) -> None:
    here = worker_of(machine(hub, tmp_path / "first"), shared)
    code, fleet, error = here.run("worker", "--once")
    assert (code, fleet["repositories"]) == (0, []), error


def test_two_workers_do_not_both_get_the_last_place(shared: str) -> None:
    """Neither sees what the other has not committed."""
    base = engine(shared)
    one, two = some_task("acme/one"), replace(some_task("acme/two"), wishes=Wishes(per_hour=1))
    got: list[str] = []
    with base.begin() as connection:
        connection.execute(sa.insert(OPENINGS).values(run=one.run, repository=one.repository, at=time.time()))
        other = threading.Thread(target=lambda: got.append(Limits(base).take(two)))
        other.start()
        other.join(0.5)
    other.join()
    assert got == ["1 pull requests were opened within the hour"]
    base.dispose()


@pytest.mark.skipif(os.environ.get("DIMORDER_CHAOS") != "full", reason="it waits half a minute: DIMORDER_CHAOS=full")
@pytest.mark.parametrize("interrupted", [False, True])
def test_a_sweep_whose_database_is_gone_ends(hub: Hub, tmp_path: Path, shared: str, *, interrupted: bool) -> None:
    hub.account("acme", "Organization")
    hub.repository("acme/nets", {"model.h5": TH, ".dimorder.yml": INVITED}, roles={"bot": "write"})
    here = worker_of(machine(hub, tmp_path / "first"), shared, *(("--silent", "60") if interrupted else ()))
    process = here.start("sweep", "--organization", "acme", "--apply")
    gone = hub.strike("blob", lambda write: stopped(tmp_path / "postgres"))
    assert gone.wait(60)
    if interrupted:
        time.sleep(3.0)
        process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=90)
    assert process.returncode == (130 if interrupted else 4)
    assert interrupted or "does not answer" in error


def test_the_databases_password_is_not_told(town: Town) -> None:
    refused = town.sweep("--organization", "acme", "--database-url", "postgresql://bot:s3cret@127.0.0.1:9/none")
    assert refused.code == 4
    assert "does not answer" in refused.error
    assert "s3cret" not in refused.error
