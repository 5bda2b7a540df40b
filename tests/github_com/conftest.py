"""A GitHub of our own for each test; whatever crosses the wire is held to GitHub's own description of its API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from github_com import openapi
from github_com.hub import Hub
from github_com.machine import Starter, starting
from github_com.serving import serving


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Fails a test that has sent, or been sent, what GitHub's API does not have, or a token anywhere but in its
    header."""
    because = openapi.why_not()
    if because:
        pytest.skip(because)
    with serving(tmp_path / "github") as started:
        yield started
    sound(started)


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    """Of processes that sweep."""
    because = openapi.why_not()
    if because:
        pytest.skip(because)
    with starting() as started:
        yield started


def sound(hub: Hub) -> None:
    """Nothing unknown was asked, nothing crashed, no token leaked, each exchange is one of GitHub's."""
    assert hub.journal.crashes == []
    assert hub.journal.unknown == []
    assert hub.journal.leaks == []
    assert list(openapi.problems(hub.journal.exchanges.values())) == []
