"""Layers of one name with other sizes in the code than in a file that belongs to it: DIM304."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dimorder import cli
from support.check_files import CLASSES, FILTERS, model

NAMED = """\
from keras.models import Sequential
from keras.layers import Dense

net = Sequential()
net.add(Dense(5, input_dim=4, name='first'))
net.add(Dense(7, name='second'))
"""
WRITES = "with open('net.json', 'w') as file:\n    file.write(net.to_json())\n"
READS = "from keras.models import model_from_json\nother = model_from_json(open('net.json').read())\n"
LOADS = f"""\
from keras.models import Sequential
from keras.layers import Convolution2D, Dense, Flatten

net = Sequential()
net.add(Convolution2D({FILTERS}, 3, 4, dim_ordering='th', input_shape=(2, 8, 11), name='conv'))
net.add(Flatten())
net.add(Dense({CLASSES}, name='dense'))
net.load_weights('w.h5', by_name=True)
"""


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def told(capsys):
    def found(code: str) -> list[tuple[str, int]]:
        """(rule, line) of what is said of the code and the files beside it."""
        Path("net.py").write_text(code)
        cli.main(["check", "--output", "json", "--select", "DIM3", "."])
        document: Any = json.loads(capsys.readouterr().out)
        return [(one["rule"], one["line"]) for one in document["findings"]]

    return found


def architecture(*units: int) -> None:
    """net.json with these widths, as Keras 2.1 writes it."""
    layers: list[dict[str, Any]] = [
        {"class_name": "Dense", "config": {"name": name, "units": width, "activation": "linear", "use_bias": True}}
        for name, width in zip(("first", "second"), units, strict=True)
    ]
    layers[0]["config"]["batch_input_shape"] = [None, 4]
    document = {"class_name": "Sequential", "keras_version": "2.1.0", "backend": "tensorflow", "config": layers}
    Path("net.json").write_text(json.dumps(document))


def test_an_architecture_that_agrees_with_the_code_is_fine(told):
    architecture(5, 7)
    assert told(NAMED + WRITES) == []


def test_an_architecture_that_the_code_does_not_name_is_another_model_s(told):
    architecture(5, 8)
    assert told(NAMED) == []


def test_layers_that_the_code_gives_no_name_are_not_compared(told):
    architecture(5, 8)
    assert told(NAMED.replace(", name='second'", "") + WRITES) == []


def test_a_layer_that_agrees_on_some_machine_is_not_told(told):
    architecture(5, 8)
    width = "from keras import backend as K\nwidth = 7 if K.image_dim_ordering() == 'tf' else 8\n"
    assert told(width + NAMED.replace("Dense(7", "Dense(width") + WRITES) == []


@pytest.mark.parametrize("use", [WRITES, READS])
def test_a_layer_of_another_size_than_in_the_architecture_that_the_code_names_is_told(told, use):
    architecture(5, 8)
    assert told(NAMED + use) == [("DIM304", 6)]


def test_weights_that_fit_by_name_are_fine(told):
    model(Path("w.h5"), config=None, suffix=":0")
    assert told(LOADS) == []


def test_of_weights_loaded_by_name_the_layer_of_another_shape_is_told_too(told):
    model(Path("w.h5"), config=None, suffix=":0")
    assert told(LOADS.replace(f"Dense({CLASSES}", f"Dense({CLASSES + 1}")) == [("DIM304", 7), ("DIM301", 8)]


def test_where_most_layers_differ_the_file_is_another_model_s_and_only_the_load_is_told(told):
    model(Path("w.h5"), config=None, suffix=":0")
    assert told(LOADS.replace(f"2D({FILTERS},", f"2D({FILTERS + 1},")) == [("DIM301", 8)]
