"""Models that are put together in rarer ways; what Keras makes of them was seen at 1.2.2, 2.0.8 and 2.2.4."""

from __future__ import annotations

import pytest

from dimorder.flow.shaping import shaping
from dimorder.program import BuiltModel
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

IMPORTS = "from keras.layers import *\nfrom keras.models import *\nfrom lib import see\n"
HANDING = """
class Net(Model):
    def __init__(self, units, **settings):
        seen = Input(shape=(5, 7, 3))
        self.units = units
        super(Net, self).__init__({ends}, **settings)
net = Net(4)
"""
AROUND = """
class Trainer(Model):
    def __init__(self, parts):
        self.layers = parts
part = Sequential([Dense(4, input_shape=(3,))])
trainer = Trainer([part])
"""


def models(code: str) -> tuple[BuiltModel, ...]:
    """In the order in which they are made."""
    return evaluate("m.py", Project({"m.py": IMPORTS + code}), (KERAS,), shaping).runs[1].models


def last(code: str) -> BuiltModel:
    return models(code)[-1]


# Classes of the code's own


def test_a_class_that_computes_by_itself_is_not_known() -> None:
    own = "    def call(self, x):\n        return x\nnet ="
    code = HANDING.format(ends="seen, Dense(units)(seen)").replace("net =", own)
    assert "says what it computes" in last(code).unknown[0].because


@pytest.mark.parametrize("ends", ["see(), seen", "*see()", "seen, see()"])
def test_a_class_that_hands_tensors_on_that_nobody_knows_is_not_known(ends: str) -> None:
    built = last(HANDING.format(ends=ends))
    assert built.unknown
    assert built.documents == {}


def test_a_class_that_speaks_to_model_without_tensors_may_still_become_one() -> None:
    assert "says what it computes" in last(HANDING.format(ends="name='own'")).unknown[0].because


def test_a_class_that_may_hand_them_on_is_not_known() -> None:
    code = HANDING.format(ends="seen, Flatten()(seen)").replace("super(", "if see(): super(")
    assert last(code).unknown


def test_a_class_that_hands_its_tensors_on_is_the_model_between_them() -> None:
    built = last(HANDING.format(ends="seen, Dense(units)(Flatten()(seen))"))
    assert built.unknown == ()
    assert [layer.output_shape for layer in built.layers] == [(5, 7, 3), (105,), (4,)]


def test_it_may_do_so_by_name() -> None:
    built = last(HANDING.format(ends="inputs=seen, outputs=Flatten()(seen), name='own'"))
    assert built.documents["keras2"]["config"]["name"] == "own"


def test_a_class_that_hands_no_tensors_on_never_becomes_a_model() -> None:
    part, trainer = models(AROUND)
    assert trainer.unknown[0].because == "Trainer never becomes a model of Keras: it hands no tensors to Model"
    assert part.is_complete


# A Sequential without layers


def test_a_sequential_that_gets_no_layer_is_not_complete() -> None:
    built = last("m = Sequential()")
    assert [one.because for one in built.unknown] == ["nothing is added to it that is seen here"]
    assert built.documents == {}


# Batches behind each other


@pytest.mark.parametrize("axis", [0, -4])
def test_samples_of_batches_behind_each_other_keep_their_shape(axis: int) -> None:
    code = f"a, b = Input((5, 7, 3)), Input((5, 7, 3))\nm = Model([a, b], Flatten()(Concatenate(axis={axis})([a, b])))"
    built = last(code)
    assert [layer.output_shape for layer in built.layers[2:]] == [(5, 7, 3), (105,)]


@pytest.mark.parametrize("other", ["(5, 6, 3)", "(None, 7, 3)", "(5, 7)"])
def test_samples_that_differ_are_not_put_behind_each_other(other: str) -> None:
    code = f"a, b = Input((5, 7, 3)), Input({other})\nm = Model([a, b], Flatten()(Concatenate(axis=0)([a, b])))"
    built = last(code)
    assert built.layers[-1].output_shape is None
    assert built.unknown


# Inputs and outputs


def test_an_input_that_nothing_reads_is_left_out_by_keras_2_and_not_written_by_keras_1() -> None:
    built = last("a, b = Input((5,), name='a'), Input((5,), name='b')\nm = Model([a, b], Dense(3)(a))")
    assert [layer.name for layer in built.layers] == ["a", "dense_1"]
    assert built.documents["keras2"]["config"]["input_layers"] == [["a", 0, 0]]
    assert "keras1" not in built.documents


def test_outputs_are_named_by_their_layers() -> None:
    code = """
a = Input((5,), name='a')
m = Model([a], [Dense(2, name='one')(a), Dense(3, name='two')(a)], name='m')
c = Input((5,), name='c')
n = Model([c], m(c))
o = Model([c], [Dense(4, name=f'{name}_') (c) for name in m.output_names + m.input_names + n.output_names])
"""
    assert [layer.name for layer in last(code).layers[1:]] == ["one_", "two_", "a_", "m_", "m_"]


# Layers of other libraries


def test_a_layer_of_a_library_that_is_not_there_is_named_as_what_is_missing() -> None:
    made = "from kapre.time_frequency import Spectrogram\na = Input((5,))\n"
    (reason,) = last(made + "m = Model(a, Dense(2, name='d')(Spectrogram(3)(a)))").unknown
    missing = "kapre.time_frequency.Spectrogram yields it, which is not among the code that is read"
    assert reason.because == f"layer 'd' reads something: {missing}"
