"""A sweep signed in as a GitHub App: tokens for one repository with no more than they need, made anew when they end."""

from __future__ import annotations

from pathlib import Path

from github_com.conftest import sound
from github_com.hub import Hub
from github_com.machine import BETWEEN, Machine, Starter
from github_com.serving import serving
from github_com.test_cut_off import JITTER
from github_com.town import MODEL, OWN
from github_com.world import Repository

MAY = {"contents": "write", "pull_requests": "write", "issues": "write", "metadata": "read"}
NAMES = ("one", "two", "three")


class Office:
    """An organisation that has installed the App on its private repositories."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.app = hub, hub.app("dimorder", **MAY)
        hub.account(OWN, "Organization")
        self.nets = [hub.repository(f"{OWN}/{name}", MODEL, private=True) for name in NAMES]
        hub.repository(f"{OWN}/others", MODEL, private=True)
        hub.install(self.app, OWN, self.nets)
        self.signing = {"DIMORDER_APP_ID": str(self.app.id), "DIMORDER_APP_KEY": self.app.key}

    def opened(self) -> list[Repository]:
        return [one for one in self.nets if [pull.state for pull in one.pulls] == ["open"]]


def swept(machine: Machine) -> None:
    process = machine.sweep("--installed")
    assert process.ended() == 0, process.told[-2000:]


def test_tokens_may_no_more_than_they_need(starter: Starter, tmp_path: Path) -> None:
    with serving(tmp_path / "github") as hub:
        office = Office(hub)
        with starter.machine(hub, tmp_path / "machine", office.signing) as machine:
            swept(machine)
            assert office.opened() == office.nets
            assert machine.secrets() == []
        held = [one for one in hub.world.credentials.values() if one.permissions is not None]
        for one in held:
            assert set(one.permissions or {}) <= set(MAY)
        writing = [one for one in held if "write" in (one.permissions or {}).values()]
        assert len(writing) == len(NAMES)
        assert all(len(one.repositories or ()) == 1 for one in writing)
        assert {pull.author.login for one in office.nets for pull in one.pulls} == {"dimorder[bot]"}
    sound(hub)


def test_it_goes_on_when_tokens_end(starter: Starter, tmp_path: Path) -> None:
    with serving(tmp_path / "github") as hub:
        office = Office(hub)
        for kind in ("blob", "ref"):
            hub.strikes[kind] = lambda write: all_tokens_end(hub)
        with starter.machine(hub, tmp_path / "machine", office.signing) as machine:
            swept(machine)
            assert office.opened() == office.nets
            assert hub.journal.closest() >= BETWEEN - JITTER
        assert any(one.status == 401 for one in hub.journal.asked)
    sound(hub)


def all_tokens_end(hub: Hub) -> bool:
    """Sooner than was said, as when somebody changes what the App may. The write is answered."""
    for one in hub.world.credentials.values():
        one.expires = 0.0
    return False
