"""GitHub's own pace: a second between two writes, by the server's clock, over the deaths of who writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from github_com.conftest import sound
from github_com.machine import Starter
from github_com.serving import serving
from github_com.test_cut_off import JITTER
from github_com.test_killed import killed_at
from github_com.town import town

SECOND = 1.0
"""Between two writes."""
LONG = 5.0
"""Seconds: longer than the next process needs until it would write."""


def test_a_second_lies_between_two_writes(starter: Starter, tmp_path: Path) -> None:
    with serving(tmp_path / "github") as hub, starter.machine(hub, tmp_path / "machine") as machine:
        here = town(hub, models=1)
        assert machine.sweep(*here.arguments, "--between", str(SECOND)).ended() == 0
        assert here.problems() == []
        assert hub.journal.closest() >= SECOND - JITTER
    sound(hub)


def test_so_it_does_where_the_one_who_wrote_before_is_dead(starter: Starter, tmp_path: Path) -> None:
    with serving(tmp_path / "github") as hub, starter.machine(hub, tmp_path / "machine") as machine:
        here = town(hub, models=1)
        pace = (*here.arguments, "--between", str(LONG))
        killed_at("blob", machine, list(pace))
        hub.strike("blob", machine.kill_all)
        assert machine.sweep(*pace).ended() == -9
        assert len(hub.journal.of()) == 2
        assert hub.journal.closest() >= LONG - JITTER
    sound(hub)


@pytest.mark.parametrize("api", ["https://api.github.com", "https://acme.ghe.com/api/v3"])
def test_github_itself_is_never_written_to_faster(starter: Starter, tmp_path: Path, api: str) -> None:
    with serving(tmp_path / "github") as hub, starter.machine(hub, tmp_path / "machine") as machine:
        process = machine.sweep("--repository", "acme/nets", "--api", api, "--between", "0.5")
        assert process.ended() == 2, process.told
        assert hub.journal.asked == []
