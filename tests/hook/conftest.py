"""pre-commit, real, with this very tree as the repository that its configuration names; asked for by `make hook`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hook.commits import Commits, source_of_hooks


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not os.environ.get("DIMORDER_HOOK"):
        pytest.skip("pre-commit installs an environment: make hook")


@pytest.fixture(scope="session")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that holds this tree as it is now."""
    return source_of_hooks(tmp_path_factory.mktemp("hooks"))


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it installs; once for all tests."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def commits(tmp_path: Path, hooks: Path, environment: Path) -> Commits:
    """An empty repository whose configuration asks for both hooks."""
    made = Commits(tmp_path / "repository", hooks, environment)
    made.begin()
    return made
