"""What a GitHub App's tokens may do, and when: to write only once there is something proven to write."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dimorder import cli
from github_com.hub import Hub
from support.in_process import run_here
from support.sweeps import INVITED, TH

Sweep = Callable[..., int]

ALL = {"contents": "write", "pull_requests": "write", "issues": "write", "metadata": "read"}


@pytest.fixture
def swept_by_app(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sweep:
    run_here(monkeypatch)
    hub.account("acme", "Organization")
    app = hub.app("dimorder", **ALL)
    hub.install(app, "acme")

    def sweep(*arguments: str) -> int:
        monkeypatch.delenv("DIMORDER_TOKEN", raising=False)
        monkeypatch.setenv("DIMORDER_APP_ID", str(app.id))
        monkeypatch.setenv("DIMORDER_APP_KEY", app.key)
        monkeypatch.setenv("DIMORDER_API", hub.address)
        folders = ("--folder", str(tmp_path / "swept"), "--scratch", str(tmp_path / "scratch"))
        code = cli.main(["sweep", "--installed", "--between", "0", *folders, *arguments])
        assert "DIMORDER_APP_KEY" not in os.environ
        return code

    return sweep


def minted(hub: Hub) -> list[dict[str, str]]:
    """What the tokens of installations may do."""
    return [dict(one.permissions) for one in hub.world.credentials.values() if one.permissions]


def test_looking_needs_no_right_to_write(hub: Hub, swept_by_app: Sweep) -> None:
    hub.repository("acme/nets", {"model.h5": TH, ".dimorder.yml": INVITED})
    hub.repository("acme/none", {"README.md": b"", ".dimorder.yml": INVITED})
    hub.repository("acme/uninvited", {"model.h5": TH})
    assert swept_by_app() == 0
    assert minted(hub)
    assert [one for one in minted(hub) if "write" in one.values()] == []


def test_without_a_proposal_nothing_may_write_even_with_apply(hub: Hub, swept_by_app: Sweep) -> None:
    hub.repository("acme/none", {"README.md": b"", ".dimorder.yml": INVITED})
    hub.repository("acme/uninvited", {"model.h5": TH})
    assert swept_by_app("--apply") == 0
    assert [one for one in minted(hub) if "write" in one.values()] == []


def test_a_proposal_is_written_with_what_it_takes(hub: Hub, swept_by_app: Sweep) -> None:
    nets = hub.repository("acme/nets", {"model.h5": TH, ".dimorder.yml": INVITED})
    hub.repository("acme/none", {"README.md": b"", ".dimorder.yml": INVITED})
    assert swept_by_app("--apply") == 0
    assert len(hub.pulls("acme/nets", "open")) == 1
    (writing,) = [one for one in hub.world.credentials.values() if "write" in (one.permissions or {}).values()]
    assert writing.permissions == {"metadata": "read", "contents": "write", "pull_requests": "write"}
    assert writing.repositories == {nets.id}


def test_an_unchanged_repository_costs_no_token_of_its_own(hub: Hub, swept_by_app: Sweep) -> None:
    for number in range(3):
        hub.repository(f"acme/none{number}", {"README.md": b"", ".dimorder.yml": INVITED})
    swept_by_app()
    before = len(hub.journal.asked)
    swept_by_app()
    asked = [one.path for one in hub.journal.asked[before:]]
    assert sum("access_tokens" in path for path in asked) == 1
    assert sum("/git/ref/" in path for path in asked) == 3
