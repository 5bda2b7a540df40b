"""These tests strike the program dead at each of its steps: minutes of work, so `make death` asks for them by name."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sudden_death.runs import Bench
from sudden_death.striking import Strikers


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not os.environ.get("DIMORDER_DEATH"):
        pytest.skip("takes minutes: make death")
    if "strikers" in getattr(item, "fixturenames", ()) and (because := _no_tracer()):
        pytest.skip(because)


@cache
def _no_tracer() -> str:
    """Why nothing can be traced here, "" where it can."""
    if shutil.which("strace") is None:
        return "strace is not installed (apt-get install strace)"
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True)
    return f"strace may not trace here: {tried.stderr.strip()}" if tried.returncode else ""


@pytest.fixture(scope="session")
def strikers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strikers]:
    """As many programs at a time as there are processors, and at least two."""
    folder = tmp_path_factory.mktemp("strikers")
    count = max(2, min(os.cpu_count() or 1, 4))
    found = Strikers([Bench(folder / str(number)) for number in range(count)], folder / "runs")
    yield found
    found.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    found = Bench(tmp_path / "bench")
    yield found
    found.close()
