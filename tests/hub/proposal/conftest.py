"""A repository on the fake GitHub, and proposals to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from github_com.conftest import hub as hub
from github_com.hub import Hub
from support.proposals import Nets, nets_in


@pytest.fixture
def nets(hub: Hub, tmp_path: Path) -> Nets:
    return nets_in(hub, "acme/nets", tmp_path / "made")
