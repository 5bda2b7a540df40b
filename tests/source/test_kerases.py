"""Code that asks which Keras is installed is read under each: what it builds under one says nothing of another."""

from __future__ import annotations

import pytest

from dimorder.flow.shaping import shaping
from dimorder.program import WORLDS, BuiltModel, Program
from dimorder.source.evaluate import evaluate, evaluate_function
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

IMPORTS = """
import keras
from keras.layers import *
from keras.models import *
"""
CHOOSING = """
def net():
    if {asked}:
        layer = Dense(4, input_shape=(3,), name='d')
    else:
        layer = Dense({otherwise}, input_dim=3, name='d')
    return Sequential([layer])
m = net()
"""
OLD = "Convolution2D(3, 3, 3, border_mode='same', nb_filter=3, subsample=(1, 1))\n"


def program(code: str) -> Program:
    return evaluate("m.py", Project({"m.py": IMPORTS + code}), (KERAS,), shaping)


def units(code: str) -> dict[str, int]:
    """By what is taken for granted in today's world, what the last layer yields."""
    found = program(code)
    return {
        "".join(one.said for one in run.assumed): run.models[-1].layers[-1].config.get("units", 0)
        for run in (*found.runs, *found.variants)
        if run.world == WORLDS[0]
    }


def choosing(asked: str, otherwise: int = 5) -> str:
    return CHOOSING.format(asked=asked, otherwise=otherwise)


# What takes no Keras for granted


@pytest.mark.parametrize(
    "code",
    ["m = Sequential([Dense(4, input_shape=(3,))])", "print(keras.__version__)", "v = 'Keras ' + keras.__version__"],
)
def test_code_that_does_not_decide_by_the_version_is_read_once(code: str) -> None:
    found = program(code)
    assert found.variants == ()
    assert all(run.assumed == () for run in found.runs)


@pytest.mark.parametrize(
    "asked",
    [
        "keras.__version__ >= '2.1.3'",
        "keras.__version__ == '2.2.4'",
        "keras.__version__ > '2.0.0'",
        "keras.__version__.split('.')[1] == '2'",
        "keras.__version__[2] == '2'",
        "keras.__version__[:3] == '2.2'",
        "keras.__version__.startswith('2.2')",
        "float(keras.__version__[:3]) > 2.1",
        "keras.__version__ in ('2.2.4', '2.3.1')",
        "LooseVersion(keras.__version__) > LooseVersion('2.1')",
    ],
)
def test_what_more_than_the_first_number_decides_is_not_known(asked: str) -> None:
    (built, *_) = program(choosing(asked)).runs[0].models
    assert "units" not in built.layers[-1].config if built.layers else built.unknown


# What is decided by the first number


@pytest.mark.parametrize(
    "asked",
    [
        "int(keras.__version__.split('.')[0]) > 1",
        "keras.__version__[0] != '1'",
        "keras.__version__[0] == '2' or keras.__version__[:1] == '3'",
        "not keras.__version__.startswith('1.')",
        "not keras.__version__.startswith('1')",
        "keras.__version__ >= '2'",
        "keras.__version__ >= '2.0.0'",
        "'2.0.0' <= keras.__version__",
        "keras.__version__ > '2.0'",
        "tuple(int(one) for one in keras.__version__.split('.')[:1]) >= (2,)",
    ],
)
def test_each_keras_goes_its_way(asked: str) -> None:
    assert units(choosing(asked)) == {
        "Keras 2 is installed": 4, "Keras 1 is installed": 5, "Keras 3 is installed": 4,
    }  # fmt: skip


def test_the_keras_of_the_codes_words_comes_first() -> None:
    new, old = (program(words + choosing("keras.__version__[0] == '2'")) for words in ("", OLD))
    assert [run.assumed[0].said for run in (new.runs[0], old.runs[0])] == [
        "Keras 2 is installed", "Keras 1 is installed",
    ]  # fmt: skip


def test_a_document_is_of_the_keras_under_which_it_is_built() -> None:
    found = program(choosing("keras.__version__[0] == '2'"))
    documents = {run.assumed[0].said: set(run.models[-1].documents) for run in (*found.runs, *found.variants)}
    assert documents == {
        "Keras 2 is installed": {"keras2"}, "Keras 1 is installed": {"keras1"}, "Keras 3 is installed": {"keras2"},
    }  # fmt: skip


def test_layers_are_named_as_their_keras_names_them() -> None:
    found = program("new = keras.__version__[0] == '2'\nm = Sequential([Conv2D(4, (2, 2), input_shape=(5, 7, 3))])")
    names = {run.assumed[0].said: run.models[-1].layers[-1].name for run in (*found.runs, *found.variants)}
    assert names["Keras 2 is installed"] == "conv2d_1"
    assert names["Keras 1 is installed"] == "convolution2d_1"


# A function that is asked for


def wanted(code: str) -> BuiltModel:
    found = evaluate_function("m.py", "net", Project({"m.py": IMPORTS + code}), (KERAS,), shaping)[0]
    assert isinstance(found, BuiltModel)
    return found


def test_a_function_yields_a_document_for_each_keras() -> None:
    documents = wanted(choosing("keras.__version__[0] == '1'")).documents
    sizes = {
        "keras1": documents["keras1"]["config"][0]["config"]["output_dim"],
        "keras2": documents["keras2"]["config"]["layers"][0]["config"]["units"],
    }
    assert sizes == {"keras1": 4, "keras2": 5}


def test_a_function_that_differs_between_keras_2_and_3_has_no_document_of_their_era() -> None:
    assert set(wanted(choosing("keras.__version__[0] == '3'")).documents) == {"keras1"}
