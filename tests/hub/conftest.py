"""A GitHub of our own for each test, and a client that waits for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dimorder.hub.client import Client
from dimorder.hub.gate import LocalGate
from dimorder.hub.token import Token
from github_com import openapi
from github_com.conftest import sound
from github_com.hub import Hub
from github_com.serving import serving
from support.fake_github import TOKEN, FakeGitHub, fake_github


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    with fake_github() as fake:
        yield fake


@pytest.fixture
def waited() -> list[float]:
    """Seconds that the client would have slept."""
    return []


@pytest.fixture
def client(hub: FakeGitHub, waited: list[float]) -> Client:
    return Client(hub.address, Token(TOKEN), sleep=waited.append, gate=LocalGate(sleep=waited.append))


@pytest.fixture
def github(tmp_path: Path) -> Iterator[Hub]:
    """The larger one, with real git and LFS; what is sent must be what GitHub's API has, where that can be told."""
    with serving(tmp_path / "github") as started:
        yield started
    assert started.journal.leaks == []
    assert started.journal.unknown == []
    if not openapi.why_not():
        sound(started)
