"""GitHub stumbles 16 ways, in sequences that a seed decides; whoever goes on asking ends where nothing ever went wrong.

Time is counted, not waited for: who sleeps moves a clock that the server's journal reads, too.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dimorder.hub.client import Client
from dimorder.hub.gate import LocalGate, Pace
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.content import Manners, Outcome, Proposal
from dimorder.hub.proposal.publish import publish
from dimorder.hub.token import Token
from github_com import openapi
from github_com.conftest import sound
from github_com.faults import KINDS, Faults
from github_com.hub import Hub
from github_com.serving import serving
from hub.proposal.test_killed import SCENES, Step, standing
from support.proposals import Nets, nets_in

SEQUENCES = 2_000 if os.environ.get("DIMORDER_CHAOS") == "full" else 304
PARTS = 4
PATIENCE = 60
"""Attempts; the number of faults is bounded, so that fewer do."""
LIMITS = ("secondary", "primary")


@dataclass
class Clock:
    """Seconds that nobody waits for."""

    hub: Hub
    now: float = 1000.0

    def moment(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.hub.settle()
        self.now += seconds


@dataclass
class Slow(Nets):
    """A repository with a bot that writes once a second, by the clock."""

    clock: Clock = field(default_factory=lambda: Clock(None))
    paced: LocalGate = field(default_factory=LocalGate)

    def client(self) -> Client:
        hub = self.hub
        return Client(hub.address, Token(self.token), hub.graphql, hub.web, sleep=self.clock.sleep, gate=self.paced)

    def publish(self, proposal: Proposal | None = None, manners: Manners | None = None) -> Outcome:
        return publish(self.client(), proposal or self.proposal(), manners or Manners(), self.us)


def slow(plain: Nets, clock: Clock) -> Slow:
    paced = LocalGate(Pace(1.0, per_hour=1_000_000, patience=1_000.0), clock=clock.moment, sleep=clock.sleep)
    return Slow(plain.hub, plain.repository, plain.folder, plain.token, clock=clock, paced=paced)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, dict[str, Any]]]:
    """One GitHub for all sequences, and what each scene comes to where nothing goes wrong."""
    because = openapi.why_not()
    if because:
        pytest.skip(because)
    folder = tmp_path_factory.mktemp("stumbling")
    with serving(folder / "github") as hub:
        wanted = {}
        for scene, (before, step) in SCENES.items():
            whole = nets_in(hub, f"acme/whole-{scene.replace(' ', '-')}", folder / "made")
            before(whole)
            step(whole)
            wanted[scene] = seen(whole)
        yield hub, wanted
    sound(hub)


@pytest.mark.parametrize("part", range(PARTS))
def test_however_it_stumbles_all_is_there_and_once(town: tuple[Hub, dict[str, Any]], part: int, tmp_path: Path) -> None:
    hub, wanted = town
    met = Counter[str]()
    for seed in range(part, SEQUENCES, PARTS):
        scene = sorted(SCENES)[seed // PARTS % len(SCENES)]
        before, step = SCENES[scene]
        clock = Clock(hub)
        nets = slow(nets_in(hub, f"acme/{scene.replace(' ', '-')}-{seed}", tmp_path), clock)
        hub.moment = clock.moment
        before(nets)
        begun = len(hub.journal.asked)
        chance = random.Random(seed)
        hub.faults = Faults(seed, chance.choice((0.1, 0.3, 0.6)), chance.choice((1, 7, 60)), most=chance.randint(1, 14))
        ended_with_faults(nets, step)
        hub.settle()
        met.update(kind for kind, _ in hub.faults.struck)
        waits_are_kept(hub, begun)
        hub.faults = Faults()
        step(nets)
        assert seen(nets) == wanted[scene], (seed, scene)
        left = len(hub.journal.writes)
        step(nets)
        assert (seen(nets), len(hub.journal.writes)) == (wanted[scene], left), (seed, scene)
        assert a_second_apart(nets), (seed, scene)
    assert set(met) == set(KINDS)


def seen(nets: Nets) -> Any:
    """All that anybody can see there, the repository's own name left out."""
    return repr(standing(nets)).replace(nets.repository.full_name, "acme/nets")


def ended_with_faults(nets: Slow, step: Step) -> None:
    """Begun again by somebody until it comes to its end."""
    assert any(succeeded(nets, step) for _ in range(PATIENCE))


def succeeded(nets: Slow, step: Step) -> bool:
    try:
        step(nets)
    except ApiProblem:
        nets.clock.sleep(1.0)
        return False
    return True


def waits_are_kept(hub: Hub, begun: int) -> None:
    """Nothing is written before a limit has passed: to a second, since GitHub counts in them."""
    until = 0.0
    for one in hub.journal.asked[begun:]:
        if one.method != "GET" and not one.path.endswith("/graphql"):
            assert one.at >= until - 1.0, one
        if one.ruined in LIMITS:
            until = max(until, one.at + hub.faults.wait)


def a_second_apart(nets: Slow) -> bool:
    """By the server's own journal. What a proxy sends twice, or late, has no say in it."""
    name = nets.repository.full_name
    moments = sorted(
        one.at for one in nets.hub.journal.asked
        if f"/{name}/" in one.path and one.method != "GET" and one.ruined not in ("twice", "late")
    )  # fmt: skip
    return all(later - earlier >= 1.0 for earlier, later in pairwise(moments))
