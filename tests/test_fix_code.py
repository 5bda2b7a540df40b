"""A repository with Theano-ordered weights and the code that loads them, fixed as a whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dimorder.flow.on_fixes import Fixing
from dimorder.flow.on_paths import fix_paths
from dimorder.flow.settings import Settings
from dimorder.report_data import FindingsReport
from support.places import PART_OF_ZOO

WEIGHTS = PART_OF_ZOO / "k122-theano-th/even_valid/weights.h5"
MODEL = """\
from keras.models import Sequential
from keras.layers import Convolution2D, Dense, Flatten


def build():
    model = Sequential()
    model.add(Convolution2D(4, 2, 2, activation='relu', dim_ordering="th",
                            input_shape=(3, 10, 9)))  # rows and columns of é
    model.add(Convolution2D(4, 4, 4, activation='relu', dim_ordering='th'))
    model.add(Convolution2D(4, 2, 3, activation='relu', dim_ordering='th'))
    model.add(Flatten())
    model.add(Dense(4, activation='softmax'))
    return model
"""
TRAIN = """\
from model import build

model = build()
model.load_weights('weights.h5')
"""
MOVED = MODEL.replace('"th"', '"tf"').replace("'th'", "'tf'").replace("(3, 10, 9)", "(10, 9, 3)")
UNSAFE = Fixing(unsafe=True, accept="likely")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(WEIGHTS, tmp_path / "weights.h5")
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fixed(fixing: Fixing) -> FindingsReport:
    return fix_paths(["."], Settings(), fixing, lambda *_: None)


def code(root: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in root.glob("*.py")}


def refusals(report: FindingsReport) -> list[str]:
    assert report.fixes is not None
    return [f"{one.path}: {one.because}" for one in report.fixes.refused]


def test_safe_fixes_leave_the_code_alone_and_write_the_twin_that_the_code_lets_prove(root: Path) -> None:
    found = fixed(Fixing(accept="likely"))
    assert found.fixes is not None
    assert found.fixes.to_add == ("weights.tf.h5", "weights.tf.h5.proof.json")
    assert found.fixes.offered > 0
    assert found.outcome == "finding"
    assert code(root) == {"model.py": MODEL, "train.py": TRAIN}


def test_layout_moves_through_the_whole_repository_and_moving_it_again_changes_nothing(root: Path) -> None:
    found = fixed(UNSAFE)
    assert refusals(found) == []
    assert found.fixes is not None
    assert found.fixes.to_add == ("weights.tf.h5", "weights.tf.h5.proof.json", "model.py", "train.py")
    assert code(root) == {"model.py": MOVED, "train.py": TRAIN.replace("weights.h5", "weights.tf.h5")}
    again = fixed(UNSAFE)
    assert again.fixes is not None
    assert (again.fixes.fixed, again.fixes.refused, again.fixes.offered) == ((), (), 0)
    assert not [one for one in again.findings if one.fix]
    assert "DIM402" not in {one.rule for one in again.findings}


def test_the_name_of_the_weights_moves_in_another_module(root: Path) -> None:
    (root / "names.py").write_text("NAME = 'weights.h5'\n")
    train = "from names import NAME\n" + TRAIN.replace("'weights.h5'", "NAME")
    (root / "train.py").write_text(train)
    assert refusals(fixed(UNSAFE)) == []
    assert code(root) == {"model.py": MOVED, "train.py": train, "names.py": "NAME = 'weights.tf.h5'\n"}


def test_the_last_piece_of_a_path_moves(root: Path) -> None:
    train = "import os\n" + TRAIN.replace("'weights.h5'", "os.path.join(os.path.dirname(__file__), 'weights.h5')")
    (root / "train.py").write_text(train)
    assert refusals(fixed(UNSAFE)) == []
    assert code(root)["train.py"] == train.replace("'weights.h5'", "'weights.tf.h5'")


def test_a_name_of_the_original_that_stays_keeps_all_where_it_is(root: Path) -> None:
    (root / "later.py").write_text("import model\n\nBEST = 'weights.h5'\n")
    found = fixed(UNSAFE)
    assert code(root)["model.py"] == MODEL
    said = "no edit moves later.py:3 (weights.h5 is not known to have its channels last)"
    assert [said in one for one in refusals(found)] == [True, True]


NEWER = """\
from keras.models import Sequential
from keras.layers import Conv2D, Dense, Flatten


