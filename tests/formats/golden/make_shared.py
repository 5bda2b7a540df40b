"""What the scripts share that make models of real old Keras on real Theano (Python 3.6 reads this too)."""

import gzip
import json
import os

# Dropout and BatchNormalization fail unless this was imported before Keras.
import theano.ifelse  # noqa: F401
from keras import __version__, backend
from keras.models import Sequential

HERE = os.path.dirname(os.path.abspath(__file__))
FIRST = __version__.startswith("1.")


def redraw(layers, drawn):
    """Other weights for each layer. drawn: gives an array by a weight's name and shape."""
    for layer in layers:
        values = backend.batch_get_value(layer.weights)
        backend.batch_set_value([(w, drawn(w.name, v.shape)) for w, v in zip(layer.weights, values)])  # noqa: B905


def chain(*layers):
    """A Sequential of these."""
    model = Sequential()
    for layer in layers:
        model.add(layer)
    return model


def write(kind, made_by, cases):
    """KIND_VERSION.json.gz beside this file: the same bytes for the same cases."""
    text = json.dumps({"made_by": made_by, "cases": cases}, separators=(",", ":"), sort_keys=True)
    path = os.path.join(HERE, "{}_{}.json.gz".format(kind, __version__.replace(".", "")))
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(text.encode())
    print(len(cases), "cases")
