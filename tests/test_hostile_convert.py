"""`convert` against hostile files that others generate: the honest ones convert to the bit, all others are refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.errors import DimorderError
from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Dialect, Options
from support.conversions import quiet
from support.table import FIGURE
from support.traps import laid_out, path_of

pytestmark = pytest.mark.hostile

CONTROLS = {
    "h5/00_control_th.h5": "equivalent",
    "h5/80_nan_inf_snan_negzero.h5": "unproven",  # NaN can be moved, and not be compared
    "h5/89_big_endian.h5": "equivalent",
    "h5/90_float16.h5": "equivalent",
    "h5/91_float64.h5": "equivalent",
    "h5/95_rich_but_honest.h5": "equivalent",
}
NO_MODEL = ("config.type", "config.syntax", "input.not-hdf5")
OURS = {
    # The kernel does not even fit its architecture, which is told before any doubt about its layout.
    "h5/96_ambiguous_3333_lying_backend.h5": ("data.dtype-or-shape",),
    # Keras 3 keeps weights in an .npz as pickles: as a model none is opened, whatever else is wrong with it.
    "npz/02_shape_bomb.npz": ("npz.pickle",),
    "npz/03_header_nested.npz": ("npz.pickle",),
    "npz/06_raw_pickle.npy": ("input.not-hdf5",),
    "json/05_utf16.json": ("config.type",),
}
"""Where our reason for refusing a conversion is another than the generator's for the file, with why."""


@dataclass
class Run:
    """What became of every case. converted: verdict by id. refused: code by id."""

    folder: Path
    manifest: dict[str, Any]
    targets: Path
    converted: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("hostile")
    found = Run(folder, laid_out(folder), tmp_path_factory.mktemp("targets"))
    for number, case in enumerate(found.manifest["cases"]):
        source = path_of(folder, case)
        dialect: Dialect = "keras3" if source.endswith(".keras") else "same"
        target = found.targets / f"{number}{'.keras' if dialect == 'keras3' else '.h5'}"
        options = Options(accept="likely", unproven=True, referee="numpy", dialect=dialect)
        try:
            report = convert_file({"source": source, "target": str(target)}, options, quiet)
        except DimorderError as error:
            found.refused[case["id"]] = error.code
        else:
            found.converted[case["id"]] = report.verdict
            target.rename(found.targets / case["id"].replace("/", "-")[:100])
    return found


def test_the_honest_ones_convert_and_nothing_else_does(run: Run, record_property: Callable[..., None]) -> None:
    named = {case["id"]: "equivalent" for case in run.manifest["cases"] if case["id"].startswith("names/")}
    del named["names/dir.h5"]
    assert run.converted == {**CONTROLS, **named}
    record_property(FIGURE, ("", "hostile files converted", len(run.converted)))
    record_property(FIGURE, ("", "hostile files refused", len(run.refused)))


def test_all_others_are_refused_for_the_right_reason(run: Run) -> None:
    wrong = {}
    for case in run.manifest["cases"]:
        wanted = OURS.get(case["id"], (case["expect"]["reason_code"],))
        if case["id"].startswith(("py/", "ipynb/", "repo/")):
            wanted = NO_MODEL  # code and settings, given as if they were a model
        if case["id"] in run.refused and run.refused[case["id"]] not in wanted:
            wrong[case["id"]] = (run.refused[case["id"]], wanted)
    assert wrong == {}


@pytest.mark.parametrize("name", CONTROLS)
def test_every_bit_of_the_honest_ones_is_where_it_belongs(name: str, run: Run) -> None:
    """By h5py alone: the kernel from (O, I, H, W) to (H, W, I, O) with H and W reversed, Dense rows from c, h, w."""
    with h5py.File(run.folder / name) as source, h5py.File(run.targets / name.replace("/", "-")) as target:
        before, after = source["conv1/conv1_W"], target["conv1/conv1_W"]
        assert after.dtype == before.dtype
        moved = np.ascontiguousarray(before[()][:, :, ::-1, ::-1].transpose(2, 3, 1, 0))
        assert after[()].tobytes() == moved.tobytes()
        rows = np.arange(72).reshape(8, 3, 3).transpose(1, 2, 0).ravel()
        assert target["dense1/dense1_W"][()].tobytes() == source["dense1/dense1_W"][()][rows].tobytes()
        assert target["conv1/conv1_b"][()].tobytes() == source["conv1/conv1_b"][()].tobytes()


def test_the_rich_one_keeps_all_that_it_has(run: Run) -> None:
    name = "h5/95_rich_but_honest.h5"
    with h5py.File(run.folder / name) as source, h5py.File(run.targets / name.replace("/", "-")) as target:
        before, after = source["t/s"], target["t/s"]
        for fact in ("dtype", "shape", "chunks", "maxshape", "compression", "shuffle"):
            assert getattr(after, fact) == getattr(before, fact)
        assert after.dims[0].label == before.dims[0].label == "x"
        assert isinstance(target["nt"], h5py.Datatype)
        assert list(target) == list(source)


def test_no_source_was_changed_and_nothing_else_was_touched(run: Run) -> None:
    for case in run.manifest["cases"]:
        path = Path(path_of(run.folder, case))
        if path.is_file():
            assert hashlib.sha256(path.read_bytes()).hexdigest() == case["sha256"], case["id"]
    assert not (Path(run.manifest["canary_dir"]) / "EXECUTED").exists()
    assert len(list(run.targets.iterdir())) == 2 * len(run.converted), "targets and certificates, nothing else"
