"""What code says of Keras models: names, channels and who decides them, and what nobody knows."""

from __future__ import annotations

import pytest

from dimorder.flow.shaping import shaping
from dimorder.program import BuiltLayer, BuiltModel, Run, Thing, World
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

IMPORTS = """
from keras import backend as K
from keras.layers import *
from keras.models import *
"""


def run(code: str, channels: str = "first", backend: str = "theano") -> Run:
    program = evaluate("m.py", Project({"m.py": IMPORTS + code}), (KERAS,), shaping)
    (found,) = [one for one in program.runs if one.world == World(channels, backend)]  # type: ignore[arg-type]
    assert found.stopped is None
    return found


def model(code: str, channels: str = "first") -> BuiltModel:
    return run(code, channels).models[-1]


def layer(code: str, channels: str = "first") -> BuiltLayer:
    return model(f"m = Sequential()\nm.add({code})", channels).layers[-1]


# What is not known


def test_a_layer_with_an_argument_that_nobody_knows_makes_the_model_unknown() -> None:
    built = model("import sys\nm = Sequential([Dense(int(sys.argv[1]), input_shape=(4,))])")
    assert built.unknown
    assert built.documents == {}
    assert "units" not in built.layers[0].config
    assert built.layers[0].output_shape is None


def test_regularizers_that_nobody_knows_change_nothing() -> None:
    built = model("m = Sequential([Dense(3, kernel_regularizer=whatever(), input_shape=(4,))])")
    assert not built.unknown


def test_a_layer_of_the_codes_own_is_unknown_but_calls_go_on() -> None:
    code = """
from keras.engine.topology import Layer
class Scale(Layer):
    def __init__(self, axis=-1, **kwargs):
        super(Scale, self).__init__(**kwargs)
x = Input((4,))
m = Model(input=x, output=Dense(3)(Scale(name='scale')(x)))
"""
    built = model(code)
    assert [one.because for one in built.unknown] == ["Scale is a class of the code's own"]
    assert [one.output_shape for one in built.layers] == [(4,), (4,), (3,)]


def test_a_layer_added_under_a_condition_that_nobody_knows() -> None:
    built = model("m = Sequential([Dense(3, input_shape=(4,))])\nif unknown():\n    m.add(Dense(7))\nm.add(Dense(2))")
    assert "whether a layer is added is not known" in built.unknown[0].because
    assert built.documents == {}


def test_something_that_is_no_layer_is_not_added() -> None:
    built = model("m = Sequential([Dense(3, input_shape=(4,)), whatever()])\nm.add(Dense(2))")
    assert built.unknown
    assert built.layers[-1].input_shapes == (None,)


def test_a_class_of_the_codes_own_that_is_a_model_tells_no_layers() -> None:
    code = "class Net(Model):\n    def __init__(self):\n        super(Net, self).__init__()\n"
    code += "n = Net()\nn.load_weights('x.h5')"
    found = run(code)
    assert "class of the code's own" in found.models[-1].unknown[0].because
    assert found.calls[-1].callee == "model.load_weights"


def test_a_published_model_tells_no_layers() -> None:
    code = "from keras.applications.vgg16 import VGG16\nm = VGG16(weights=None)"
    assert "keras.applications" in model(code).unknown[0].because


def test_a_merge_by_a_function_is_not_run() -> None:
    code = "a = Input((4,))\nb = Input((4,))\n"
    code += "m = Model([a, b], merge([a, b], mode=lambda x: x[0] - x[1], output_shape=(4,)))"
    assert "a merge by a function" in model(code).unknown[0].because


@pytest.mark.parametrize("shape", ["(None, None)", "5", "'5'", "[]", "{}", "(1.5,)", "(10**30,) * 40"])
def test_odd_shapes_do_no_harm(shape: str) -> None:
    assert model(f"m = Sequential()\nm.add(Dense(3, input_shape={shape}))\nm.add(Flatten())").layers


