"""Layers of the code's own classes: the weights that their own code makes, and only where it certainly does."""

from __future__ import annotations

import pytest

from dimorder.flow.shaping import shaping
from dimorder.program import BuiltLayer, BuiltModel
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

SCALE = """
class Scale(Layer):
    def __init__(self, axis=-1, **kwargs):
        self.axis = axis
        self.start = initializations.get('one')
        super(Scale, self).__init__(**kwargs)
    def build(self, input_shape):
        shape = (int(input_shape[self.axis]),)
        self.gamma = K.variable(self.start(shape))
        self.beta = self.start(shape)
        self.trainable_weights = [self.gamma, self.beta]
"""
NEW = """
class Own(Layer):
    def build(self, input_shape):
        {body}
"""


def built(code: str, use: str) -> BuiltModel:
    """What becomes of a layer that reads (5, 6, 7), channels last."""
    lines = ["from keras import backend as K, initializations, initializers", "from keras.layers import *"]
    lines += ["from keras.engine import Layer", "from keras.models import Model", "import sys", code]
    lines += ["i = Input((5, 6, 7))", f"m = Model(i, {use}(i))"]
    return evaluate("m.py", Project({"m.py": "\n".join(lines)}), (KERAS,), shaping).runs[0].models[-1]


def own(body: str) -> BuiltLayer:
    return built(NEW.format(body=body), "Own()").layers[-1]


@pytest.mark.parametrize(
    "body",
    [
        "self.add_weight('w', (int(sys.argv[1]), 2))",
        "self.add_weight('w', shape=input_shape)",
        "self.trainable_weights = [K.variable(load())]",
        "self.trainable_weights += [K.zeros((3,))]",
        "self.add_weight('w', *load())",
        "if len(sys.argv) > 1: self.add_weight('w', (3,))",
        "self.inner = Dense(3)",
    ],
)
def test_weights_that_nobody_knows_stay_unknown(body: str) -> None:
    assert own(body).weights is None


def test_weights_made_in_its_call_stay_unknown() -> None:
    code = NEW.format(body="pass") + "    def call(self, x):\n        return x * self.add_weight('w', (3,))\n"
    assert built(code, "Own()").layers[-1].weights is None


def test_a_class_that_inherits_from_a_layer_of_keras_without_a_build_has_no_known_weights() -> None:
    assert built("class Other(Conv2D):\n    pass\n", "Other(3, (2, 2))").layers[-1].weights is None


def test_layers_of_keras_itself_tell_none() -> None:
    assert built("", "Conv2D(3, (2, 2))").layers[-1].weights is None


def test_what_such_a_layer_computes_stays_unknown() -> None:
    model = built(SCALE, "Scale()")
    assert not model.is_complete
    assert "Scale" in model.unknown[0].because


@pytest.mark.parametrize(("use", "size"), [("Scale()", 7), ("Scale(axis=1)", 5)])
def test_variables_of_keras_1_have_the_shape_that_build_gives_them(use: str, size: int) -> None:
    layer = built(SCALE, use).layers[-1]
    assert layer.weights == ((size,), (size,))
    assert layer.output_shape == (5, 6, 7)


def test_those_that_are_trained_come_first() -> None:
    body = "self.add_weight('m', (2,), trainable=False); self.add_weight(shape=(input_shape[3], 4), name='k')"
    assert own(body).weights == ((7, 4), (2,))


def test_a_layer_without_build_has_no_weights() -> None:
    assert built("class Own(Layer):\n    def call(self, x):\n        return x\n", "Own()").layers[-1].weights == ()


def test_settings_handed_to_the_class_of_keras_are_known_to_build() -> None:
    code = """
class Deep(Conv2D):
    def __init__(self, kernel_size, depth=2, **kwargs):
        super(Deep, self).__init__(filters=None, kernel_size=kernel_size, use_bias=False, **kwargs)
        self.depth = depth
    def build(self, input_shape):
        axis = 1 if self.data_format == 'channels_first' else 3
        self.kernel = self.add_weight(shape=self.kernel_size + (input_shape[axis], self.depth))
        if self.use_bias:
            self.bias = self.add_weight(shape=(9,))
"""
    assert built(code, "Deep(3)").layers[-1].weights == ((3, 3, 7, 2),)


def test_what_runs_only_behind_an_unknown_condition_is_not_certain() -> None:
    code = "from keras.layers import *\nfrom keras.models import *\nimport sys\nm = Sequential()\n"
    code += "m.add(Dense(3, input_shape=(4,)))\nlen(sys.argv) > 1 or m.add(Dense(5))\n"
    model = evaluate("m.py", Project({"m.py": code}), (KERAS,), shaping).runs[0].models[-1]
    assert any(one.because.startswith("whether a layer is added") for one in model.unknown)
