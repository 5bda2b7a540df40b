"""Weights that hold NaN: no prediction can be compared, and on the user's word every bit comes along."""

from __future__ import annotations

import io
import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.report_data import ConvertReport
from fuzz import hdf5_files, nets
from fuzz.inverses import unturned_oihw

PATH = f"model_weights/{nets.CONV}/{nets.CONV}_W"
BITS = np.array([0x7FA5A5A5, 0xFFC00001, 0x80000000, 0x7F800000, 1], "<u4")
"""A signalling NaN, a negative one, minus zero, infinity, the smallest number there is."""


def odd_kernel() -> np.ndarray:
    kernel = nets.arrays(hdf5_files.OIHW)["conv W"]
    kernel.ravel().view("<u4")[7 : 7 + len(BITS)] = BITS
    return kernel


def converted(folder: Path, **options: bool) -> ConvertReport:
    content = io.BytesIO(hdf5_files.keras1_model())
    with h5py.File(content, "r+") as root:
        root[PATH][...] = odd_kernel()
    (folder / "m.h5").write_bytes(content.getvalue())
    stated = Options(stated=parse_layout("th/th"), dialect="same", referee="numpy", **options)  # type: ignore[arg-type]
    paths = {"source": str(folder / "m.h5"), "target": str(folder / "m.tf.h5")}
    return convert_file(paths, stated, lambda stage, done, total: None)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_without_the_user_s_word_nothing_is_written(tmp_path: Path) -> None:
    report = converted(tmp_path)
    assert report.verdict == "inconclusive"
    assert f"hold NaN or infinite numbers: {nets.CONV}_W" in report.because
    assert report.because.endswith("--unproven converts it bit for bit, without a proof")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.h5"]


def test_with_it_every_bit_comes_along_and_nothing_is_called_equal(tmp_path: Path) -> None:
    report = converted(tmp_path, unproven=True)
    assert report.verdict == "unproven"
    assert report.because == f"'{nets.CONV}_W' holds NaN or infinite numbers, so that no predictions can be compared"
    with h5py.File(tmp_path / "m.tf.h5") as root:
        assert unturned_oihw(root[PATH][()]).tobytes() == odd_kernel().tobytes()
    assert json.loads((tmp_path / "m.tf.h5.proof.json").read_text())["proof"] is None
