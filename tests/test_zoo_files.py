"""Every converted file of the zoo, byte by byte: against the reference conversion, there and back, twice, and again."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import h5py
import pytest

from dimorder.flow.options import Options
from dimorder.graph import Graph
from support.conversions import SUFFIX, Workshop, attempt, paths_of
from support.datasets import attributes, datasets, differing
from support.judging import written
from support.places import REPOSITORY, TESTS
from support.referee import opened
from support.zoo import by_name

CONVERTED = list(written())
IN_THEIR_OWN_DIALECT = [(name, source) for name, source, dialect in CONVERTED if dialect == "same"]
BY_THE_REFERENCE = [
    name for name, source in IN_THEIR_OWN_DIALECT if source == "weights.h5" and by_name()[name].has("expected_tf.h5")
]
OTHERWISE_THAN_THE_REFERENCE: dict[str, str] = {}
"""Entries whose arrays are right in another form than the reference chose -> why."""

there_and_back = pytest.mark.parametrize(
    ("name", "source"), IN_THEIR_OWN_DIALECT, ids=["-".join(one) for one in IN_THEIR_OWN_DIALECT]
)
CASE = ("name", "source", "dialect")
every_conversion = pytest.mark.parametrize(CASE, CONVERTED, ids=["-".join(one) for one in CONVERTED])
a_seventh_of_them = pytest.mark.parametrize(CASE, CONVERTED[::7], ids=["-".join(one) for one in CONVERTED[::7]])
"""Of every kind some: each takes a conversion of its own, and all of them took a minute and a half."""


@pytest.mark.parametrize("name", BY_THE_REFERENCE)
def test_arrays_equal_the_reference_conversion_bit_for_bit(name: str, workshop: Workshop) -> None:
    entry = by_name()[name]
    found = datasets(workshop.converted(entry, "weights.h5", "same").target)
    differs = differing(found, datasets(entry.path("expected_tf.h5")))
    assert bool(differs) == (name in OTHERWISE_THAN_THE_REFERENCE), differs


@there_and_back
def test_there_and_back_gives_every_array_bit_for_bit(name: str, source: str, workshop: Workshop) -> None:
    entry = by_name()[name]
    there, back = workshop.converted(entry, source, "same"), workshop.back(entry, source)
    assert there.report is not None
    if back.report is None or back.report.edits:
        pytest.skip(f"its padding was rewritten, and does not come back: {back.word}")
    original = datasets(entry.path(source))
    assert differing(datasets(back.target), original) == []
    assert bool(differing(datasets(there.target), original)) == bool(there.report.plan)


OURS = ("dimorder", "backend")
"""Attributes that say who wrote a file."""


@there_and_back
def test_there_and_back_gives_all_else_too(name: str, source: str, workshop: Workshop) -> None:
    entry = by_name()[name]
    there, back = workshop.converted(entry, source, "same"), workshop.back(entry, source)
    assert there.report is not None
    if back.report is None or there.report.edits:
        pytest.skip("its architecture was rewritten, and does not come back")
    old, new = attributes(entry.path(source)), attributes(back.target)
    ours = {key for key in (*old, *new) if key[1] in OURS}
    architecture = {key for key in old if key[1] == "model_config"}
    rest = (old.keys() | new.keys()) - ours - architecture
    assert {key: (old.get(key), new.get(key)) for key in rest if old.get(key) != new.get(key)} == {}
    for key in architecture:
        assert lost(json.loads(old[key]), json.loads(new[key])) == []
    assert graph_of(back.paths(source), Options()) == graph_of(paths_of(entry, source), Options(stated=entry.layout))


def lost(old: Any, new: Any, place: str = "") -> list[str]:
    """Places of a configuration that are no longer what they were. More may be said: Keras 1 left some defaults out."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [p for key, value in old.items() for p in lost(value, new.get(key), f"{place}/{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [p for number, pair in enumerate(zip(old, new, strict=True)) for p in lost(*pair, f"{place}/{number}")]
    return [] if old == new else [f"{place}: {old} became {new}"]


def graph_of(paths: dict[str, str], options: Options) -> Graph | None:
    with ExitStack() as stack:
        return opened(stack, paths, options).graph


@there_and_back
def test_the_file_says_what_it_is_now(name: str, source: str, workshop: Workshop) -> None:
    """In ASCII, which the h5py of old Keras gives as bytes: Keras calls decode on them (traps 42)."""
    entry = by_name()[name]
    with h5py.File(workshop.converted(entry, source, "same").target) as new, h5py.File(entry.path(source)) as old:
        stated = {key: value for key, value in new.attrs.items() if key in (*OURS, "model_config")}
        encodings = {h5py.check_string_dtype(new.attrs.get_id(key).dtype).encoding for key in stated}
        had = {key for key in old.attrs if key in (*OURS, "model_config")}
    assert stated.keys() == had | {"dimorder"}
    assert encodings == {"ascii"}
    assert stated.get("backend", "tensorflow") in ("tensorflow", b"tensorflow")
    said = json.loads(stated["dimorder"])
    assert said["layout"].startswith("tf/tf")
    assert said["source_layout"].startswith(str(entry.layout))
    assert said["source_sha256"] == hashlib.sha256(entry.path(source).read_bytes()).hexdigest()


@every_conversion
def test_converting_twice_writes_nothing(
    name: str, source: str, dialect: str, workshop: Workshop, tmp_path: Path
) -> None:
    first = workshop.converted(by_name()[name], source, dialect)
    again = attempt(first.paths(source), tmp_path / f"twice.{SUFFIX[dialect]}", Options())
    assert again.word == "unchanged"
    assert list(tmp_path.iterdir()) == []


@a_seventh_of_them
def test_the_same_input_gives_the_same_bytes(
    name: str, source: str, dialect: str, workshop: Workshop, tmp_path: Path
) -> None:
    first = workshop.converted(by_name()[name], source, dialect).target
    again = tmp_path / first.name
    written_once_more(name, source, dialect, again)
    assert again.read_bytes() == first.read_bytes()


def written_once_more(name: str, source: str, dialect: str, target: Path) -> None:
    entry = by_name()[name]
    options = Options(stated=entry.layout, dialect=dialect, referee="numpy")  # type: ignore[arg-type]
    attempt(paths_of(entry, source), target, options)


ANOTHER_PROCESS = """
import sys
from pathlib import Path
from test_zoo_files import written_once_more
for line in sys.stdin.read().splitlines():
    written_once_more(*line.split()[:3], Path(line.split()[3]))
"""


def test_another_process_gives_the_same_bytes(workshop: Workshop, tmp_path: Path) -> None:
    """Another seed for hashes: the order of sets must not show."""
    some = CONVERTED[:: max(1, len(CONVERTED) // 40)]
    targets = []
    for number, (_, _, dialect) in enumerate(some):
        (tmp_path / str(number)).mkdir()
        targets.append(tmp_path / str(number) / f"converted.{SUFFIX[dialect]}")
    wanted = [f"{' '.join(case)} {target}" for case, target in zip(some, targets, strict=True)]
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    packages = os.pathsep.join([str(TESTS), str(REPOSITORY / "bot")])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": packages}
    done = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS],
        input="\n".join(wanted),
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    firsts = [workshop.converted(by_name()[name], source, dialect).target for name, source, dialect in some]
    pairs = zip(some, targets, firsts, strict=True)
    assert [case for case, again, first in pairs if again.read_bytes() != first.read_bytes()] == []


def test_optimizer_state_comes_along() -> None:
    """Or the bit-for-bit tests above would say nothing about it."""
    full = [by_name()[name].path(source) for name, source in IN_THEIR_OWN_DIALECT if source == "full.h5"]
    slots = [path for path in full if any(key.startswith("optimizer_weights") for key in datasets(path))]
    assert len(slots) == len(full) >= 10


def test_moved_optimizer_state_is_moved_in_between(workshop: Workshop) -> None:
    """Slots of a moved weight differ in the middle file exactly where the weight does."""
    entry = by_name()["k122-theano-th/flatten_concat_vec"]
    there = datasets(workshop.converted(entry, "full.h5", "same").target)
    moved = differing(there, datasets(entry.path("full.h5")))
    weights = [path for path in moved if path.startswith("model_weights")]
    assert len(moved) == 2 * len(weights) > 0  # SGD with momentum: one slot for each weight


def test_the_way_back_is_a_conversion_of_its_own(workshop: Workshop) -> None:
    entry = by_name()["k122-theano-th/flatten_concat_vec"]
    report = workshop.back(entry, "weights.h5").report
    assert report is not None
    assert report.verdict == "equivalent"
    assert report.layout == {"source": "tf/tf/hwc", "target": "th/th/chw"}
