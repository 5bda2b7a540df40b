"""Sweeps as the command line begins them, over a GitHub of our own with real repositories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dimorder import cli
from github_com.conftest import hub as hub
from github_com.hub import Hub
from support.in_process import run_here
from support.sweeps import Swept, Told, Town


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
