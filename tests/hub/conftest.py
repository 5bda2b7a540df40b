"""A GitHub of our own for each test, and a client that waits for nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dimorder.hub.client import Client
from dimorder.hub.token import Token
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
    return Client(hub.address, Token(TOKEN), sleep=waited.append)
