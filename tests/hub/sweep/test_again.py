"""A repository that was judged before: a while ago, in vain, for somebody else, or by a sweep that was cut off."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dimorder.hub.sweep import durable as dbos
from dimorder.hub.sweep import run, steps
from dimorder.hub.sweep.durable import Queues, launched
from dimorder.hub.sweep.ledger import Entry, Ledger
from dimorder.hub.sweep.limits import Limits
from dimorder.hub.sweep.task import Task, Wishes
from support.sweeps import INVITED, TH, Town


class Nobody:
    """Steps that are never taken."""

    def prove(self, plain: dbos.Plain) -> dbos.Plain:
        return {"word": "nothing", "because": ""}

    def publish(self, plain: dbos.Plain, found: dbos.Plain) -> dbos.Plain:
        raise AssertionError("nobody asked for it")

    def remember(self, plain: dbos.Plain, found: dbos.Plain) -> dbos.Plain:
        return {"repository": plain["repository"], **found}


def left_behind(town: Town, name: str, commit: str) -> Task:
    """A job that a killed sweep had asked for and nobody had begun."""
    town.folder.mkdir()
    wishes = Wishes(apply=True, out=str(town.proposals))
    task = Task(name, "main", commit, "", named=False, attempt=1, run="killed", wishes=wishes)
    place = dbos.Place(f"sqlite:///{town.folder / 'sweep.db'}", "killed", Queues(town.hub.address), 1, apply=False)
    durable = launched(place, Nobody())
    durable.begin(task)
    dbos.closed(durable, "killed")
    return task


# What must not happen


def test_who_is_not_asked_for_again_is_left_alone_whatever_a_killed_sweep_wanted(town: Town) -> None:
    other = town.repository("other")
    town.repository("nets", {"README.md": b"\n", ".dimorder.yml": INVITED})
    commit = other.bare.resolved("main")
    assert commit
    left_behind(town, "acme/other", commit)
    for _ in range(2):
        assert town.sweep("--organization", "acme", "--exclude", "other", "--apply").words["acme/other"] == "excluded"
    assert town.hub.journal.writes == []
    again = town.sweep("--organization", "acme", "--apply")
    assert (again.word("acme/other"), len(town.hub.pulls("acme/other"))) == ("opened", 1)
    assert again.fleet["notes"] == ["1 job of a process that ended too early went on"]


def test_an_interrupted_sweep_leaves_nothing_for_others_to_begin(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        town.repository(f"nets{number}")

    def interrupted(self: run.Sweep) -> None:
        if len(self.waiting) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(run.Sweep, "_gather", interrupted)
    assert town.sweep("--organization", "acme", "--jobs", "1").code == 130
    with sa.create_engine(f"sqlite:///{town.folder / 'sweep.db'}").connect() as connection:
        left = list(connection.execute(sa.text("SELECT status FROM workflow_status")).scalars())
    assert "ENQUEUED" not in left
    monkeypatch.undo()


def test_mirrors_share_no_job() -> None:
    assert Queues("https://api.github.com").workflow("key") != Queues("https://git.acme.org/api/v3").workflow("key")


# What must


def test_what_comes_back_is_judged_again(town: Town) -> None:
    nets = town.repository("nets")
    first = nets.bare.resolved("main")
    assert first
    assert town.sweep("--organization", "acme", "--apply").word("acme/nets") == "opened"
    town.hub.world.push(nets, {"nets/model.h5": None})
    assert town.sweep("--organization", "acme", "--apply").word("acme/nets") == "closed"
    nets.bare.git("update-ref", "refs/heads/main", first)
    nets.pushed += 1
    assert town.sweep("--organization", "acme", "--apply").word("acme/nets") == "opened"
    assert len(town.hub.pulls("acme/nets", "open")) == 1


def test_a_job_that_came_to_no_judgement_is_begun_anew(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.repository("nets")

    def full(self: Ledger, entry: Entry, *, applied: bool) -> None:
        raise sa.exc.OperationalError("INSERT", {}, Exception("disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "remember", full)
        assert town.sweep("--organization", "acme").word("acme/nets") == "failed"
    assert town.sweep("--organization", "acme").word("acme/nets") == "proposed"


def test_a_database_that_is_gone_for_a_while_is_no_bug_of_ours(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.repository("nets")

    def gone(self: Limits, task: Task) -> str:
        raise sa.exc.OperationalError("INSERT", {}, Exception("the connection is closed"))

    monkeypatch.setattr(Limits, "take", gone)
    swept = town.sweep("--organization", "acme", "--apply")
    assert (swept.code, swept.word("acme/nets")) == (4, "failed")
    assert town.hub.journal.writes == []


def test_what_was_put_off_does_not_make_us_forget_our_pull_request(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    nets = town.repository("nets")
    town.sweep("--organization", "acme", "--apply")
    town.hub.world.push(nets, {"nets/other.h5": TH})
    with monkeypatch.context() as patch:
        patch.setattr(steps, "head", lambda *_: "elsewhere")
        assert town.sweep("--organization", "acme", "--apply").word("acme/nets") == "later"
    town.hub.world.push(nets, {"nets/other.h5": None, "nets/model.h5": None})
    assert town.sweep("--organization", "acme", "--apply").word("acme/nets") == "closed"


def test_what_was_merged_is_not_judged_each_time(town: Town) -> None:
    nets = town.repository("nets")
    town.sweep("--organization", "acme", "--apply")
    (pull,) = town.hub.pulls("acme/nets")
    assert pull.pull
    pull.pull.merged = True
    town.hub.close(pull, by="ann")
    town.hub.world.push(nets, {"README.md": b"the converted file lies elsewhere now\n"})
    swept = [town.sweep("--organization", "acme", "--apply") for _ in range(2)][-1]
    assert (swept.word("acme/nets"), len(swept.calls)) == ("kept", 3)  # the listing, the branch, the pull request


def test_what_ended_long_ago_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'sweep.db'}"
    durable = launched(dbos.Place(url, "one", Queues("api"), 1), Nobody())
    task = Task("acme/nets", "main", "0" * 40, "", named=False, attempt=1, run="run", wishes=Wishes())
    try:
        durable.begin(task)
        while not durable.ended([task.key]):
            pass
        durable.forget_old()
        assert durable.ended([task.key])
        monkeypatch.setattr(dbos, "_REMEMBERED", timedelta(seconds=-1))
        durable.forget_old()
        assert not durable.ended([task.key])
    finally:
        dbos.closed(durable, "one")
    with sa.create_engine(url).connect() as connection:
        for table in ("workflow_status", "operation_outputs", "workflow_input", "workflow_output"):
            assert connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0, table
