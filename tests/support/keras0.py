"""Golden models of real Keras 0 as files: see engine/golden/make_keras0.py."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from dimorder.steps import Array

FOLDER = Path(__file__).parents[1] / "engine" / "golden" / "keras0"
NAMES = sorted(path.stem for path in FOLDER.glob("*.npz"))
DISTRIBUTED = "distributed"
"""Its maps stand behind an axis of steps."""


@dataclass(frozen=True)
class Golden:
    """One model: its JSON, its numbered arrays, what it was fed and what it answered."""

    name: str
    content: dict[str, Array]

    @property
    def counts(self) -> list[int]:
        return [int(count) for count in np.atleast_1d(self.content["counts"])]

    def inputs(self) -> list[Array]:
        return self._numbered("x")

    def inputs_of_tensorflow(self) -> list[Array]:
        channels = 2 if self.name.endswith(DISTRIBUTED) else 1
        return [np.moveaxis(x, channels, -1) if x.ndim > 3 else x for x in self.inputs()]

    def predictions(self) -> list[Array]:
        return self._numbered("y")

    def files(self, folder: Path, *, text: str = "architecture") -> dict[str, str]:
        """Weights as that Keras saved them, and the architecture beside them."""
        folder.mkdir(parents=True, exist_ok=True)
        weights, architecture = folder / f"{self.name}.h5", folder / f"{self.name}.{text}"
        architecture.write_text(str(self.content[text]), encoding="utf-8")
        with h5py.File(weights, "w") as file:
            if self.content["counts"].ndim == 0:
                groups = [file.create_group("graph")]
            else:
                file.attrs["nb_layers"] = len(self.counts)
                groups = [file.create_group(f"layer_{number}") for number in range(len(self.counts))]
            self._fill(groups)
        return {"source": str(weights), "architecture": str(architecture)}

    def _fill(self, groups: list[h5py.Group]) -> None:
        number = 0
        for group, count in zip(groups, self.counts, strict=True):
            group.attrs["nb_params"] = count
            for own in range(count):
                group[f"param_{own}"] = self.content[str(number)]
                number += 1

    def _numbered(self, letter: str) -> list[Array]:
        count = sum(name[0] == letter and name[1:].isdigit() for name in self.content)
        return [self.content[f"{letter}{number}"] for number in range(count)]


def golden(name: str) -> Golden:
    with np.load(FOLDER / f"{name}.npz") as stored:
        return Golden(name, dict(stored))
