"""Runs that ask nothing of the machine are carried out once, and are what each world's own run would be."""

from __future__ import annotations

from pathlib import Path

import pytest

from dimorder.flow.shaping import shaping
from dimorder.program import WORLDS, Program
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.machine import Machine
from dimorder.source.project import Project
from source.alike import differ
from source.evaluated import program

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted(str(path.relative_to(GOLDEN)) for path in (*GOLDEN.rglob("samples*.py"), *GOLDEN.rglob("*.txt")))


def evaluated(project: Project) -> Program:
    return evaluate("main.py", project, (KERAS,), shaping)


@pytest.mark.parametrize("name", SAMPLES)
def test_programs_are_those_of_four_whole_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project({"main.py": (GOLDEN / name).read_text()})
    found = evaluated(project)
    monkeypatch.setattr(Machine, "tells_the_same", lambda machine, world: False)
    assert differ(found, evaluated(project)) == ""


def runs(code: str, **others: str) -> int:
    """How many runs were carried out."""
    found = program("from keras import backend as K\n" + code, **others)
    assert [one.world for one in found.runs] == list(WORLDS)
    return len({id(one.calls) for one in found.runs})


def test_code_that_asks_nothing_runs_once() -> None:
    assert runs("from lib import see\nsee(1)") == 1


def test_code_that_asks_for_the_ordering_runs_twice() -> None:
    assert runs("from lib import see\nsee(K.image_dim_ordering())") == 2


def test_code_that_asks_for_all_runs_four_times() -> None:
    assert runs("from lib import see\nsee(K.image_dim_ordering(), K.backend())") == 4


def test_what_one_world_alone_asks_counts_there() -> None:
    code = "from lib import see\nsee(0)\nif K.image_dim_ordering() == 'th':\n    see(K.backend())"
    assert runs(code) == 3


def test_what_imported_modules_ask_counts() -> None:
    part = "from keras import backend as K\nfrom lib import see\nsee(K.backend())"
    assert runs("import part\nsee(1)", part=part) == 2
