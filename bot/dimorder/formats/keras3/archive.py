"""The zip around a Keras 3 model: three known members, read within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, BinaryIO

from dimorder.errors import UnsafeContent
from dimorder.formats.keras3.unsafe import check_harmless
from dimorder.formats.texts import MAX_BYTES, decoded, json_value
from dimorder.formats.zips import Zip

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
PICKLES = "model.weights.npz"
MAX_WEIGHTS = 20_000_000_000


class Archive:
    """One open `.keras` file. The bytes of members of other names are never looked at."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        self.path = path
        self.zip = Zip(file, path)
        _refuse_pickles(self.zip.names(), path)

    def config(self) -> Any:
        """The architecture; refused where loading it in Keras would do more than compute."""
        value = self.json(CONFIG)
        check_harmless(value, f"{self.path} ({CONFIG})")
        return value

    def json(self, name: str) -> Any:
        """A JSON member as plain values."""
        where = f"{self.path} ({name})"
        return json_value(decoded(self.zip.content(name, MAX_BYTES), where), where)

    def mapping(self, name: str) -> Mapping[str, Any]:
        """A JSON member that is an object; empty if there is no such member."""
        value = self.json(name) if name in self.zip.names() else {}
        return value if isinstance(value, dict) else {}

    def weights(self) -> IO[bytes]:
        """model.weights.h5 as a file, its checksum compared."""
        return self.zip.opened(WEIGHTS, MAX_WEIGHTS)


def _refuse_pickles(names: list[str], path: str) -> None:
    """Keras 3 writes an `.npz` as Python objects, which run code when opened; its own loader takes none since."""
    if PICKLES in names or (names and all(name.endswith(".npy") for name in names)):
        raise UnsafeContent(
            f"{path}: an .npz: Keras keeps Python objects in it (pickle), which are never opened",
            hint="load it in the program that wrote it, and save it as .keras or .weights.h5",
            code="npz.pickle",
        )
