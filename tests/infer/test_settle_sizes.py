"""Sizes that no computer holds are refused where shapes are first computed, with the layer's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dimorder.errors import UnreadableFile
from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from support.conversions import quiet


def test_an_input_of_any_size_is_refused_by_name(tmp_path: Path) -> None:
    layer = {
        "module": "keras.layers", "class_name": "InputLayer", "registered_name": None,
        "config": {"name": "huge", "batch_shape": [None, 99999999999999999999, 6, 8], "dtype": "float32"},
    }  # fmt: skip
    config = {"name": "model", "layers": [layer]}
    document = {"module": "keras", "class_name": "Sequential", "config": config, "registered_name": None}
    (tmp_path / "a.json").write_text(json.dumps(document))
    paths = {"source": str(tmp_path / "a.json"), "target": str(tmp_path / "b.json")}
    with pytest.raises(UnreadableFile, match=r"huge.*99999999999999999999") as caught:
        convert_file(paths, Options(stated=parse_layout("th/tf")), quiet)
    assert caught.value.code == "config.type"
