"""A sweep of 200 repositories is killed (SIGKILL) at 50 moments that a seed decides; people go on working meanwhile,
some
of them say no. At the end each repository that wants it has its pull request, and only one.

Most of the 200 were judged the day before, as is usual; FULL=1 begins with nothing, and kills more often.
"""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from github_com.conftest import sound
from github_com.hub import Hub
from github_com.machine import BETWEEN, Machine, Process, Starter
from github_com.serving import serving
from github_com.test_git_and_lfs import needs_lfs
from github_com.town import Town, own_pulls, town

FULL = os.environ.get("DIMORDER_CHAOS") == "full"
REPOSITORIES, MODELS, MORE = 190, 6, 5
"""MORE: after so many deaths somebody brings one more model."""
DEATHS = 200 if FULL else 50
SEEDS = range(5) if FULL else range(1)
LONGEST_LIFE = 110
"""Requests: in these a fast machine comes as far as a slow one."""
A_MOMENT = 0.03
"""Seconds: longer than a request takes, so that it is killed anywhere."""
JITTER = 0.005
"""Seconds that a request may be faster on its way than the one before it."""


@dataclass
class People:
    """Who work in these repositories, too. said_no: since when (requests in the journal) nothing may be written
    there."""

    hub: Hub
    here: Town
    said_no: dict[str, int] = field(default_factory=dict)

    def say_no(self, chance: random.Random) -> None:
        """Somebody closes a pull request, or puts the label on it; whichever, it ends there."""
        asked = [one for one in self.here.wanted if own_pulls(one) and one.full_name not in self.said_no]
        if not asked:
            return
        chosen = chance.choice(asked)
        (issue,) = own_pulls(chosen)
        if chance.random() < 0.5:
            self.hub.close(issue, "ann")
        else:
            self.hub.label(chosen, issue, "dimorder:stop", "ann")
        self.said_no[chosen.full_name] = len(self.hub.journal.writes)
        self.here.wanted.remove(chosen)

    def push(self, chance: random.Random) -> None:
        """To a repository in which nothing was found."""
        chosen = chance.choice([one for one in self.here.others if not one.archived])
        self.hub.world.push(chosen, {"notes.txt": str(chance.random()).encode()})

    def overruled(self) -> list[str]:
        """Writes to where somebody had said no."""
        writes = self.hub.journal.writes
        return [f"{one.kind} in {name}" for name, since in self.said_no.items() for one in writes[since:]
                if one.repository == name]  # fmt: skip


@needs_lfs
@pytest.mark.parametrize("seed", SEEDS)
def test_whenever_it_is_killed_each_gets_one_pull_request(seed: int, starter: Starter, tmp_path: Path) -> None:
    chance = random.Random(seed)
    with serving(tmp_path / "github") as hub, starter.machine(hub, tmp_path / "machine") as machine:
        here = town(hub, models=0, others=REPOSITORIES - MODELS)
        if not FULL:
            assert machine.sweep(*here.arguments).ended() == 0
        here.build(MODELS, tracked=1, foreign=1)
        people, arguments = People(hub, here), here.arguments
        busy = 0
        for death in range(DEATHS):
            asked = len(hub.journal.asked)
            life = machine.sweep(*arguments)
            lives_for(asked + chance.randint(1, LONGEST_LIFE), hub, life)
            time.sleep(chance.uniform(0.0, A_MOMENT))
            machine.kill(life)
            assert life.ended() in (-9, 0), life.told[-2000:]
            assert life.left_behind() == []
            busy += len(hub.journal.asked) > asked + 3
            people.push(chance)
            if death % MORE == 0:
                here.model(f"new{death}")
            if death % 8 == 7:
                people.say_no(chance)
        # What was at hand each of the last times is told as failed, lest it kill us for ever, and taken up once more.
        ends = [machine.sweep(*arguments).ended(within=300) for _ in range(2)]
        assert ends[1] == 0, machine.started[-1].told[-2000:]
        assert busy > DEATHS // 2
        as_it_must_be(hub, here, people, machine)
    sound(hub)


def lives_for(asked: int, hub: Hub, life: Process) -> None:
    """Until so many requests have been made."""
    while len(hub.journal.asked) < asked and life.is_alive:
        time.sleep(0.002)


def as_it_must_be(hub: Hub, here: Town, people: People, machine: Machine) -> None:
    assert here.problems() == []
    assert people.said_no
    assert people.overruled() == []
    assert hub.journal.closest() >= BETWEEN - JITTER
    assert machine.secrets() == []
