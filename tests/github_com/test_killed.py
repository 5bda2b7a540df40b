"""A sweep is killed (SIGKILL) when GitHub has done a write and nobody has heard of it yet, at each kind of write; the
next one makes of it what an undisturbed sweep would have made, and the one after that writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from github_com.conftest import sound
from github_com.machine import Machine, Process, Starter
from github_com.serving import serving
from github_com.test_git_and_lfs import needs_lfs
from github_com.town import OWN, Town, town
from github_com.world import Repository

DRESSED = ("--label", "weights", "--reviewer", "ann", "--assignee", "ann")
SOON = 10.0
"""Seconds: who is killed may be seen dead before his killer has said so."""
Scene = Callable[[Machine, Town], Repository]


def plain(machine: Machine, here: Town) -> Repository:
    return here.model("nets")


def tracked(machine: Machine, here: Town) -> Repository:
    return here.model("nets", tracked=True)


def foreign(machine: Machine, here: Town) -> Repository:
    return here.model("nets", "somebody")


def swept(machine: Machine, here: Town) -> Repository:
    nets = here.model("nets")
    assert machine.sweep(*here.arguments, *DRESSED).ended() == 0
    return nets


def base_moved(machine: Machine, here: Town) -> Repository:
    """Somebody ticks the box for a new branch, after the base has moved."""
    nets = swept(machine, here)
    machine.hub.world.push(nets, {"README.md": b"more\n"})
    (issue,) = nets.pulls
    assert issue.body
    issue.body = issue.body.replace("- [ ]", "- [x]")
    return nets


def trodden(machine: Machine, here: Town) -> Repository:
    """The same, and somebody has committed to our branch: that is said once, and left alone."""
    nets = base_moved(machine, here)
    (issue,) = nets.pulls
    assert issue.pull
    machine.hub.world.push(nets, {"theirs.txt": b"mine\n"}, issue.pull.head_ref)
    here.wanted.remove(nets)
    return nets


def obsolete(machine: Machine, here: Town) -> Repository:
    nets = swept(machine, here)
    machine.hub.world.push(nets, {"nets/model.h5": None})
    here.wanted.remove(nets)
    return nets


def foreign_and_tracked(machine: Machine, here: Town) -> Repository:
    nets = here.model("nets", "somebody", tracked=True)
    here.wanted.remove(nets)
    return nets


SCENES: dict[str, Scene] = {
    "blob": plain, "tree": plain, "commit": plain, "ref": plain, "pull": plain, "label": plain, "reviewers": plain,
    "assignees": plain, "fork": foreign, "lfs": tracked, "push": tracked, "ref-update": base_moved,
    "pull-update": obsolete, "comment": trodden, "ref-delete": obsolete, "issue": foreign_and_tracked,
}  # fmt: skip
"""By the kind of write that is the last one of its process."""


@needs_lfs
@pytest.mark.parametrize("kind", SCENES)
def test_it_is_all_there_and_once(kind: str, starter: Starter, tmp_path: Path) -> None:
    with serving(tmp_path / "github") as hub, starter.machine(hub, tmp_path / "machine") as machine:
        here = town(hub, others=1)
        nets = SCENES[kind](machine, here)
        arguments = [*here.arguments, *DRESSED]
        if nets.owner.login != OWN:
            arguments += ["--repository", nets.full_name]
        killed_at(kind, machine, arguments)
        _went_on(machine, arguments)
        assert here.problems() == []
        _closed_once(kind, nets)
        assert machine.secrets() == []
    sound(hub)


def killed_at(kind: str, machine: Machine, arguments: list[str]) -> None:
    """A sweep whose last write is of this kind."""
    running: list[Process] = []
    struck = machine.hub.strike(kind, lambda write: machine.kill(running[0]))
    with machine.hub.world.lock:  # nothing is answered before we know whom to kill
        running.append(machine.sweep(*arguments))
    assert running[0].ended() == -9, running[0].told[-2000:]
    assert struck.wait(SOON), "it died of something else"
    assert running[0].left_behind() == []


def _went_on(machine: Machine, arguments: list[str]) -> None:
    again = machine.sweep(*arguments)
    assert again.ended() == 0, again.told[-2000:]
    before = len(machine.hub.journal.writes)
    assert machine.sweep(*arguments).ended() == 0
    assert len(machine.hub.journal.writes) == before


def _closed_once(kind: str, nets: Repository) -> None:
    """What problems() does not look at: a pull request without a reason, an issue in place of one."""
    scene = SCENES[kind]
    if scene is obsolete:
        (issue,) = nets.pulls
        assert (issue.state, len(issue.comments)) == ("closed", 0)
        assert [ref for ref in nets.bare.refs() if "dimorder" in ref] == []
    if scene is trodden:
        (issue,) = nets.pulls
        assert (issue.state, len(issue.comments)) == ("open", 1)
    if scene is foreign_and_tracked:
        assert [one.pull for one in nets.issues.values()] == [None]
    if scene is base_moved:
        (issue,) = nets.pulls
        assert issue.pull
        assert nets.bare.is_ancestor(nets.bare.resolved("refs/heads/main") or "", issue.pull.head_sha)


def test_a_no_that_comes_after_a_kill_is_heard(starter: Starter, tmp_path: Path) -> None:
    with serving(tmp_path / "github") as hub, starter.machine(hub, tmp_path / "machine") as machine:
        here = town(hub)
        nets = here.model("nets")
        killed_at("blob", machine, here.arguments)
        hub.world.push(nets, {".dimorder.yml": b"bot:\n  enabled: false\n"})
        here.build(2)  # so that there is time to go on with what was cut off
        written = len(hub.journal.writes)
        assert machine.sweep(*here.arguments).ended() == 0
        assert [one for one in hub.journal.writes[written:] if one.repository == nets.full_name] == []
        assert nets.pulls == []
    sound(hub)
