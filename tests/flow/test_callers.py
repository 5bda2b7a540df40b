"""Models whose builder is given all that matters by other files: known as those call it, and said of no other model."""

from __future__ import annotations

from dimorder.flow.callers import MOST_CALLERS, callers_of, seen_from, waits_for_callers
from dimorder.flow.shaping import shaping
from dimorder.program import Program
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

BEGIN = "from keras.layers import *\nfrom keras.models import *\n"
BUILDER = BEGIN + "def build(n):\n  i = Input((12, 13, 3))\n  return Model(i, Conv2D(n, 3)(i))\n"
OTHER = "model = Sequential([Conv2D(7, 3, input_shape=(12, 13, 3))])\n"


def programs(**texts: str) -> tuple[Program, list[Program]]:
    """Of net.py, and of those that may import it."""
    files = {f"{name}.py": text for name, text in texts.items()}
    project = Project(files)
    own, *callers = (evaluate(path, project, (KERAS,), shaping) for path in ("net.py", *callers_of("net.py", files)))
    return own, callers


def filters(program: Program) -> list[object]:
    """Of each model in the world of today, in their order; None where it is not known."""
    models = sorted(program.runs[0].models, key=lambda model: model.place.line)
    return [model.layers[-1].config.get("filters") if model.is_complete else None for model in models]


def test_a_file_that_knows_all_itself_waits_for_nobody() -> None:
    own, _ = programs(net=BEGIN + OTHER)
    assert not waits_for_callers(own)


def test_what_is_not_known_for_another_reason_waits_for_nobody() -> None:
    own, _ = programs(net=BEGIN + "import os\n" + OTHER.replace("7", "os.getpid()"))
    assert not waits_for_callers(own)


def test_nothing_changes_without_a_caller() -> None:
    own, callers = programs(net=BUILDER, main="import nets\nnets.build(5)\n")
    assert callers == []
    assert seen_from(own, callers) == own


def test_a_caller_that_knows_no_more_changes_nothing() -> None:
    own, callers = programs(net=BUILDER, main="import net\ndef f(n): return net.build(n)\n")
    assert filters(seen_from(own, callers)) == [None]


def test_models_of_the_caller_itself_are_not_the_file_s() -> None:
    own, callers = programs(net=BUILDER, main=f"import net\n{BEGIN}{OTHER}")
    assert filters(seen_from(own, callers)) == [None]


def test_a_model_is_known_as_it_is_called() -> None:
    own, callers = programs(net=BUILDER + OTHER, main="import net\nnet.build(5)\n")
    assert waits_for_callers(own)
    found = seen_from(own, callers)
    assert filters(found) == [5, 7]
    assert {model.place.path for run in found.runs for model in run.models} == {"net.py"}
    assert not waits_for_callers(found)


def test_a_model_that_is_called_twice_is_two() -> None:
    own, callers = programs(net=BUILDER, a="from net import build\nbuild(5)\n", b="from net import build\nbuild(4)\n")
    assert filters(seen_from(own, callers)) == [5, 4]


def test_what_its_own_file_passes_is_not_replaced() -> None:
    own, callers = programs(net=BUILDER + "build(9)\n", main="import net\nnet.build(5)\n")
    assert filters(seen_from(own, callers)) == [9]


def test_few_callers_are_looked_at() -> None:
    texts = {"net.py": "", **{f"a{number}.py": "import net" for number in range(100)}}
    assert len(callers_of("net.py", texts)) == MOST_CALLERS
