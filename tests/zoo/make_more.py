"""Entries that the zoo lacked: models on which forgetting a rule shows without making the file unloadable.

Run once, with Keras 1.2.2 on Theano 1.0.5 under Python 3.6 (see README.md beside this file):
    HOME=DIR KERAS_BACKEND=theano PYTHONPATH=.../keras-1.2.2 \
        THEANO_FLAGS=floatX=float32,device=cpu,optimizer=fast_compile python make_more.py TARGET_FOLDER
Writes TARGET_FOLDER/MODEL/ with the files of any other entry, and TARGET_FOLDER/rows.json for the manifest.
"""

import json
import os
import shutil
import sys

import h5py
import numpy as np
import theano.ifelse  # noqa: F401  Keras 1.2.2 calls it without importing it
from keras import backend
from keras.layers import (
    Activation,
    BatchNormalization,
    Convolution2D,
    Dense,
    Flatten,
    Input,
    Reshape,
    merge,
)
from keras.models import Model

BATCH, SEED = 6, 20


def decoder():
    """Dense before a Reshape: its columns, its bias and the normalisation in between follow the map's order."""
    x = Input((7,))
    y = Dense(2 * 4 * 5, activation="tanh", name="wide")(x)
    y = BatchNormalization(name="between")(y)
    y = Reshape((2, 4, 5))(y)
    y = Convolution2D(3, 2, 3, activation="relu", name="conv")(y)
    return Model(x, Dense(4, activation="softmax", name="scores")(Flatten()(y)))


def bn_axis_fits():
    """As many channels as rows: an axis left at 1 normalises rows, and nothing complains."""
    x = Input((3, 6, 8))
    y = Convolution2D(5, 2, 2, name="conv")(x)
    y = BatchNormalization(axis=1, name="channels")(y)
    y = Activation("relu")(y)
    return Model(x, Dense(4, activation="softmax", name="scores")(Flatten()(y)))


def concat_axes_fit():
    """Two maps of one shape joined along channels and along width, and flattened: any other axis loads as well."""
    x = Input((3, 6, 9))
    left = Convolution2D(4, 2, 3, activation="tanh", name="left")(x)
    right = Convolution2D(4, 2, 3, activation="relu", name="right")(x)
    deep = merge([left, right], mode="concat", concat_axis=1)
    wide = merge([left, right], mode="concat", concat_axis=-1)
    joined = merge([Flatten()(deep), Flatten()(wide)], mode="concat", concat_axis=1)
    return Model(x, Dense(4, activation="softmax", name="scores")(joined))


def kernel(array):
    """(out, in, rows, columns) of a convolution to (rows, columns, in, out) of a correlation."""
    return array[:, :, ::-1, ::-1].transpose(2, 3, 1, 0)


def order(channels, rows, columns):
    """For each element of a flattened (rows, columns, channels) map its place in (channels, rows, columns)."""
    numbered = np.arange(channels * rows * columns).reshape(channels, rows, columns)
    return numbered.transpose(1, 2, 0).ravel()


MAP = order(2, 4, 5)
EXPECTED = {
    "decoder": {
        "wide_W": lambda a: a[:, MAP],
        "wide_b": lambda a: a[MAP],
        "between_": lambda a: a[MAP],
        "conv_W": kernel,
        "scores_W": lambda a: a[order(3, 3, 3)],
    },
    "bn_axis_fits": {"conv_W": kernel, "scores_W": lambda a: a[order(5, 5, 7)]},
    "concat_axes_fit": {
        "left_W": kernel,
        "right_W": kernel,
        "scores_W": lambda a: a[np.concatenate([order(8, 5, 7), 8 * 5 * 7 + order(4, 5, 14)])],
    },
}
"""Start of an array's name -> its form in TensorFlow's ordering, written down by hand."""


def far_from_trivial(model, rng):
    """Biases, scales and statistics as after long training."""
    for layer in model.layers:
        drawn = [w + 0.3 * rng.normal(size=w.shape) for w in layer.get_weights()]
        if isinstance(layer, BatchNormalization):
            drawn[3] = 0.5 + np.abs(drawn[3])
        layer.set_weights(drawn)


def write_expected(name, weights, target):
    shutil.copyfile(weights, target)
    with h5py.File(target, "r+") as file:

        def convert(path, item):
            if not isinstance(item, h5py.Dataset):
                return
            for start, move in EXPECTED[name].items():
                if path.split("/")[-1].startswith(start):
                    moved = np.ascontiguousarray(move(item[()]))
                    group, own = item.parent, path.split("/")[-1]
                    del group[own]
                    group[own] = moved

        paths = []
        file.visititems(lambda path, item: paths.append(path))
        for path in paths:
            convert(path, file[path])


def write_entry(folder, build):
    backend.set_image_dim_ordering("th")
    rng = np.random.RandomState(SEED)
    np.random.seed(SEED)
    model, name = build(), build.__name__
    model.compile("adam", "categorical_crossentropy")
    far_from_trivial(model, rng)
    shape = model.internal_input_shapes[0][1:]
    x = rng.normal(size=(BATCH, *shape)).astype("float32")
    model.train_on_batch(x, np.eye(4)[rng.randint(4, size=BATCH)])
    y = model.predict(x)
    place = os.path.join(folder, name)
    os.makedirs(place)
    model.save_weights(os.path.join(place, "weights.h5"))
    model.save(os.path.join(place, "full.h5"))
    with open(os.path.join(place, "model.json"), "w") as file:
        file.write(model.to_json())
    np.savez(os.path.join(place, "io.npz"), x0=x, y0=y)
    np.savez(os.path.join(place, "expected_y.npz"), y0=y)
    write_expected(name, os.path.join(place, "weights.h5"), os.path.join(place, "expected_tf.h5"))
    facts = {
        "backend": "theano",
        "full": True,
        "inputs": [list(x.shape)],
        "keras": "1.2.2",
        "kinds": ["img" if x.ndim == 4 else "vec"],
        "model": name,
        "optimizer": "adam",
        "ordering": "th",
        "outputs": [list(y.shape)],
        "stack": "k122-theano-th",
        "trained": True,
    }
    with open(os.path.join(place, "meta.json"), "w") as file:
        json.dump(facts, file, indent=1, sort_keys=True)
    row = {"dir": "k122-theano-th/" + name, "weights_only_preserves": True, "needs_arch_change": False, "notes": []}
    row.update(facts)
    return row


if __name__ == "__main__":
    rows = [write_entry(sys.argv[1], build) for build in (decoder, bn_axis_fits, concat_axes_fit)]
    with open(os.path.join(sys.argv[1], "rows.json"), "w") as file:
        json.dump(rows, file)
