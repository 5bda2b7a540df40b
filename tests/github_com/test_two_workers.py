"""Two machines at the same PostgreSQL: one of them is killed (SIGKILL), the other goes on with what it was at."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from github_com.conftest import sound
from github_com.machine import BETWEEN, Machine, Process, Starter
from github_com.serving import serving
from github_com.test_cut_off import A_MOMENT, JITTER, lives_for
from github_com.town import Town, town
from support.postgres import postgres, why_not

ROUNDS = 15 if os.environ.get("DIMORDER_CHAOS") == "full" else 3
"""Of more, some would wait for the next hour: six writes for each model, and 500 in an hour."""
MODELS, SILENT = 5, "2"
"""New ones of each round; seconds after which the living take over."""
LONGEST = 110
"""Requests of both until one of them dies."""


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_whoever_is_killed_the_other_goes_on(starter: Starter, tmp_path: Path) -> None:
    chance = random.Random(7)
    with (
        postgres(tmp_path / "postgres") as url,
        serving(tmp_path / "github") as hub,
        starter.machine(hub, tmp_path / "machine") as machine,
    ):
        here, own = town(hub, others=30), ("--database-url", url, "--silent", SILENT)
        for number in range(ROUNDS):
            for model in range(MODELS):
                here.model(f"model{number}-{model}")
            sweep = machine.sweep(*here.arguments, *own)
            worker = machine.run("worker", *own)
            lives_for(len(hub.journal.asked) + chance.randint(1, LONGEST), hub, sweep)
            time.sleep(chance.uniform(0.0, A_MOMENT))
            dead, living = (sweep, worker) if number % 2 else (worker, sweep)
            machine.kill(dead)
            assert dead.ended() in (-9, 0)
            _goes_on(machine, here, own, living, is_sweep=living is sweep)
            assert dead.left_behind() == []
        assert here.problems() == []
        assert hub.journal.closest() >= BETWEEN - JITTER
        assert machine.secrets() == []
    sound(hub)


def _goes_on(machine: Machine, here: Town, own: tuple[str, ...], living: Process, *, is_sweep: bool) -> None:
    """Of the sweep that lives everything is expected; a worker ends what was asked for, and the next sweep asks
    again."""
    if is_sweep:
        assert living.ended() == 0, living.told[-2000:]
        return
    again = machine.sweep(*here.arguments, *own)
    assert again.ended() == 0, again.told[-2000:]
    assert living.is_alive, living.told[-2000:]
    machine.kill(living)
    assert living.ended() == -9
