"""Small models of old Keras with their predictions on real Theano 1.0.5: adds one version's to legacy.json.

Run by hand for each of Keras 1.0.5, 1.0.6, 1.0.7, 1.0.8, 1.2.2 and 2.2.4, under Python 3.6 with numpy 1.16.6:
    HOME=DIR KERAS_BACKEND=theano THEANO_FLAGS=floatX=float32 python make_legacy.py
with keras.json in DIR/.keras saying "th" or "channels_first". Inputs and weights are random with a fixed seed.
"""

import json
import os

import keras
import numpy as np

# Dropout and BatchNormalization fail unless this was imported before Keras.
import theano.ifelse  # noqa: F401
from keras import backend, layers
from keras.models import Sequential

HERE = os.path.dirname(os.path.abspath(__file__))
FILE = os.path.join(HERE, "legacy.json")
RNG = np.random.RandomState(5374)
MAP, SMALL = (2, 3, 5), (2, 3, 1)
VERSION = tuple(int(part) for part in keras.__version__.split("."))


def norm(**settings):
    mode = {"mode": 0} if VERSION < (2,) else {}
    return layers.BatchNormalization(axis=1, **dict(mode, **settings))


def normalized():
    """Two BatchNormalizations, one with a large epsilon: the formulas differ by more than rounding."""
    return [norm(epsilon=0.03, input_shape=MAP), layers.Flatten(), layers.Dense(4), norm()]


def gated():
    """Rows, columns and biases behind a Flatten; the biases of the last Highway are left out."""
    return [
        layers.Activation("tanh", input_shape=SMALL),
        layers.Flatten(),
        layers.Highway(activation="relu"),
        layers.Highway(bias=False, activation="tanh"),
        layers.MaxoutDense(4, nb_feature=3),
        layers.MaxoutDense(7, nb_feature=2, bias=False),
    ]


def learned(shared=False):
    """Parameters for every element of a map, then of the vector that it becomes."""
    axes = {"shared_axes": [2, 3]} if shared else {}
    last = {"shared_axes": [1]} if shared else {}
    return [
        layers.SReLU(input_shape=MAP, **axes),
        layers.ParametricSoftplus(**axes),
        layers.Flatten(),
        layers.SReLU(**last),
        layers.ParametricSoftplus(**last),
        layers.Dense(4),
    ]


def weights(model, negative):
    """Random; statistics and slopes positive unless asked for, some of them tiny."""
    arrays = [np.round(RNG.uniform(-1, 1, value.shape), 3).astype("float32") for value in model.get_weights()]
    owned = [w for layer in model.layers for w in layer.trainable_weights + layer.non_trainable_weights]
    for number, weight in enumerate(owned):
        if "running_std" in weight.name or "moving_var" in weight.name:
            arrays[number] = np.round(np.abs(arrays[number]) ** 3, 6)
        if "a_left" in weight.name and not negative:
            arrays[number] = np.abs(arrays[number])
    model.set_weights(arrays)
    return arrays


def record(name, stack, negative=False):
    model = Sequential(stack)
    arrays = weights(model, negative)
    batch = np.round(RNG.uniform(-2, 2, (2, *model.input_shape[1:])), 2)
    predict = backend.function([model.layers[0].input, backend.learning_phase()], [model.layers[-1].output])
    expected = predict([batch.astype("float32"), 0])[0]
    return {
        "name": name,
        "keras_version": keras.__version__,
        "architecture": json.loads(model.to_json()),
        "layers": [
            [layer.name, [w.name for w in layer.trainable_weights + layer.non_trainable_weights]]
            for layer in model.layers
        ],
        "weights": [np.asarray(array, "float64").round(6).tolist() for array in arrays],
        "input": batch.tolist(),
        "expected": [[float(f"{v:.7g}") for v in row] for row in expected],
    }


def records():
    if VERSION < (2,):
        yield record("normalized", normalized())
    if VERSION >= (1, 0, 8):
        yield record("gated", gated())
    if (1, 0, 8) <= VERSION < (2,):
        yield record("learned", learned())
        yield record("learned, negative", learned(), negative=True)
    if (1, 2) <= VERSION < (2,):
        yield record("learned, shared", learned(shared=True))
    if VERSION < (1, 1):
        # The defaults, 1e-6 and 1e-5: less than TensorFlow's fused form takes. Theano refuses them from 1.2 on.
        yield record("small epsilon", [norm(input_shape=MAP), layers.Flatten(), layers.Dense(4)])


def main():
    kept = []
    if os.path.exists(FILE):
        with open(FILE) as file:
            kept = [one for one in json.load(file) if one["keras_version"] != keras.__version__]
    found = sorted(kept + list(records()), key=lambda one: (one["keras_version"], one["name"]))
    with open(FILE, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(one, sort_keys=True) for one in found) + "\n]\n")


if __name__ == "__main__":
    main()
