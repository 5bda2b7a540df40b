"""What rules say of models that hang on conditions which nobody knows: only what holds whichever way they go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dimorder.flow.shaping import shaping
from dimorder.flow.whichever import told_of_all, ways
from dimorder.lint.code import Told
from dimorder.program import WORLDS, Program
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

BEGIN = "import argparse, os\nfrom keras import backend as K\nfrom keras.layers import *\nfrom keras.models import *\n"
CHOSEN = "n = 4 if os.path.exists('a') else 5\n"
MODEL = "i = Input((12, 13, 3))\nmodel = Model(i, Conv2D(n, 3)(i))\n"


def program(code: str) -> Program:
    return evaluate("m.py", Project({"m.py": BEGIN + code}), (KERAS,), shaping)


def wide(program: Program) -> Iterator[Told]:
    """Layers of five filters and more, in the world of today."""
    for model in program.runs[0].models:
        for layer in model.layers:
            if layer.config.get("filters", 0) >= 5:
                yield Told("DIM000", layer.place, "warning", "certain", "it is wide", "wide")


def test_code_that_hangs_on_nothing_has_no_ways() -> None:
    assert ways(program("n = 4\n" + MODEL)) == ()


def test_what_the_command_line_has_by_default_is_no_way_of_its_own() -> None:
    code = "parser = argparse.ArgumentParser()\nparser.add_argument('--n', type=int, default=4)\n"
    assert ways(program(code + "n = parser.parse_args().n\n" + MODEL)) == ()


def test_each_way_is_a_program_for_every_machine() -> None:
    found = ways(program(CHOSEN + "print(K.image_data_format())\n" + MODEL))
    assert [[run.world for run in one.runs] for one in found] == [list(WORLDS)] * 2
    assert [[{one.holds for one in run.assumed} for run in one.runs] for one in found] == [[{True}] * 4, [{False}] * 4]


@pytest.mark.parametrize("chosen", [CHOSEN, CHOSEN.replace("4", "6").replace("5", "4")])
def test_what_holds_on_one_way_is_not_told(chosen: str) -> None:
    assert list(told_of_all(program(chosen + MODEL), wide)) == []


def test_what_holds_on_all_is_told_once() -> None:
    found = list(told_of_all(program(CHOSEN.replace("4", "6") + MODEL), wide))
    assert [told.place.line for told in found] == [7]
