"""A published file alone: its architecture by name, its layout from its released name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.errors import CannotTell, WeightsDoNotFit
from dimorder.flow.on_files import check_certificate, convert_file, inspect_file
from dimorder.flow.options import Options
from dimorder.layout import parse_layout

NAME = "vgg16_weights_th_dim_ordering_th_kernels_notop.h5"
FILTERS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))


def silent(*_: object) -> None:
    return None


def published(path: Path, *, filters: tuple[tuple[int, int], ...] = FILTERS) -> Path:
    """The layers of VGG16 without a top as Keras 1 on Theano saved them."""
    rng, channels = np.random.default_rng(0), 3
    with h5py.File(path, "w") as file:
        names = []
        for block, (count, depth) in enumerate(filters, 1):
            for number in range(1, depth + 1):
                name = f"block{block}_conv{number}"
                group = file.create_group(name)
                group.attrs["weight_names"] = np.array([f"{name}_W".encode(), f"{name}_b".encode()])
                scale = np.float32(np.sqrt(2 / channels / 9))
                kernel = rng.standard_normal((count, channels, 3, 3), np.float32) * scale
                group[f"{name}_W"], group[f"{name}_b"] = kernel, rng.standard_normal(count, np.float32)
                names.append(name.encode())
                channels = count
        file.attrs["layer_names"] = np.array(names)
    return path


def test_the_released_name_states_the_layout(tmp_path: Path) -> None:
    report = inspect_file({"source": str(published(tmp_path / NAME))}, Options(app="vgg16"), silent)
    assert (report.layout.dim_ordering, report.layout.kernels) == ("th", "th")
    assert report.evidence[0].because == "the released name th/th"
    assert report.keras_version == ""


def test_another_name_states_nothing(tmp_path: Path) -> None:
    paths = {"source": str(published(tmp_path / "mine.h5")), "target": str(tmp_path / "target.h5")}
    with pytest.raises(CannotTell, match="kernel convention"):
        convert_file(paths, Options(app="vgg16"), silent)


def test_from_overrules_the_name(tmp_path: Path) -> None:
    options = Options(app="vgg16", stated=parse_layout("th/tf"))
    report = inspect_file({"source": str(published(tmp_path / NAME))}, options, silent)
    assert report.layout.kernels == "tf"


def test_weights_of_another_network_do_not_fit(tmp_path: Path) -> None:
    narrow = published(tmp_path / NAME, filters=((32, 2), (64, 2), (128, 3), (256, 3), (256, 3)))
    with pytest.raises(WeightsDoNotFit, match="block1_conv1"):
        convert_file({"source": str(narrow), "target": str(tmp_path / "t.h5")}, Options(app="vgg16"), silent)


def test_the_published_file_converts_and_its_certificate_holds(tmp_path: Path) -> None:
    target = tmp_path / "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    paths = {"source": str(published(tmp_path / NAME)), "target": str(target)}
    report: Any = convert_file(paths, Options(app="vgg16"), silent)
    assert report.verdict == "equivalent"
    assert any("vgg16 as Keras 1.2.2 published it" in line for line in report.assumptions)
    assert any("because the released name says so" in line for line in report.assumptions)
    assert check_certificate(f"{target}.proof.json", {}, silent).verdict == "confirmed"
