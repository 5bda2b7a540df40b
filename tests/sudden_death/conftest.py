"""These tests strike the program dead at each of its steps: minutes of work, so `make death` asks for them by name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sudden_death.runs import Bench
from sudden_death.striking import Strikers


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not os.environ.get("DIMORDER_DEATH"):
        pytest.skip("takes minutes: make death")
    if "strikers" in getattr(item, "fixturenames", ()) and shutil.which("strace") is None:
        pytest.skip("strace is not installed (apt-get install strace)")


@pytest.fixture(scope="session")
def strikers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strikers]:
    """Two programs at a time."""
    folder = tmp_path_factory.mktemp("strikers")
    found = Strikers([Bench(folder / str(number)) for number in range(min(os.cpu_count() or 1, 4))], folder / "runs")
    yield found
    found.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    found = Bench(tmp_path / "bench")
    yield found
    found.close()
