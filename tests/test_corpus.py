"""Real public files that nobody here wrote: published twins come out alike, and nothing crashes."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dimorder.errors import DimorderError
from dimorder.flow.on_files import convert_file, inspect_file
from dimorder.flow.options import Options
from dimorder.layout import Layout
from support.conversions import quiet, reason
from support.datasets import same_bits, weights
from support.places import corpus
from support.table import Recorder, record

pytestmark = pytest.mark.corpus

ANOTHER_QUESTION = {"extended_coda": "a migration from Keras 1 to 2, not from Theano: its tf file is of another era"}
LARGEST = 4_000_000
SLOW = {"files/kipoi__kipoi__0346abca1e.h5": "its sequences are so long that the proof alone takes half a minute"}


@cache
def manifest() -> dict[str, Any]:
    folder = corpus()
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8")) if folder else {"files": []}
    return found


@cache
def blobs() -> dict[str, str]:
    """Git's own name of each file's content -> where it lies."""
    folder = corpus()
    assert folder is not None
    found = {}
    for entry in manifest()["files"]:
        content = (folder / entry["file"]).read_bytes()
        found[hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()] = str(folder / entry["file"])
    return found


def place_of(pair: dict[str, Any], side: str) -> Path | None:
    """The file that a pair speaks of: by its content where that is stated, else by its path."""
    folder = corpus()
    assert folder is not None
    stated = re.search(r"blob (\w+)", pair[side])
    if stated:
        places = [place for name, place in blobs().items() if name.startswith(stated[1])]
        return Path(places[0]) if places else None
    path = re.split(r"[@ ]", pair[side])[0]
    files = [f for f in manifest()["files"] if f["repo"] == pair["repo"] and f["path"] == path]
    return folder / files[0]["file"] if files else None


@pytest.mark.parametrize("pair", manifest().get("pairs", {}).get("true", []), ids=lambda pair: pair["id"])
def test_a_published_twin_comes_out_bit_for_bit(
    pair: dict[str, Any], tmp_path: Path, record_property: Recorder
) -> None:
    if pair["id"] in ANOTHER_QUESTION:
        pytest.skip(ANOTHER_QUESTION[pair["id"]])
    theano, tensorflow = place_of(pair, "th"), place_of(pair, "tf")
    if theano is None or tensorflow is None:
        pytest.skip(f"the corpus holds only one of the two: {pair['tf'] if theano is None else pair['th']}")
    ours = tmp_path / "ours.h5"
    options = Options(stated=Layout("th", "th"), target=Layout("th", "tf"), unproven=True, keep=("*melgram*",))
    report = convert_file({"source": str(theano), "target": str(ours)}, options, quiet)
    assert report.verdict == "unproven"
    pairs = matched(weights(ours), weights(tensorflow))
    assert [path for path, (mine, theirs) in pairs.items() if not same_bits(mine, theirs)] == []
    original = matched(weights(theano), weights(tensorflow))
    moved = sum(not same_bits(*both) for both in original.values())
    assert moved == len(report.plan) >= 1
    record(record_property, "", f"corpus pair {pair['id']}", f"{len(pairs)} arrays equal, {moved} of them moved")


def matched(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Arrays of both files by name (TensorFlow's end in `:0`), or in the order of layers where these are renumbered."""
    alike = {name.removesuffix(":0"): array for name, array in theirs.items()}
    found = {name: (array, alike[name]) for name, array in ours.items() if name in alike}
    if len(found) == min(len(ours), len(theirs)):
        return found
    assert len(ours) == len(theirs), "names differ, and so do the numbers of arrays"
    return {name: pair for name, *pair in zip(ours, ours.values(), theirs.values(), strict=True)}  # type: ignore[misc]


def files_to_try() -> list[dict[str, Any]]:
    hdf5 = (".h5", ".hdf5", ".hd5")
    return [f for f in manifest()["files"] if f["file"].endswith(hdf5) and f["size"] <= LARGEST]


@pytest.mark.parametrize("word", ["inspect", "without --from", "--from th/th", "--from th/th --unproven"])
def test_every_file_is_converted_or_refused_in_words(word: str, tmp_path: Path, record_property: Recorder) -> None:
    folder = corpus()
    assert folder is not None
    counts: Counter[str] = Counter()
    for entry in files_to_try():
        if word != "inspect" and entry["file"] in SLOW:
            continue
        counts[outcome(word, folder / entry["file"], tmp_path / "out.h5")] += 1
        (tmp_path / "out.h5").unlink(missing_ok=True)
    record(record_property, "", f"corpus, {counts.total()} files, {word}", dict(counts.most_common()))
    assert counts.total() >= 100
    assert counts["different"] == 0


def outcome(word: str, file: Path, target: Path) -> str:
    """A word for what came of it; whatever is not a DimorderError is raised."""
    stated = Layout("th", "th") if "--from" in word and "without" not in word else None
    options = Options(stated=stated, unproven="--unproven" in word, referee="numpy")
    try:
        if word == "inspect":
            return inspect_file({"source": str(file)}, options, quiet).kind
        return convert_file({"source": str(file), "target": str(target)}, options, quiet, force=True).verdict
    except DimorderError as error:
        return reason(error)
