"""Shapes with axes that the code alone does not tell: what hangs on other axes is known, what hangs on these is not."""

from __future__ import annotations

import pytest

from dimorder.flow.shaping import shaping
from dimorder.program import BuiltLayer, BuiltModel
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

IMPORTS = """
from keras import backend as K
from keras.layers import *
from keras.models import *
from images import read
width = read('a.png').width
"""
MAPS = "x = Input((width, None, 3))\n"


def model(code: str) -> BuiltModel:
    program = evaluate("m.py", Project({"m.py": IMPORTS + code}), (KERAS,), shaping)
    return program.runs[0].models[-1]


def layers(code: str) -> dict[str, BuiltLayer]:
    return {layer.name: layer for layer in model(code).layers}


# What is not known


def test_a_model_with_such_an_axis_is_not_complete_and_has_no_document() -> None:
    built = model(MAPS + "m = Model(x, Conv2D(5, (2, 2))(x))")
    (reason,) = built.unknown
    assert reason.because == "the shape of the input is not known: images.read.width is no number that code tells"
    assert built.documents == {}
    assert "batch_input_shape" not in built.layers[0].config


def test_dense_behind_flatten_of_such_an_axis_reads_nobody_knows_how_many() -> None:
    assert layers(MAPS + "m = Model(x, Dense(2, name='d')(Flatten()(x)))")["d"].input_shapes == ((None,),)


def test_code_that_asks_for_the_axis_does_not_get_none() -> None:
    code = MAPS + "n = 4 if K.int_shape(x)[1] is None else 5\nm = Model(x, Conv2D(n, (2, 2), name='c')(x))"
    assert "filters" not in layers(code)["c"].config


def test_nor_does_code_that_asks_behind_further_layers() -> None:
    code = MAPS + "y = MaxPooling2D()(x)\nn = 4 if K.int_shape(y)[1] is None else 5\n"
    code += "m = Model(x, Conv2D(n, (2, 2), name='c')(y))"
    assert "filters" not in layers(code)["c"].config


def test_code_that_asks_for_an_axis_of_any_length_gets_none() -> None:
    code = MAPS + "n = 4 if K.int_shape(x)[2] is None else 5\nm = Model(x, Conv2D(n, (2, 2), name='c')(x))"
    assert layers(code)["c"].config["filters"] == 4


@pytest.mark.parametrize("asked", ["None in s[1:2]", "4 in s", "s == (None, None, None, 3)", "s[1] == 4", "s[1] > 4"])
def test_conditions_on_such_a_shape_are_not_known(asked: str) -> None:
    code = MAPS + f"s = K.int_shape(x)\nn = 4 if {asked} else 5\nm = Model(x, Conv2D(n, (2, 2), name='c')(x))"
    assert "filters" not in layers(code)["c"].config


@pytest.mark.parametrize("shape", ["width", "(3.5, 4, 3)", "('a', 4, 3)"])
def test_what_is_no_shape_at_all_stays_unknown(shape: str) -> None:
    built = model(f"x = Input({shape})\nm = Model(x, Conv2D(5, (2, 2), name='c')(x))")
    assert built.layers[-1].input_shapes == (None,)


def test_weights_of_an_own_layer_that_hang_on_the_axis_are_not_known() -> None:
    own = """
class Own(Layer):
    def build(self, input_shape):
        self.add_weight(name='w', shape=(input_shape[AXIS],))
"""
    made = "m = Model(x, Own(name='o')(x))"
    assert layers(own.replace("AXIS", "1") + MAPS + made)["o"].weights is None
    assert layers(own.replace("AXIS", "3") + MAPS + made)["o"].weights == ((3,),)


# What is known all the same


def test_convolutions_know_their_channels() -> None:
    found = layers(MAPS + "m = Model(x, Conv2D(7, (2, 2), name='b')(MaxPooling2D()(Conv2D(5, (2, 2))(x))))")
    assert found["b"].input_shapes == ((None, None, 5),)
    assert found["b"].output_shape == (None, None, 7)


def test_a_pool_over_all_of_the_map_knows_its_channels() -> None:
    code = MAPS + "m = Model(x, Dense(2, name='d')(GlobalAveragePooling2D()(x)))"
    assert layers(code)["d"].input_shapes == ((3,),)


def test_a_layer_that_states_its_input_has_axes_of_its_own() -> None:
    found = layers("m = Sequential([Conv2D(5, (2, 2), input_shape=(width, 4, 3), name='c')])")
    assert found["c"].output_shape == (None, 3, 5)
    assert found["c"].unknown


def test_a_batch_that_nobody_knows_hides_no_shape() -> None:
    code = "x = Input(batch_shape=(width, 4, 3))\nm = Model(x, Dense(2, name='d')(x))"
    assert layers(code)["d"].output_shape == (4, 2)


def test_a_reshape_to_such_axes_keeps_the_others() -> None:
    code = MAPS + "m = Model(x, Conv2D(7, (2, 2), name='c')(Reshape((width, -1, 6), name='r')(x)))"
    found = layers(code)
    assert found["c"].input_shapes == ((None, None, 6),)
    assert found["r"].unknown


@pytest.mark.parametrize(("other", "known"), [("5, 7, 3", (5, 7, 3)), ("5, 6, 3", None), ("width, 7, 3", (None, 7, 3))])
def test_batches_behind_each_other_are_of_the_axes_that_are_known(other: str, known: object) -> None:
    code = f"a, b = Input((width, 7, 3)), Input(({other}))\nm = Model([a, b], Concatenate(axis=0, name='c')([a, b]))"
    assert layers(code)["c"].output_shape == known
