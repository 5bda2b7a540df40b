"""The step as the runner starts it, in this process and without a child for each file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dimorder.action import step
from dimorder.action.secret import hide
from support.fake_github import TOKEN, FakeGitHub, fake_github
from support.in_process import run_here
from support.pull_request import Runner


@dataclass(frozen=True)
class Stepped:
    """What came of it. log: the standard output."""

    code: int
    log: str
    error: str
    runner: Runner

    @property
    def commands(self) -> list[str]:
        """Those lines that the runner acts upon."""
        return [line for line in self.log.split("\n") if line.startswith("::")]

    @property
    def outputs(self) -> dict[str, str]:
        return self.runner.outputs()

    @property
    def summary(self) -> str:
        return self.runner.summary.read_text()


Step = Callable[..., Stepped]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    """A GitHub of our own, which the steps of this test talk to; nobody waits for it."""
    with fake_github() as fake:
        monkeypatch.setenv("GITHUB_API_URL", fake.address)
        monkeypatch.setattr("dimorder.hub.gate.BETWEEN", 0.0)
        yield fake


@pytest.fixture
def step_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Step:
    """Run the step in a checkout: (checkout, event, name of the event, **inputs)."""
    run_here(monkeypatch)
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "INPUT_"))]:
        monkeypatch.delenv(name)

    def stepped(checkout: Path, event: Mapping[str, Any], name: str = "pull_request", **inputs: str) -> Stepped:
        runner = Runner(tmp_path / "runner", checkout)
        for key in [key for key in os.environ if key.startswith("INPUT_")]:
            monkeypatch.delenv(key)
        for key, value in runner.variables(event, name, **{"token": TOKEN, **inputs}).items():
            monkeypatch.setenv(key, value)
        monkeypatch.chdir(tmp_path)
        capsys.readouterr()
        code = step.main(hide(os.environ))
        told = capsys.readouterr()
        return Stepped(code, told.out, told.err, runner)

    return stepped
