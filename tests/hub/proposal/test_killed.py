"""Killed before any write, or between any write and its answer, and run again: what stands is what always stands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from dimorder.hub.proposal.body import TICKED
from dimorder.hub.proposal.closing import retire
from dimorder.hub.proposal.content import Manners
from github_com.hub import Hub
from support.proposals import OTHER, Killed, Nets, nets_in

LABELLED = Manners(labels=("weights",))
NEW = b"\x89HDF th, trained on"
Step = Callable[[Nets], object]


def opening(nets: Nets) -> None:
    nets.publish(manners=LABELLED)


def replacing(nets: Nets) -> None:
    nets.publish(nets.proposal(NEW))


def rewriting(nets: Nets) -> None:
    nets.publish(nets.proposal(said=OTHER, title="Add more", files={"nets/model.tf.h5": b"another"}))


def retiring(nets: Nets) -> None:
    retire(nets.client(), nets.repository.full_name, nets.us, Manners(), "nothing is left")


def moved_on(nets: Nets) -> None:
    opening(nets)
    nets.hub.world.push(nets.repository, {"README.md": b"more\n"})
    pull = nets.pulls()[0]
    pull.body = f"{pull.body}\n{TICKED}"


def trodden(nets: Nets) -> None:
    moved_on(nets)
    nets.commit_by_somebody(nets.proposal().branch)


def forked(nets: Nets) -> None:
    del nets.repository.roles["bot"]


def forked_with_lfs(nets: Nets) -> None:
    forked(nets)
    nets.hub.world.push(nets.repository, {".gitattributes": b"*.h5 filter=lfs\n"})


def nothing(nets: Nets) -> None:
    pass


SCENES: dict[str, tuple[Step, Step]] = {
    "open": (nothing, opening),
    "replace": (opening, replacing),
    "rewrite": (opening, rewriting),
    "rebase": (moved_on, opening),
    "leave alone": (trodden, opening),
    "fork": (forked, opening),
    "issue": (forked_with_lfs, opening),
    "retire": (opening, retiring),
}


def standing(nets: Nets) -> dict[str, Any]:
    """All that anybody can see there."""
    issues = nets.repository.issues.values()
    home = nets.hub.world.repositories.get(f"bot/{nets.repository.name}", nets.repository)
    refs = home.bare.refs("refs/heads/dimorder")
    return {
        "issues": [(one.state, one.title, one.body, tuple(one.labels), len(one.comments)) for one in issues],
        "branches": {ref: home.bare.word("rev-parse", f"{sha}^{{tree}}") for ref, sha in refs.items()},
        "parents": {ref: home.bare.word("rev-parse", f"{sha}^^{{tree}}") for ref, sha in refs.items()},
    }


@pytest.mark.parametrize("scene", SCENES)
def test_it_is_all_there_and_once_wherever_it_was_killed(hub: Hub, tmp_path: Path, scene: str) -> None:
    before, step = SCENES[scene]
    folder = tmp_path / "made"
    whole = nets_in(hub, "acme/whole", folder)
    before(whole)
    begun = whole.gate.count
    step(whole)
    wanted, writes = standing(whole), whole.gate.count - begun
    assert writes > 0
    for number in range(1, writes + 1):
        for is_done in (False, True):
            nets = nets_in(hub, f"acme/nets-{number}-{'after' if is_done else 'before'}", folder)
            before(nets)
            _killed(nets, step, number, is_done=is_done)
            step(nets)
            assert standing(nets) == wanted
            if number == writes:
                left = nets.gate.count
                step(nets)
                assert (standing(nets), nets.gate.count) == (wanted, left)


def _killed(nets: Nets, step: Step, number: int, *, is_done: bool) -> None:
    """is_done: GitHub has done the write, and nobody has heard of it."""
    last = nets.gate.count + number

    def struck(count: int) -> None:
        if count == last and is_done:
            nets.dead = True
            nets.hub.faults.state("", "reset after")
        elif count == last:
            raise Killed

    nets.gate.struck = struck
    with suppress(Killed):
        step(nets)
        raise AssertionError("it was not killed")
    nets.dead, nets.gate.struck = False, lambda count: None
