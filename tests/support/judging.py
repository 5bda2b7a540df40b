"""What is said of a zoo entry without --from and with it: one row of the table of expected results."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from dimorder.engine.table import COMPUTE
from dimorder.errors import DimorderError
from dimorder.flow.on_files import convert_file, inspect_file
from dimorder.flow.options import Options
from dimorder.report_data import InspectReport
from dimorder.semantics import Input
from dimorder.verdict import ABOUT
from support.conversions import DIALECTS, Workshop, paths_of, quiet, reason
from support.referee import opened
from support.zoo import Entry, entries, results

GOOD = ("equivalent", "unchanged")
"""What a conversion with --from may end in, besides a refusal."""


def row_of(workshop: Workshop, entry: Entry) -> dict[str, Any]:
    """Everything said of an entry, as plain words."""
    return {
        "classes": classes_of(entry),
        "referee": referee_of(entry),
        "without --from": {source: without_word(workshop.folder, entry, source) for source in entry.sources()},
        "with --from": {
            f"{source} {dialect}": workshop.converted(entry, source, dialect).word
            for source in entry.sources()
            for dialect in DIALECTS
        },
    }


def classes_of(entry: Entry) -> list[str]:
    """The layer classes of its architecture, in the spelling of its own Keras."""
    if not entry.has("model.json"):
        return []
    text = entry.path("model.json").read_text(encoding="utf-8")
    return sorted({_class(item) for item in _items(json.loads(text))} - {"", "Sequential", "Model"})


def _items(value: object) -> Iterator[dict[str, Any]]:
    """All mappings inside, from the outermost on."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _items(inner)


def _class(item: dict[str, Any]) -> str:
    """Keras 0.x has the class under `name`, beside the layer's own `custom_name`."""
    config = item.get("config")
    if "class_name" in item and isinstance(config, dict) and "name" in config:
        return str(item["class_name"])
    return str(item["name"]) if "custom_name" in item else ""


def referee_of(entry: Entry) -> str:
    """Whether the numpy referee knows every operation of the original."""
    try:
        with ExitStack() as stack:
            graph = opened(stack, paths_of(entry, "weights.h5"), Options(stated=entry.layout)).graph
    except DimorderError as error:
        return reason(error)
    assert graph is not None
    known = all(isinstance(node.op, (Input, *COMPUTE)) for node in graph.nodes)
    return "computes" if known else "cannot compute"


def without_word(folder: Path, entry: Entry, source: str) -> list[str]:
    """Each fact with its confidence, then what `convert` would do."""
    paths = paths_of(entry, source)
    try:
        facts = facts_of(inspect_file(paths, Options(), quiet))
    except DimorderError as error:
        return [reason(error)]
    return [*facts, without_outcome(folder, paths)]


def facts_of(report: InspectReport) -> list[str]:
    return [f"{about}: {getattr(report.layout, about)} {report.confidence[about]}" for about in ABOUT]


def without_outcome(folder: Path, paths: dict[str, str]) -> str:
    """Writing and proof are the same as with --from: see `with --from`."""
    try:
        target = {"target": str(folder / "never-written.h5")}
        if "architecture" in paths:
            target["architecture_out"] = str(folder / "never-written.json")
        return convert_file({**paths, **target}, Options(dry_run=True), quiet).verdict
    except DimorderError as error:
        return reason(error)


def written(verdict: str = "equivalent") -> Iterator[tuple[str, str, str]]:
    """(entry, source, dialect) of the conversions that end so according to the table; entries without a row too."""
    table = results()
    for entry in entries():
        for source in entry.sources():
            for dialect in DIALECTS:
                said = table.get(entry.name, {}).get("with --from", {}).get(f"{source} {dialect}", verdict)
                if said == verdict:
                    yield entry.name, source, dialect
