"""GitHub stumbles at random, and the proposal is run again until it gets through: one pull request, one comment."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from dimorder.errors import EnvironmentProblem
from dimorder.hub.proposal.content import Manners
from github_com.faults import KINDS, Faults
from github_com.hub import Hub
from support.proposals import OTHER, Nets, nets_in

SEEDS = range(100 if os.environ.get("DIMORDER_CHAOS") == "full" else 4)
_MOST = 60
LABELLED = Manners(labels=("weights",))
# A proxy that sends a comment twice on its own, or late, makes two: nobody can look up what is still to come.
KINDS_OF_ONE = tuple(kind for kind in KINDS if kind not in ("twice", "late"))


def through(nets: Nets, said: str) -> str:
    """Run it until it ends; what became of it."""
    for _ in range(_MOST):
        with suppress(EnvironmentProblem):
            return nets.publish(nets.proposal(said=said), LABELLED).word
    raise AssertionError("it never got through")


@pytest.mark.parametrize("seed", SEEDS)
def test_there_is_one_pull_request_whatever_happens_on_the_way(hub: Hub, tmp_path: Path, seed: int) -> None:
    nets = nets_in(hub, f"acme/nets-{seed}", tmp_path / "made")
    hub.faults = Faults(seed=seed, rate=0.25, kinds=KINDS_OF_ONE if seed % 2 else KINDS)
    through(nets, "0" * 16)
    through(nets, OTHER)
    hub.faults.rate = 0.0
    (pull,) = nets.pulls()
    assert (pull.state, pull.labels, pull.body) == ("open", ["weights"], nets.proposal(said=OTHER).body)
    assert nets.branches() == [nets.proposal().branch]
    if seed % 2:
        nets.commit_by_somebody(nets.proposal().branch)
        hub.faults = Faults(seed=seed, rate=0.25, kinds=KINDS_OF_ONE)
        assert through(nets, "2" * 16) == "stopped"
        assert len(pull.comments) == 1
