"""Golden numbers from real Keras 1.2.2 on real Theano 1.0.5: writes theano.json beside itself.

Run by hand, under Python 3.6 with numpy 1.16.6, scipy 1.2.3, Theano 1.0.5 and Keras 1.2.2:
    HOME=DIR KERAS_BACKEND=theano THEANO_FLAGS=floatX=float32 python make_theano.py
Inputs and weights are random with a fixed seed; no data of others is in the result.
"""

import json
import os

import numpy as np

# Dropout and BatchNormalization fail unless this was imported before Keras.
import theano.ifelse
from keras import backend, layers

HERE = os.path.dirname(os.path.abspath(__file__))
RNG = np.random.RandomState(5374)
CHANNELS = {"th": "first", "tf": "last"}
CASES = []  # type: list[dict[str, object]]


def record(op, fields, layer, shapes):
    inputs = [layers.Input(shape=shape) for shape in shapes]
    output = layer(inputs if len(inputs) > 1 else inputs[0])
    weights = [np.round(RNG.uniform(0.2, 1, w.shape), 3) for w in layer.get_weights()]
    if op != "BatchNorm":
        weights = [w * RNG.choice([-1, 1], w.shape) for w in weights]
    layer.set_weights(weights)
    batches = [np.round(RNG.uniform(-2, 2, (2, *shape)), 2) for shape in shapes]
    # Theano's C code of a batched dot wants a BLAS at run time; its Python code computes the same.
    mode = {"mode": theano.Mode("py", "fast_compile")} if op == "Merge" else {}
    predict = backend.function([*inputs, backend.learning_phase()], [output], **mode)
    expected = predict([b.astype("float32") for b in batches] + [0])[0]
    CASES.append(
        {
            "op": op,
            "fields": fields,
            "inputs": [b.tolist() for b in batches],
            "weights": [w.tolist() for w in weights],
            "expected": [[float(f"{v:.7g}") for v in np.ravel(expected)], list(expected.shape)],
        }
    )


def conv(layer, kernel, strides, dilation, padding, ordering, axes, spatial):
    filters, channels = 3, 2
    fields = {
        "rank": len(kernel), "filters": filters, "kernel_size": kernel, "strides": strides,
        "dilation": dilation, "padding": padding, "channels": CHANNELS[ordering],
        "use_bias": True, "axes": axes, "orientation": "convolution",
    }  # fmt: skip
    shape = (channels, *spatial) if ordering == "th" else (*spatial, channels)
    record("Conv", fields, layer, [shape])


def convolutions():
    for k, s, mode, ordering in [
        ((3, 2), (1, 1), "valid", "th"), ((2, 3), (2, 1), "valid", "tf"),
        ((2, 3), (1, 1), "same", "th"), ((4, 2), (2, 2), "same", "th"),
        ((3, 5), (2, 2), "same", "tf"), ((2, 4), (1, 2), "same", "tf"),
    ]:  # fmt: skip
        layer = layers.Convolution2D(
            3, k[0], k[1], subsample=s, border_mode=mode, dim_ordering=ordering
        )
        axes = "OIHW" if ordering == "th" else "HWIO"
        padding = "theano-same" if mode == "same" else mode
        conv(layer, k, s, (1, 1), padding, ordering, axes, (5, 8))
    for k, mode in [((3, 2), "same"), ((2, 2), "valid")]:
        layer = layers.AtrousConvolution2D(
            3, k[0], k[1], atrous_rate=(2, 2), border_mode=mode, dim_ordering="th"
        )
        padding = "theano-same" if mode == "same" else mode
        conv(layer, k, (1, 1), (2, 2), padding, "th", "OIHW", (5, 7))
    for k, s, mode in [(4, 1, "same"), (3, 2, "valid"), (3, 2, "same")]:
        layer = layers.Convolution1D(3, k, subsample_length=s, border_mode=mode)
        padding = "theano-same" if mode == "same" else mode
        conv(layer, (k,), (s,), (1,), padding, "tf", "L1IO", (8,))
    for k, mode, ordering in [((2, 1, 3), "valid", "th"), ((2, 3, 2), "same", "tf")]:
        layer = layers.Convolution3D(3, k[0], k[1], k[2], border_mode=mode, dim_ordering=ordering)
        axes = "OIDHW" if ordering == "th" else "DHWIO"
        padding = "theano-same" if mode == "same" else mode
        conv(layer, k, (1, 1, 1), (1, 1, 1), padding, ordering, axes, (2, 3, 4))


def poolings():
    for kind, cls in [("max", layers.MaxPooling2D), ("ave", layers.AveragePooling2D)]:
        for k, s, mode, ordering in [
            ((2, 3), (2, 2), "valid", "th"), ((2, 2), (2, 2), "same", "th"),
            ((3, 3), (2, 2), "same", "tf"), ((5, 4), (1, 3), "same", "th"),
        ]:  # fmt: skip
            layer = cls(k, strides=s, border_mode=mode, dim_ordering=ordering)
            fields = {
                "rank": 2, "kind": kind, "size": k, "strides": s, "channels": CHANNELS[ordering],
                "padding": "theano-same" if mode == "same" else mode,
            }  # fmt: skip
            record("Pool", fields, layer, [(1, 5, 8) if ordering == "th" else (5, 8, 1)])


def others():
    for mode, axis in [(0, 1), (0, -1), (1, -1), (2, 1)]:
        layer = layers.BatchNormalization(mode=mode, axis=axis, epsilon=0.01)
        fields = {"axis": axis - 1 if axis > 0 else 2, "epsilon": 0.01, "mode": mode}
        record("BatchNorm", fields, layer, [(2, 3, 5)])
    fields = {"mode": "dot", "dot_axes": [[1], [1]]}
    record("Merge", fields, layers.Merge(mode="dot", dot_axes=[2, 2]), [(3, 5), (2, 5)])
    fields = {"mode": "cos", "dot_axes": [[0], [0]]}
    record("Merge", fields, layers.Merge(mode="cos", dot_axes=1), [(5,), (5,)])
    fields = {"mode": "concat", "axis": 2}
    record("Merge", fields, layers.Merge(mode="concat", concat_axis=3), [(2, 3, 5), (2, 3, 4)])
    record("Merge", {"mode": "ave"}, layers.Merge(mode="ave"), [(3, 5)] * 3)
    record("PReLU", {"shared_axes": [1]}, layers.PReLU(shared_axes=[2]), [(2, 3, 5)])
    for kind in ["hard_sigmoid", "sigmoid", "softplus", "softsign", "tanh", "relu"]:
        record("Activate", {"kind": kind}, layers.Activation(kind), [(3, 5)])
    record("Activate", {"kind": "softmax", "axis": 1}, layers.Activation("softmax"), [(3, 5)])


convolutions()
poolings()
others()
with open(os.path.join(HERE, "theano.json"), "w") as file:
    made_by = "Keras 1.2.2 on Theano 1.0.5, by make_theano.py"
    cases = ",\n".join(json.dumps(case, separators=(",", ":")) for case in CASES)
    file.write(f'{{"made_by": "{made_by}", "cases": [\n{cases}\n]}}\n')
print(len(CASES), "cases")
