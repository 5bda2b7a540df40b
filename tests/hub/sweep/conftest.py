"""Sweeps as the command line begins them, over a GitHub of our own with real repositories."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dimorder import cli
from github_com.conftest import hub as hub
from github_com.hub import Hub
from github_com.world import Repository
from support.in_process import run_here
from support.places import PART_OF_ZOO

TH = (PART_OF_ZOO / "k208-theano-th" / "flatten_dense" / "full.h5").read_bytes()
LIKELY = (PART_OF_ZOO / "k122-theano-th" / "advact_net" / "full.h5").read_bytes()
"""Its kernels are only likely Theano's."""
INVITED = b"bot:\n  enabled: true\n"


@dataclass(frozen=True)
class Swept:
    """What came of it. calls: requests that were made of GitHub, those that ask who we are left out."""

    code: int
    fleet: dict[str, Any]
    calls: tuple[str, ...]
    error: str

    def word(self, repository: str) -> str:
        return str(self.line(repository)["word"])

    def line(self, repository: str) -> dict[str, Any]:
        (found,) = [one for one in self.fleet["repositories"] if one["repository"] == repository]
        return dict(found)

    @property
    def words(self) -> dict[str, str]:
        return {one["repository"]: one["word"] for one in self.fleet.get("repositories", [])}


@dataclass(frozen=True)
class Told:
    """What a command that writes no document says."""

    code: int
    out: str
    error: str


@dataclass
class Town:
    """A GitHub with an organisation and a bot, and a machine that sweeps it."""

    hub: Hub
    folder: Path
    sweep: Callable[..., Swept]
    init: Callable[..., Told]
    token: str

    def repository(self, name: str, files: dict[str, bytes] | None = None, **facts: Any) -> Repository:
        held = {"nets/model.h5": TH, ".dimorder.yml": INVITED} if files is None else files
        return self.hub.repository(f"acme/{name}", held, roles={"bot": "write", "ann": "admin"}, **facts)

    @property
    def proposals(self) -> Path:
        return self.folder / "proposals"


@pytest.fixture
def town(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Town:
    run_here(monkeypatch)
    hub.account("acme", "Organization")
    token, folder = hub.token("bot"), tmp_path / "swept"

    def said(*arguments: str) -> Told:
        monkeypatch.setenv("DIMORDER_TOKEN", token)
        monkeypatch.setenv("DIMORDER_API", hub.address)
        capsys.readouterr()
        code = cli.main(list(arguments))
        told = capsys.readouterr()
        assert token not in told.out + told.err
        return Told(code, told.out, told.err)

    def sweep(*arguments: str, command: str = "sweep") -> Swept:
        before = len(hub.journal.asked)
        own = ("--scratch", str(tmp_path / "scratch"), "--between", "0", "--output", "json")
        folders = ("--folder", str(folder)) if command == "sweep" else ()
        told = said(command, *own, *folders, *arguments)
        asked = (one for one in hub.journal.asked[before:] if not one.path.endswith("/graphql"))
        calls = tuple(f"{one.method} {one.path}" for one in asked)
        return Swept(told.code, json.loads(told.out) if told.out.startswith("{") else {}, calls, told.error)

    def init(*arguments: str) -> Told:
        return said("init", "--between", "0", *arguments)

    return Town(hub, folder, sweep, init, token)
