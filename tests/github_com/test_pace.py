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


def test_a_second_lies_between_two_writes_whoever_dies(starter: Starter, tmp_path: Path) -> None:
    with serving(tmp_path / "github") as hub, starter.machine(hub, tmp_path / "machine") as machine:
        here = town(hub, models=2)
        for kind in ("commit", "ref"):
            killed_at(kind, machine, [*here.arguments, "--between", str(SECOND)])
        assert machine.sweep(*here.arguments, "--between", str(SECOND)).ended() == 0
        assert here.problems() == []
        assert hub.journal.closest() >= SECOND - JITTER
    sound(hub)


@pytest.mark.parametrize("api", ["https://api.github.com", "https://acme.ghe.com/api/v3"])
def test_github_itself_is_never_written_to_faster(starter: Starter, tmp_path: Path, api: str) -> None:
    with serving(tmp_path / "github") as hub, starter.machine(hub, tmp_path / "machine") as machine:
        process = machine.sweep("--repository", "acme/nets", "--api", api, "--between", "0.5")
        assert process.ended() == 2, process.told
        assert hub.journal.asked == []
