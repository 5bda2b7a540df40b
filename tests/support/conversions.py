"""Conversions of zoo entries: each is made once per run, on disk, shared by all workers of pytest-xdist."""

from __future__ import annotations

import fcntl
import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dimorder.errors import DimorderError
from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.report_data import ConvertReport
from support.zoo import Entry

SUFFIX = {"same": "h5", "keras2": "h5", "keras3": "keras"}
DIALECTS = tuple(SUFFIX)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Result:
    """What became of a conversion. refusal: the error's class and, where layers have no rule, their classes."""

    target: Path
    architecture: Path
    report: ConvertReport | None
    refusal: str = ""

    @property
    def word(self) -> str:
        return self.report.verdict if self.report else self.refusal

    def paths(self, source: str) -> dict[str, str]:
        """The converted file as the source of another run; weights come with their new architecture."""
        weights = source == "weights.h5" and self.architecture.exists()
        beside = {"architecture": str(self.architecture)} if weights else {}
        return {"source": str(self.target), **beside}


def quiet(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def reason(error: DimorderError) -> str:
    """A class of refusals that does not change with the wording."""
    layers = sorted(set(re.findall(r"no rule for (\w+)", error.sentence)))
    return f"{type(error).__name__}: no rule for {', '.join(layers)}" if layers else type(error).__name__


def paths_of(entry: Entry, source: str) -> dict[str, str]:
    """Weights come with their architecture; a full model holds its own."""
    beside = source == "weights.h5" and entry.has("model.json")
    architecture = {"architecture": str(entry.path("model.json"))} if beside else {}
    return {"source": str(entry.path(source)), **architecture}


def attempt(paths: dict[str, str], target: Path, options: Options) -> Result:
    """A conversion or its refusal; anything else is a bug and is raised."""
    architecture = target.with_name(target.name + ".json")
    written = {"target": str(target)}
    if "architecture" in paths and target.suffix == ".h5" and options.dialect in (None, "same"):
        written["architecture_out"] = str(architecture)
    try:
        report = convert_file({**paths, **written}, options, quiet, force=True)
    except DimorderError as error:
        return Result(target, architecture, None, reason(error))
    return Result(target, architecture, report)


@dataclass(frozen=True)
class Workshop:
    """A folder of results that several processes fill together."""

    folder: Path

    def once(self, key: str, make: Callable[[Path], Value]) -> Value:
        """What `make` gives for its own folder; made by whoever comes first."""
        place = self.folder / key.replace("/", "__")
        place.mkdir(parents=True, exist_ok=True)
        result = place / "result.pickle"
        with (place / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not result.exists():
                value = make(place)
                result.write_bytes(pickle.dumps(value))
            stored: Value = pickle.loads(result.read_bytes())
            return stored

    def converted(self, entry: Entry, source: str, dialect: str) -> Result:
        """The entry's file converted with --from of its stack."""

        def make(place: Path) -> Result:
            target = place / f"converted.{SUFFIX[dialect]}"
            # Real Keras 3 has its own tests of the same files: asking it here would cost seconds for each.
            options = Options(stated=entry.layout, dialect=dialect, referee="numpy")  # type: ignore[arg-type]
            return attempt(paths_of(entry, source), target, options)

        return self.once(f"{entry.name}/{source}/{dialect}", make)

    def back(self, entry: Entry, source: str) -> Result:
        """The converted file (its own dialect) converted to the layout that it came from."""

        def make(place: Path) -> Result:
            first = self.converted(entry, source, "same")
            options = Options(target=entry.layout, dialect="same", referee="numpy")
            return attempt(first.paths(source), place / "back.h5", options)

        return self.once(f"{entry.name}/{source}/back", make)

