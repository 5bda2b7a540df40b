"""Golden numbers from real Keras on real Theano 1.0.5 for ConvLSTM2D, locally connected layers, pooling of volumes.

Run by hand, once under Python 3.6 with Keras 1.2.2 and once with Keras 2.0.8; writes steps-VERSION.json beside itself:
    HOME=DIR KERAS_BACKEND=theano THEANO_FLAGS=floatX=float32 python make_steps.py
Inputs and weights are random with a fixed seed; no data of others is in the result.
"""

import json
import os

import numpy as np

# Several layers fail unless this was imported before Keras.
import theano.ifelse
from keras import __version__, backend, layers

HERE = os.path.dirname(os.path.abspath(__file__))
RNG = np.random.RandomState(2323)
OLD = __version__.startswith("1")
CASES = []  # type: list[dict[str, object]]
WORDS = {"th": "channels_first", "tf": "channels_last"}
CHANNELS = {"th": "first", "tf": "last"}


def record(op, fields, layer, shape, packed=lambda weights: weights):
    entrance = layers.Input(shape=shape)
    output = layer(entrance)
    layer.set_weights([np.round(RNG.uniform(-1, 1, w.shape), 2) for w in layer.get_weights()])
    batch = np.round(RNG.uniform(-1, 1, (2, *shape)), 2)
    # Theano's C code of a batched dot wants a BLAS at run time; its Python code computes the same.
    slow = {"mode": theano.Mode("py", "fast_compile")} if op == "LocallyConnected" else {}
    predict = backend.function([entrance, backend.learning_phase()], [output], **slow)
    expected = predict([batch.astype("float32"), 0])[0]
    CASES.append(
        {
            "op": op,
            "fields": fields,
            "inputs": [batch.tolist()],
            "weights": [np.round(w.astype("float64"), 2).tolist() for w in packed(layer.get_weights())],
            "expected": [[float(f"{v:.7g}") for v in np.ravel(expected)], list(expected.shape)],
        }
    )


def by_gates(axis):
    """Keras 1 stored W, U, b of the gates i, c, f, o; here they lie i, f, c, o along the filters."""

    def packed(weights):
        rows = [[weights[3 * gate + n] for gate in (0, 2, 1, 3)] for n in range(3)]
        return [np.concatenate(parts, axis) for parts in rows[:2]] + [np.concatenate(rows[2])]

    return packed


def conv_lstm(kernel, mode, size, ordering, strides=(1, 1), dilation=(1, 1), **other):
    shape = (3, 2, *size) if ordering == "th" else (3, *size, 2)
    sequences, backwards, bias = (other.get(key, key == "bias") for key in ("sequences", "backwards", "bias"))
    axes = "OIHW" if OLD and ordering == "th" else "HWIO"
    fields = {
        "filters": 2, "kernel_size": kernel, "strides": strides, "dilation": dilation,
        "padding": "theano-same" if mode == "same" else mode, "recurrent_padding": "theano-same",
        "channels": CHANNELS[ordering], "use_bias": bias, "sequences": sequences, "backwards": backwards,
        "axes": axes, "orientation": "convolution",
    }  # fmt: skip
    shared = {"return_sequences": sequences, "go_backwards": backwards}
    if OLD:
        layer = layers.ConvLSTM2D(
            2, kernel[0], kernel[1], border_mode=mode, subsample=strides, dim_ordering=ordering, **shared
        )
        record("ConvRecurrent", fields, layer, shape, by_gates(axes.index("O")))
    else:
        layer = layers.ConvLSTM2D(
            2, kernel, padding=mode, strides=strides, dilation_rate=dilation, data_format=WORDS[ordering],
            use_bias=bias, recurrent_activation="hard_sigmoid", **shared
        )  # fmt: skip
        record("ConvRecurrent", fields, layer, shape)


def locally(kernel, strides, size, ordering, bias):
    shape = (2, *size) if ordering == "th" and len(size) == 2 else (*size, 2)
    fields = {
        "rank": len(kernel), "filters": 3, "kernel_size": kernel, "strides": strides,
        "channels": CHANNELS[ordering] if len(size) == 2 else "last", "use_bias": bias,
    }  # fmt: skip
    if len(size) == 1:
        layer = layers.LocallyConnected1D(3, kernel[0], subsample_length=strides[0], bias=bias)
    elif OLD:
        layer = layers.LocallyConnected2D(
            3, kernel[0], kernel[1], subsample=strides, bias=bias, dim_ordering=ordering
        )
    else:
        layer = layers.LocallyConnected2D(
            3, kernel, strides=strides, use_bias=bias, data_format=WORDS[ordering]
        )
    record("LocallyConnected", fields, layer, shape)


def volumes():
    """Pooling over three axes keeps every window that fits until 2.1.5, and never counts padding."""
    for kind, cls in [("max", layers.MaxPooling3D), ("ave", layers.AveragePooling3D)]:
        for size, strides, sizes in [((2, 4, 3), (2, 1, 2), (4, 5, 6)), ((5, 3, 2), (1, 2, 2), (5, 6, 3))]:
            fields = {
                "rank": 3, "kind": kind, "size": size, "strides": strides, "channels": "first",
                "padding": "theano-uncut",
            }  # fmt: skip
            layer = cls(size, strides=strides, padding="same", data_format="channels_first")
            record("Pool", fields, layer, (1, *sizes))


locally((2, 3), (2, 1), (5, 4), "th", True)
locally((3, 1), (1, 1), (4, 3), "th", False)
locally((2, 3), (1, 2), (4, 5), "tf", True)
conv_lstm((2, 3), "valid", (4, 5), "th", sequences=True)
conv_lstm((4, 2), "same", (5, 4), "tf", backwards=True)
conv_lstm((3, 2), "same", (5, 4), "th", strides=(2, 2))
if OLD:
    locally((3,), (2,), (6,), "tf", True)
else:
    conv_lstm((2, 3), "same", (5, 4), "th", dilation=(2, 1), bias=False, sequences=True, backwards=True)
    volumes()
with open(os.path.join(HERE, f"steps-{__version__}.json"), "w") as file:
    made_by = f"Keras {__version__} on Theano 1.0.5, by make_steps.py"
    cases = ",\n".join(json.dumps(case, separators=(",", ":")) for case in CASES)
    file.write(f'{{"made_by": "{made_by}", "cases": [\n{cases}\n]}}\n')
print(len(CASES), "cases")
