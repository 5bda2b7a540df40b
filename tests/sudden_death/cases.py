"""Three shapes of conversion, small enough to be killed at each step."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from support.places import PART_OF_ZOO

_ZOO = PART_OF_ZOO / "k122-theano-th"
_ALWAYS = ("--referee", "numpy", "--quiet")


@dataclass(frozen=True)
class Case:
    """inputs: name in the folder -> file of the zoo. written: all files that a conversion leaves, the target first."""

    name: str
    inputs: dict[str, Path]
    options: tuple[str, ...]
    written: tuple[str, ...]

    @property
    def arguments(self) -> list[str]:
        source = next(iter(self.inputs))
        return ["convert", source, "-o", self.written[0], *self.options, *_ALWAYS]

    def lay_out(self, folder: Path) -> None:
        """A folder with the inputs, of an odd mode, so that its loss would show."""
        folder.mkdir(parents=True)
        for name, file in self.inputs.items():
            shutil.copyfile(file, folder / name)
            (folder / name).chmod(0o640)


WEIGHTS = Case(
    "weights",
    {"w.h5": _ZOO / "even_valid/weights.h5", "m.json": _ZOO / "even_valid/model.json"},
    ("--architecture", "m.json", "--from", "th/th"),
    ("w.tf.h5", "w.tf.h5.proof.json"),
)
MODEL = Case(
    "model",
    {"m.h5": _ZOO / "fcn_softmax_map/full.h5"},
    ("--from", "th/th"),
    ("m.keras", "m.keras.proof.json"),
)
APART = Case(
    "apart",
    {"w.h5": _ZOO / "fcn_softmax_map/weights.h5", "m.json": _ZOO / "fcn_softmax_map/model.json"},
    ("--architecture", "m.json", "--from", "th/th", "--architecture-out", "new.json"),
    ("new.weights.h5", "new.weights.h5.proof.json", "new.json"),
)
CASES = (WEIGHTS, MODEL, APART)
