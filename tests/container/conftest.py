"""The image and whole workflows, really run: asked for by `make action`, which prepares what is needed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from container.engine import Engine, Image, parts_in

FOLDER = "DIMORDER_CONTAINER"


@pytest.fixture(scope="session")
def part() -> Callable[[str], str]:
    """The path of a program that prepare.sh has found; the test skips where it has not."""
    folder = os.environ.get(FOLDER)
    found = parts_in(Path(folder)) if folder else {}

    def path(name: str) -> str:
        if not folder:
            pytest.skip("builds an image and runs containers: make action")
        if name not in found:
            pytest.skip(f"{name} is not here: tests/container/prepare.sh says why")
        return found[name]

    return path


@pytest.fixture(scope="session")
def engine(part: Callable[[str], str]) -> Engine:
    """Podman, with the settings of prepare.sh."""
    return Engine(part("podman"), Path(os.environ[FOLDER]))


@pytest.fixture(scope="session")
def image(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """What the Dockerfile makes of this tree as it stands."""
    return engine.build(tmp_path_factory.mktemp("source"))