@pytest.mark.parametrize(
    "call",
    ["Conv2D()", "Conv2D(1, 2, 3, 4, 5, 6, 7)", "Conv2D((1, 2), 'x')", "Convolution2D(3, None, None)", "Dense({})",
     "ZeroPadding2D((1, 2, 3))", "ZeroPadding2D('x')", "Merge([1, 2])", "TimeDistributed(3)", "Bidirectional()",
     "Input()", "InputLayer()", "Lambda()", "merge(3)", "add()", "concatenate([])", "Model(1, 2)", "Sequential(3)",
     "MaxPooling2D(0)", "Reshape(None)", "Embedding('a', [])", "LSTM(-1)", "Dot(axes='x')([Input((3,))])"],
)  # fmt: skip
def test_calls_that_keras_refuses_do_no_harm(call: str) -> None:
    run(f"m = Sequential()\nm.add({call})\nm.add(Dense(2))\nm.pop()\nm.pop()\nm.pop()\nm.summary()")


# Who decides the channels


def test_channels_by_an_argument() -> None:
    built = layer("Convolution2D(4, 3, 3, dim_ordering='tf', input_shape=(9, 8, 3))")
    assert (built.channels, built.channels_from) == ("last", "argument")
    assert built.output_shape == (7, 6, 4)


def test_channels_by_the_machine() -> None:
    assert layer("MaxPooling2D(input_shape=(3, 9, 8))").channels_from == "machine"
    assert layer("MaxPooling2D(input_shape=(9, 8, 3))", "last").channels == "last"


@pytest.mark.parametrize("switch", ["K.set_image_dim_ordering('tf')", "K.set_image_data_format('channels_last')"])
def test_channels_by_the_code(switch: str) -> None:
    built = model(f"{switch}\nm = Sequential([Conv2D(4, (3, 3), input_shape=(9, 8, 3))])").layers[0]
    assert (built.channels, built.channels_from) == ("last", "code")


def test_dense_has_none() -> None:
    assert (layer("Dense(3, input_dim=4)").channels, layer("Dense(3)").channels_from) == (None, "none")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("K.image_dim_ordering()", "th", "tf"), ("K.image_data_format()", "channels_first", "channels_last")],
)
def test_what_the_machine_is_set_to_is_asked_for(asked: str, first: str, last: str) -> None:
    for channels, word in (("first", first), ("last", last)):
        found = run(f"x = {asked}\nnp.save(x)", channels)
        assert found.calls[-1].arguments["0"].value == word
        assert [place.line for place in found.asked] == [5]


@pytest.mark.parametrize("asked", ["K.backend()", "K._BACKEND", "keras.backend.backend()"])
def test_the_backend_is_asked_for(asked: str) -> None:
    found = run(f"import keras\nnp.save({asked})")
    assert found.calls[-1].arguments["0"].value == "theano"
    assert found.asked


# Names


@pytest.mark.parametrize(
    "name",
    ["keras.layers.Convolution2D", "keras.layers.convolutional.Conv2D", "tensorflow.keras.layers.Conv2D",
     "tf.keras.layers.Conv2D", "tensorflow.python.keras.layers.convolutional.Conv2D", "keras.legacy.layers.Conv2D",
     "tensorflow.contrib.keras.api.keras.layers.Conv2D", "tensorflow.compat.v1.keras.layers.Convolution2D"],
)  # fmt: skip
def test_a_class_goes_by_many_names(name: str) -> None:
    assert KERAS.resolve(name).callee == "keras.layers.Conv2D"
    assert KERAS.resolve(name) is KERAS.resolve(name)


@pytest.mark.parametrize("name", ["os.path.join", "keras", "keras.layers", "keras.layers.os", "kerasx.layers.Dense"])
def test_other_names_are_left_to_others(name: str) -> None:
    assert KERAS.resolve(name) is None


