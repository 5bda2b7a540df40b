"""Golden numbers of transposed and channelwise convolutions on real Theano: writes windows-VERSION.json beside itself.

Run by hand, under Python 3.6 with numpy 1.16.6, Theano 1.0.5 and Keras 1.2.2, then 2.2.4:
    HOME=DIR KERAS_BACKEND=theano THEANO_FLAGS=floatX=float32 python make_windows.py
Inputs and weights are random with a fixed seed; no data of others is in the result.
"""

import json
import os

import keras
import numpy as np
import theano.ifelse  # noqa: F401
from keras import backend, layers

HERE = os.path.dirname(os.path.abspath(__file__))
RNG = np.random.RandomState(5374)
ORDERINGS = {"first": ("th", "channels_first"), "last": ("tf", "channels_last")}
CASES = []  # type: list[dict[str, object]]


def record(op, layer, shape, fields):
    entrance = layers.Input(shape=shape)
    output = layer(entrance)
    weights = [np.round(RNG.uniform(-1, 1, w.shape), 2) for w in layer.get_weights()]
    layer.set_weights(weights)
    batch = np.round(RNG.uniform(-2, 2, (2, *shape)), 1)
    expected = backend.function([entrance], [output])([batch.astype("float32")])[0]
    CASES.append(
        {
            "op": op,
            "fields": fields,
            "inputs": [batch.tolist()],
            "weights": [w.tolist() for w in weights],
            "expected": [[float(f"{v:.7g}") for v in np.ravel(expected)], list(expected.shape)],
        }
    )


def shaped(channels, count, sizes):
    return (count, *sizes) if channels == "first" else (*sizes, count)


def words(kernel, strides, padding, channels, axes):
    return {
        "rank": len(kernel), "kernel_size": kernel, "strides": strides, "padding": padding, "channels": channels,
        "use_bias": True, "axes": axes,
    }  # fmt: skip


def deconvolutions():
    """Keras 1 states the output; behind an even kernel with 'same' it leaves less than that."""
    for kernel, strides, mode, stated, left, channels in [
        ((3, 2), (2, 1), "valid", (7, 5), (7, 5), "first"), ((2, 3), (1, 3), "valid", (4, 14), (4, 14), "last"),
        ((3, 5), (2, 3), "same", (6, 10), (6, 10), "first"), ((1, 3), (1, 3), "same", (3, 12), (3, 12), "last"),
        ((2, 3), (2, 2), "same", (5, 8), (2, 8), "first"),
    ]:  # fmt: skip
        ordering = ORDERINGS[channels][0]
        layer = layers.Deconvolution2D(
            3, *kernel, output_shape=(None, *shaped(channels, 3, stated)), subsample=strides, border_mode=mode,
            dim_ordering=ordering,
        )  # fmt: skip
        padding = "theano-same" if mode == "same" else "valid"
        own = {"filters": 3, "orientation": "convolution", "length": left}
        fields = words(kernel, strides, padding, channels, "OIHW" if channels == "first" else "HWIO")
        record("ConvTranspose", layer, shaped(channels, 2, (3, 4)), dict(fields, **own))


def transposed():
    for kernel, strides, mode, channels in [
        ((3, 2), (2, 3), "valid", "first"), ((3, 5), (3, 2), "same", "last"), ((3, 1, 5), (1, 2, 3), "same", "first"),
        ((2, 3, 1), (2, 1, 1), "valid", "last"),
    ]:  # fmt: skip
        rank, word = len(kernel), ORDERINGS[channels][1]
        make = layers.Conv2DTranspose if rank == 2 else layers.Conv3DTranspose
        layer = make(2, kernel, strides=strides, padding=mode, data_format=word)
        padding = "theano-same" if mode == "same" else "valid"
        fields = words(kernel, strides, padding, channels, ("HWOI", "DHWOI")[rank - 2])
        own = {"filters": 2, "orientation": "convolution"}
        record("ConvTranspose", layer, shaped(channels, 3, (3, 4, 2)[:rank]), dict(fields, **own))


def channelwise():
    for kernel, strides, dilation, mode, multiplier, channels in [
        ((3, 2), (2, 2), (1, 1), "same", 1, "first"), ((2, 3), (1, 1), (1, 1), "same", 3, "last"),
        ((2, 3), (1, 1), (2, 1), "valid", 2, "first"),
    ]:  # fmt: skip
        same = {"strides": strides, "padding": mode, "depth_multiplier": multiplier, "dilation_rate": dilation}
        word = ORDERINGS[channels][1]
        own = {"multiplier": multiplier, "dilation": dilation}
        shape = shaped(channels, 2, (5, 6))
        padding = "theano-same" if mode == "same" else "valid"
        fields = dict(words(kernel, strides, padding, channels, "HWIM"), **own)
        record("Depthwise", layers.DepthwiseConv2D(kernel, data_format=word, **same), shape, fields)
        padding = "theano-half" if mode == "same" else "valid"
        fields = dict(words(kernel, strides, padding, channels, "HWIM"), filters=3, **own)
        record("Separable", layers.SeparableConv2D(3, kernel, data_format=word, **same), shape, fields)
    layer = layers.SeparableConv1D(3, 4, padding="same", depth_multiplier=2, data_format="channels_last")
    fields = dict(words((4,), (1,), "theano-half", "last", "LIM"), filters=3, multiplier=2, dilation=(1,))
    record("Separable", layer, (7, 2), fields)


if keras.__version__.startswith("1."):
    deconvolutions()
else:
    transposed()
    channelwise()
with open(os.path.join(HERE, f"windows-{keras.__version__}.json"), "w") as file:
    json.dump({"keras": keras.__version__, "cases": CASES}, file, sort_keys=True)
