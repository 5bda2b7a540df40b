"""TimeDistributed models of real old Keras on real Theano 1.0.5: writes distributed_VERSION.json.gz beside itself.

Each case holds the architecture, the arrays by the names and in the order in which Keras stored them, inputs, and what
Keras predicted. Run by hand under Python 3.6 with numpy 1.16.6, scipy 1.2.3, Theano 1.0.5, once with Keras 1.2.2 and
once with Keras 2.3.1:
    HOME=DIR KERAS_BACKEND=theano THEANO_FLAGS=floatX=float32,optimizer=None,cxx= python make_distributed.py
with image_dim_ordering th (image_data_format channels_first) in DIR/.keras/keras.json. Numbers are random, seeded.
"""

import json

import numpy as np
from make_shared import FIRST, chain, redraw, write  # before Keras: it says why

# isort: split
from keras import __version__, backend
from keras import layers as kl
from keras.layers.advanced_activations import PReLU
from keras.layers.wrappers import TimeDistributed as Each
from keras.models import Model

RNG = np.random.RandomState(5374)
CASES = []  # type: list[dict[str, object]]
MAP = (2, 6, 5)
CLIP = (3,) + MAP  # noqa: RUF005 - Python 3.6 reads this too


def drawn(name, shape):
    values = np.round(RNG.randn(*shape) * 0.4, 2)
    return np.abs(values) + 0.3 if "std" in name or "variance" in name else values


def record(name, model):
    redraw(model.layers, drawn)
    given = [np.round(RNG.randn(2, *backend.int_shape(value)[1:]), 2).astype("float32") for value in model.inputs]
    expected = model.predict(given if len(given) > 1 else given[0])
    layers = [
        [layer.name, [[w.name, np.round(backend.get_value(w), 2).tolist()] for w in layer.weights]]
        for layer in model.layers
        if layer.weights
    ]
    case = {"name": name, "document": json.loads(model.to_json()), "layers": layers}
    case["inputs"] = [batch.tolist() for batch in given]
    case["expected"] = [[round(float(value), 7) for value in expected.ravel()], list(expected.shape)]
    CASES.append(case)


def conv(filters, size, stride=1, padding="valid", activation="linear", **settings):
    if FIRST:
        own = {"subsample": (stride, stride), "border_mode": padding, "activation": activation}
        own.update(settings)
        return kl.Convolution2D(filters, *size, **own)
    return kl.Conv2D(filters, size, strides=stride, padding=padding, activation=activation, **settings)


def pool(kind, padding):
    return kind((2, 2), **{"border_mode" if FIRST else "padding": padding})


def conv3d(filters, size):
    return kl.Convolution3D(filters, *size) if FIRST else kl.Conv3D(filters, size)


def model(inputs, output):
    return Model(input=inputs, output=output) if FIRST else Model(inputs=inputs, outputs=output)


def joined(values, axis):
    return kl.merge(values, mode="concat", concat_axis=axis) if FIRST else kl.concatenate(values, axis=axis)


def first(layer, shape=CLIP):
    return Each(layer, input_shape=shape)


def inner_model():
    image = kl.Input(MAP)
    sides = [conv(3, (3, 3), padding="same", activation="relu")(image), conv(2, (2, 2), padding="same")(image)]
    value = kl.BatchNormalization(axis=1)(joined(sides, 1))
    value = pool(kl.MaxPooling2D, "valid")(conv(4, (1, 2), activation="relu")(value))
    return model(image, kl.Dense(3)(kl.Flatten()(value)))


inner = chain(conv(3, (3, 2), input_shape=MAP), kl.BatchNormalization(axis=1), PReLU(), kl.Flatten())
clip, other = kl.Input(CLIP), kl.Input((3, 2))
shared = Each(conv(3, (3, 2), activation="relu"))
beside = joined([Each(kl.Flatten())(shared(clip)), other], -1)

record("same", chain(first(conv(3, (3, 3), padding="same")), Each(conv(2, (2, 4), padding="same", activation="relu")),
                     Each(conv(4, (3, 3), 2, "same")), Each(kl.Flatten()), kl.LSTM(3)))  # fmt: skip
record("pools", chain(first(conv(3, (2, 2))), Each(pool(kl.MaxPooling2D, "same")),
                      Each(pool(kl.AveragePooling2D, "same")), Each(kl.Flatten()), kl.GRU(3)))  # fmt: skip
record("sequential", chain(first(inner), Each(kl.Dense(4, activation="relu")), Each(kl.Dense(3, activation="softmax"))))
record("model", model(clip, kl.LSTM(3)(Each(inner_model())(clip))))
record("maps", chain(first(conv(3, (3, 2))), Each(kl.ZeroPadding2D((1, 2))), Each(kl.UpSampling2D((2, 3))),
                     Each(kl.Cropping2D(((1, 2), (0, 3)))), Each(conv(2, (2, 3), activation="sigmoid"))))  # fmt: skip
record("pooled away", chain(first(conv(4, (3, 3), activation="relu")), Each(kl.GlobalAveragePooling2D()), kl.LSTM(2)))
record("columns", chain(kl.Dense(6, input_shape=(5,)), kl.RepeatVector(3), Each(kl.Dense(60)),
                        Each(kl.Reshape((3, 4, 5))), Each(conv(2, (2, 3), activation="relu")), Each(kl.Flatten()),
                        kl.Flatten(), kl.Dense(3, activation="softmax")))  # fmt: skip
record("vector to clip", chain(kl.Dense(80, input_shape=(5,)), kl.Reshape((2, 2, 4, 5)), Each(conv(3, (2, 3))),
                               Each(kl.Flatten()), kl.BatchNormalization(), kl.Flatten(), kl.Dense(3)))  # fmt: skip
record("rearranged", chain(first(conv(3, (3, 2))), Each(kl.Permute((3, 1, 2))), Each(kl.Reshape((4, 12))),
                           Each(kl.LSTM(3)), kl.LSTM(2)))  # fmt: skip
record("three axes", chain(first(conv3d(3, (2, 3, 2)), (3, 2, 4, 5, 6)), Each(kl.Flatten()), kl.LSTM(2)))
record("twice", chain(first(Each(conv(3, (2, 3), activation="relu")), (3, 2, 2, 5, 6)), Each(Each(kl.Flatten())),
                      Each(kl.Flatten()), Each(kl.Dense(4)), kl.LSTM(2)))  # fmt: skip
record("beside a vector", model([clip, other], kl.LSTM(3)(beside)))
record("flattened at once", chain(first(kl.Flatten()), Each(kl.Dense(3, activation="relu")), kl.LSTM(2)))
if not FIRST:
    record("dense on maps", chain(first(conv(3, (3, 2))), Each(kl.Dense(5)), Each(conv(2, (2, 2)))))
    record("softmax on maps", chain(first(conv(3, (3, 2))), Each(kl.Softmax(axis=1)), Each(conv(3, (2, 2))),
                                    Each(kl.Activation("softmax"))))  # fmt: skip
    record("normalised", chain(first(conv(3, (3, 2))), Each(kl.BatchNormalization(axis=1)),
                               kl.BatchNormalization(axis=2), kl.BatchNormalization(axis=-1), Each(kl.Flatten()),
                               kl.LSTM(2)))  # fmt: skip

write("distributed", f"Keras {__version__}, Theano 1.0.5", CASES)
