"""Small models of old Keras on Theano, with their own predictions, as files (see engine/golden/make_legacy.py)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.report_data import ConvertReport

GOLDEN = Path(__file__).parents[1] / "engine" / "golden" / "legacy.json"
ENDINGS = {"same": "h5", "keras2": "h5", "keras3": "keras"}


@dataclass(frozen=True)
class Old:
    """One model. expected: its stack's predictions for the inputs."""

    name: str
    keras_version: str
    architecture: dict[str, Any]
    layers: list[tuple[str, list[str]]]
    weights: list[Any]
    input: list[Any]
    expected: list[Any]

    @property
    def id(self) -> str:
        return f"{self.keras_version} {self.name}"

    def changed(self, **facts: Any) -> Old:
        return replace(self, **facts)

    def weights_named(self, ending: str) -> list[int]:
        names = [name for _, names in self.layers for name in names]
        return [number for number, name in enumerate(names) if name.endswith(ending)]


def models() -> list[Old]:
    return [Old(**record) for record in json.loads(GOLDEN.read_text())]


def model(version: str, name: str) -> Old:
    (found,) = [one for one in models() if (one.keras_version, one.name) == (version, name)]
    return found


def written(old: Old, folder: Path) -> dict[str, str]:
    """Weights as that Keras wrote them, the architecture beside, samples and what is expected of them."""
    names = {"source": "old.h5", "architecture": "old.json", "samples": "x.npy", "expect": "y.npy"}
    paths = {role: str(folder / name) for role, name in names.items()}
    arrays = iter(old.weights)
    with h5py.File(paths["source"], "w") as file:
        if old.keras_version.startswith("2"):
            file.attrs["keras_version"], file.attrs["backend"] = old.keras_version.encode(), b"theano"
        file.attrs["layer_names"] = np.array([name.encode() for name, _ in old.layers])
        for layer, own in old.layers:
            group = file.create_group(layer)
            group.attrs["weight_names"] = np.array([name.encode() for name in own])
            for name in own:
                group[name] = np.array(next(arrays), np.float32)
    Path(paths["architecture"]).write_text(json.dumps(old.architecture))
    np.save(paths["samples"], np.array(old.input, np.float32))
    np.save(paths["expect"], np.array(old.expected, np.float32))
    return paths


def converted(old: Old, folder: Path, dialect: str, **options: Any) -> ConvertReport:
    """The report; the target is `new.h5` or `new.keras` in the folder."""
    paths = written(old, folder)
    paths["target"] = str(folder / f"new.{ENDINGS[dialect]}")
    if dialect == "same":
        paths["architecture_out"] = str(folder / "new.json")
    stated = Options(stated=parse_layout("th/th"), dialect=dialect, referee="numpy", **options)  # type: ignore[arg-type]
    return convert_file(paths, stated, lambda stage, done, total: None)
