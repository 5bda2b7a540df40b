"""The support matrix: every layer class of every Keras, what it is here, and which real file shows that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from dimorder.formats.keras3.operations import CLASSES as KERAS3
from dimorder.formats.layers.table import READERS
from dimorder.semantics import Opaque

HERE = Path(__file__).resolve().parent
ZOO = HERE.parent / "tests" / "zoo" / "expected_results.json"
ERAS = ("0", "1", "2", "3")
NEVER = {
    "Lambda": "its code is never run: `--lambda` says what it computes",
    "LambdaMerge": "its code is never run",
    "MaskedLambda": "its code is never run",
    "RNN": "holds cells of any kind",
    **dict.fromkeys(
        ("ConvLSTM2DCell", "GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"), "a cell, no layer of its own"
    ),
    "TimeDistributedMerge": "of 0.x only: rebuild it in code",
    "Siamese": "of 0.x only: rebuild it in code",
    "SiameseHead": "of 0.x only: rebuild it in code",
    "AutoEncoder": "of 0.x only: rebuild it in code",
    "SemiSupervizedConvolution2D": "of 0.x only, unfinished there",
}
"""Why a class has no operation, where there is more to say than that nobody has given it a rule."""
KERAS_3_ONLY = "read from Keras 3"
Read = Callable[[str, str], Any]
"""The operation of a class of an era; None where it cannot be read from a sample configuration."""


def rows(read: Read) -> Iterable[tuple[str, ...]]:
    """Class, its eras, its operation or why it has none, the file that shows it."""
    eras: dict[str, list[str]] = {}
    for era, names in json.loads((HERE / "classes.json").read_text(encoding="utf-8")).items():
        for name in names:
            eras.setdefault(name, []).append(era)
    shown = proven()
    for name in sorted(eras):
        known = name in READERS or name in KERAS3 or name == "InputLayer"
        if not known and eras[name] == ["3"]:
            continue  # Keras 3 alone has them: listed in one sentence
        yield name, " ".join(eras[name]), _what(name, eras[name], known, read), _shown(shown.get(name, []))


def latest(name: str) -> str:
    """The last of Keras 0 to 2 that has a class; what no listed version has was a name of Keras 1 or 2 for another."""
    classes = json.loads((HERE / "classes.json").read_text(encoding="utf-8"))
    return next((era for era in ("2", "1", "0") if name in classes[era]), "2")


def only_keras_3() -> list[str]:
    """Classes of Keras 3 that no earlier Keras had and that have no rule."""
    classes = json.loads((HERE / "classes.json").read_text(encoding="utf-8"))
    old = {name for era in ("0", "1", "2") for name in classes[era]}
    return [name for name in classes["3"] if name not in old and name not in KERAS3]


def _what(name: str, eras: list[str], known: bool, read: Read) -> str:
    if name == "InputLayer":
        return "Input"
    if not known:
        return f"refused: {NEVER.get(name, 'no rule')}"
    if name not in READERS:
        return KERAS_3_ONLY
    op = read(name, latest(name))
    if isinstance(op, Opaque):
        return f"refused: {op.because or NEVER.get(name, 'no rule')}"
    return type(op).__name__


def proven() -> dict[str, list[str]]:
    """Real files by the classes in them: those that convert to .keras and are proven in the zoo's table."""
    table = json.loads(ZOO.read_text(encoding="utf-8"))
    found: dict[str, list[str]] = {}
    for entry, row in sorted(table.items()):
        if "equivalent" in (row["with --from"].get(f"{source} keras3") for source in ("weights.h5", "full.h5")):
            for name in row.get("classes", []):
                found.setdefault(name, []).append(entry)
    return found


def _shown(entries: list[str]) -> str:
    """The first of each stack's, and how many there are."""
    if not entries:
        return "–"
    more = f" and {len(entries) - 1} more" if len(entries) > 1 else ""
    return f"`{entries[0]}`{more}"