def test_layers_are_named_as_the_keras_of_the_code_names_them() -> None:
    old = model("m = Sequential([Convolution2D(4, 3, 3, border_mode='same', input_shape=(3, 9, 8)), MaxPooling2D()])")
    new = model("m = Sequential([Conv2D(4, (3, 3), padding='same', input_shape=(3, 9, 8)), MaxPooling2D()])")
    assert [one.name for one in old.layers] == ["convolution2d_1", "maxpooling2d_1"]
    assert [one.name for one in new.layers] == ["conv2d_1", "max_pooling2d_1"]


def test_layers_of_tensorflows_keras_count_from_nothing() -> None:
    code = "from tensorflow.keras import layers\nx = layers.Input((4,))\n"
    code += "layers.Dense(3)(layers.Dense(2)(x))\nm = Model(x, layers.Dense(1)(x))"
    assert model(code).layers[-1].name == "dense_2"


def test_recurrent_layers_of_tensorflows_keras_do_not_say_enough() -> None:
    code = "import tensorflow as tf\nm = tf.keras.Sequential([tf.keras.layers.GRU(3, input_shape=(4, 2))])"
    assert {one.because.split(" of ")[0] for one in model(code).unknown} == {"'recurrent_activation'", "'reset_after'"}


# Calls


def test_arguments_are_told_by_keras_2s_names() -> None:
    (call,) = run("Convolution2D(4, 3, 2, subsample=(2, 2), bias=False)").calls
    assert call.callee == "keras.layers.Conv2D"
    told = {name: one.value for name, one in call.arguments.items()}
    assert told == {"filters": 4, "kernel_size": (3, 2), "strides": (2, 2), "use_bias": False}
    place = call.arguments["kernel_size"].place
    assert place is not None
    assert (place.line, place.column, place.end_column) == (5, 18, 22)


def test_weights_remember_their_layer() -> None:
    code = "d = Dense(3, input_dim=4, name='fc')\nw = d.get_weights()[0]\nd.set_weights([w])"
    call = run(code).calls[-1]
    assert call.callee == "layer.set_weights"
    (value,) = call.arguments["weights"].value
    assert isinstance(value, Thing)
    assert (value.kind, value.of["index"], value.of["layer"].of["name"]) == ("weights array", 0, "fc")


def test_lambda_shapes_come_from_plain_python_only() -> None:
    code = "x = Input((4, 6))\nm = Model(x, Lambda(lambda t: K.sum(t, 1), output_shape=lambda s: (s[0], s[2]))(x))"
    assert model(code).layers[-1].output_shape == (6,)


def test_a_model_that_is_read_remembers_its_file() -> None:
    call = run("m = load_model('a/b.h5')\nm.predict(1)").calls[-1]
    assert call.callee == "model.predict"
    assert call.on.of["read_from"] == "a/b.h5"


def test_a_graph_of_keras_0_says_why_it_is_not_read() -> None:
    assert "Graph" in model("m = Graph()\nm.add_input(name='x', input_shape=(3,))").unknown[0].because


@pytest.mark.parametrize(
    "code",
    ["m = Sequential([Dense(3, input_shape=(3,))])\nm.add(m)\nm(Input((3,)))",
     "m = Sequential([Dense(3, input_shape=(3,))])\nm.add(TimeDistributed(m))",
     "x = Input((3,))\ns = Sequential([Dense(3, input_shape=(3,))])\nm = Model(x, s(x))\ns.add(m)\ns.add(s)\nm(x)",
     "m = Sequential([Dense(3, input_shape=(3,))])\nfor n in range(300):\n    m = Sequential([m])",
     "m = Sequential([Dense(3, input_shape=(3,))])\nfor n in range(30):\n    m = Sequential([m, m])",
     "m = Dense(3)\nfor n in range(300):\n    m = TimeDistributed(m)\nm = Sequential([m])",
     "x = Input((3,))\nm = Model(x, Dense(2)(3))"],
)  # fmt: skip
def test_models_inside_each_other_without_end_are_unknown(code: str) -> None:
    assert model(code).unknown
