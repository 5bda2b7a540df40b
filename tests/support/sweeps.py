"""An organisation on the fake GitHub, and what a sweep over it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from github_com.hub import Hub
from github_com.world import Repository
from support.places import PART_OF_ZOO

TH = (PART_OF_ZOO / "k208-theano-th" / "flatten_dense" / "full.h5").read_bytes()
LIKELY = (PART_OF_ZOO / "k122-theano-th" / "advact_net" / "full.h5").read_bytes()
"""Its kernels are only likely Theano's."""
CHANNELS_FIRST = b"""\
from keras.layers import Conv2D
from keras.models import Sequential

net = Sequential()
net.add(Conv2D(4, (3, 3), data_format='channels_first', input_shape=(3, 16, 16)))
"""
INVITED = b"bot:\n  enabled: true\n"


@dataclass(frozen=True)
class Swept:
    """What came of it. calls: requests that were made of GitHub, those that ask who we are left out."""

    code: int
    fleet: dict[str, Any]
    calls: tuple[str, ...]
    error: str

    def word(self, repository: str) -> str:
        return str(self.line(repository)["word"])

    def line(self, repository: str) -> dict[str, Any]:
        (found,) = [one for one in self.fleet["repositories"] if one["repository"] == repository]
        return dict(found)

    @property
    def words(self) -> dict[str, str]:
        return {one["repository"]: one["word"] for one in self.fleet.get("repositories", [])}


@dataclass(frozen=True)
class Told:
    """What a command that writes no document says."""

    code: int
    out: str
    error: str


@dataclass
class Town:
    """A GitHub with an organisation and a bot, and a machine that sweeps it."""

    hub: Hub
    folder: Path
    sweep: Callable[..., Swept]
    init: Callable[..., Told]
    token: str

    def repository(self, name: str, files: dict[str, bytes] | None = None, **facts: Any) -> Repository:
        held = {"nets/model.h5": TH, ".dimorder.yml": INVITED} if files is None else files
        return self.hub.repository(f"acme/{name}", held, roles={"bot": "write", "ann": "admin"}, **facts)

    @property
    def proposals(self) -> Path:
        return self.folder / "proposals"