def build():
    model = Sequential()
    model.add(Conv2D(4, (3, 2), activation='relu', data_format='channels_first', input_shape=(2, 7, 8)))
    model.add(Flatten())
    model.add(Dense(5, activation='softmax'))
    return model
"""


def test_weights_of_keras_2_fit_both_orderings_and_their_name_keeps_all_where_it_is(root: Path) -> None:
    shutil.copy(PART_OF_ZOO / "k208-theano-th/flatten_dense/weights.h5", root / "weights.h5")
    (root / "model.py").write_text(NEWER)
    (root / "later.py").write_text("import model\n\nBEST = 'weights.h5'\n")
    found = fixed(UNSAFE)
    assert (root / "weights.tf.h5").exists()
    assert code(root)["model.py"] == NEWER
    assert "no edit moves later.py:3 (weights.h5 is not known to have its channels last)" in refusals(found)[0]
    (root / "later.py").unlink()
    assert refusals(fixed(UNSAFE)) == []
    assert "channels_first" not in code(root)["model.py"]


def test_differences_are_shown_and_nothing_is_written(root: Path) -> None:
    before = sorted(path.name for path in root.iterdir())
    found = fixed(Fixing(unsafe=True, dry=True, accept="likely"))
    assert found.fixes is not None
    assert not found.fixes.written
    diff = "".join(one.diff for one in found.fixes.fixed)
    assert '+    model.add(Convolution2D(4, 2, 2, activation=\'relu\', dim_ordering="tf",\n' in diff
    assert "+model.load_weights('weights.tf.h5')\n" in diff
    assert sorted(path.name for path in root.iterdir()) == before
    assert code(root) == {"model.py": MODEL, "train.py": TRAIN}


def test_without_a_twin_no_code_is_moved(root: Path) -> None:
    found = fixed(Fixing(unsafe=True))
    assert code(root) == {"model.py": MODEL, "train.py": TRAIN}
    told = refusals(found)
    assert "weights.h5: " in told[0]
    assert "only likely" in told[0]
    assert any("does not fit the model" in one for one in told[1:])


def test_what_no_edit_can_move_keeps_all_where_it_is(root: Path) -> None:
    odd = MODEL.replace("(3, 10, 9)", "tuple(SHAPE)").replace("\n\n\ndef", "\n\nSHAPE = eval('[3, 10, 9]')\n\n\ndef")
    (root / "model.py").write_text(odd, encoding="utf-8")
    found = fixed(UNSAFE)
    assert code(root) == {"model.py": odd, "train.py": TRAIN}
    assert refusals(found) != []


@pytest.mark.parametrize("word", ["", "# keras\n"])
def test_what_nobody_can_read_ends_nothing_and_stays_as_it_is(root: Path, word: str) -> None:
    deep, long = "(" * 5000 + ")" * 5000, "x = " + "1 + " * 20_000 + "1\n"
    odd = {"deep": deep, "minus": "-" * 20_000 + "1", "long": long, "open": "x = 'th", "nul": "x = 1\0",
           "lists": "[" * 20_000, "many": "x = 1\n" * 3000}  # fmt: skip
    made = {f"{name}.py": (word + text).encode() for name, text in odd.items()}
    made |= {"else.py": b"print('\xe9'", "odd.ipynb": b'{"cells": [{"cell_type": "code", "source": [1]}]}'}
    for name, content in made.items():
        (root / name).write_bytes(content)
    found = fixed(UNSAFE)
    assert {name: (root / name).read_bytes() for name in made} == made
    is_moved = (root / "model.py").read_text(encoding="utf-8") == MOVED
    assert is_moved != bool(refusals(found))
    assert is_moved == (not word)


def test_a_notebook_moves_too(root: Path) -> None:
    (root / "model.py").unlink()
    (root / "train.py").unlink()
    lines = ["%matplotlib inline\n", *MODEL.splitlines(keepends=True)]
    cells = [{"cell_type": "code", "id": str(n), "metadata": {}, "outputs": [], "execution_count": 1, "source": source}
             for n, source in enumerate((lines, "model = build()\nmodel.load_weights('weights.h5')"))]  # fmt: skip
    content = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    (root / "n.ipynb").write_text(content)
    found = fixed(UNSAFE)
    assert refusals(found) == []
    new = content.replace('\\"th\\"', '\\"tf\\"').replace("'th'", "'tf'").replace("(3, 10, 9)", "(10, 9, 3)")
    assert (root / "n.ipynb").read_text() == new.replace("'weights.h5'", "'weights.tf.h5'")
