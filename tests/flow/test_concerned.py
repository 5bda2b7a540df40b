"""What is judged for the sake of a change: what could have to do with it, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dimorder.flow.change import Change
from dimorder.flow.concerned import concerned
from dimorder.flow.walk import Place, places

FILES = {
    "nets/model.py": "x = 1\n",
    "nets/train.py": "from nets import model\n",
    "run.py": "import nets.train\n",
    "use.py": "m.load_weights('w.h5')\n",
    "other.py": "print(1)\n",
    "nb.ipynb": '{"cells": [{"source": ["from nets.model import x\\n"]}]}',
    "w/a.h5": "", "w/a.tf.h5": "", "w/a.json": "{}", "v/b.h5": "", "v/c.npz": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text)


def judged(*changed: str, deleted: tuple[str, ...] = ()) -> list[str]:
    here = os.path.realpath(".")
    real = [frozenset(os.path.join(here, path) for path in paths) for paths in (changed, deleted)]
    return sorted(one.path for one in concerned(list(places((".",))), Change(*real)) if isinstance(one, Place))


def test_a_change_of_nothing_judges_nothing() -> None:
    assert judged() == []
    assert judged("README.md") == []


def test_code_that_nobody_imports_is_judged_alone() -> None:
    assert judged("other.py") == ["other.py"]


def test_code_is_judged_with_whatever_imports_it() -> None:
    assert judged("nets/model.py") == ["nb.ipynb", "nets/model.py", "nets/train.py", "run.py"]
    assert judged("nets/train.py") == ["nets/train.py", "run.py"]


def test_what_imports_code_that_is_gone_is_judged() -> None:
    Path("nets/model.py").unlink()
    assert judged(deleted=("nets/model.py",)) == ["nb.ipynb", "nets/train.py", "run.py"]


def test_weights_are_judged_with_what_lies_beside_them_and_code_that_loads() -> None:
    assert judged("w/a.h5") == ["use.py", "w/a.h5", "w/a.json", "w/a.tf.h5"]
    assert judged("v/c.npz") == ["v/c.npz"]


@pytest.mark.parametrize("name", ["weights", "w.weights", "d/w.dat"])
def test_weights_by_any_name_are_judged_with_code_that_loads(name: str) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_bytes(b"\x89HDF\r\n\x1a\n")
    assert judged(name) == sorted([name, "use.py"])


def test_what_lies_beside_a_twin_that_goes_is_judged() -> None:
    Path("w/a.tf.h5").unlink()
    assert judged(deleted=("w/a.tf.h5", "w/a.tf.h5.proof.json")) == ["use.py", "w/a.h5", "w/a.json"]
