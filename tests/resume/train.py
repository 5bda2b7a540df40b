"""Run by an old Keras (Python 3.6): three steps of training from where a file stopped. See convert.py."""

import glob
import os
import sys

import numpy as np

if os.environ["KERAS_BACKEND"] == "theano":
    import theano.ifelse  # noqa: F401 - old Keras forgets it
import keras
from keras.models import load_model

STEPS = 3


def arrays(io, letter):
    found = [io[name] for name in sorted(io.files) if name.startswith(letter)]
    return found if len(found) > 1 else found[0]


def forget(model):
    """The same optimizer with its state as at the beginning."""
    config = model.optimizer.get_config()
    model.compile(optimizer=type(model.optimizer).from_config(config), loss=model.loss)


def read_before_counting():
    """Adam reads its count of steps before the count goes up, as Theano does.

    Keras on TensorFlow 1 leaves the two in no order, so that one and the same file trains in either of two ways.
    """
    import tensorflow as tf
    from keras.optimizers import Adam

    plain = Adam.get_updates

    def ordered(self, *arguments, **keywords):
        graph = tf.compat.v1.get_default_graph()
        before = len(graph.get_operations())
        updates = plain(self, *arguments, **keywords)
        made = graph.get_operations()[before:]
        count = next(op for op in made if op.type == "AssignAddVariableOp")
        readers = [op for op in made if count.inputs[0] in op.inputs and op is not count]
        count._add_control_inputs([op for op in readers if count not in op.control_inputs])
        return updates

    Adam.get_updates = ordered


def main(folder, who):
    """A run that was broken off goes on with the models that have no result yet."""
    kind = who.split("-")[0]
    data = "theano" if kind == "theano" else "turned"
    for path in sorted(glob.glob(os.path.join(folder, "*." + kind + ".h5"))):
        if os.path.exists(path[: -len(kind + ".h5")] + who + ".out.npz"):
            continue
        name = os.path.basename(path)[: -len("." + kind + ".h5")]
        model = load_model(path)
        if "-fresh" in who:
            forget(model)
        with np.load(os.path.join(folder, name + "." + data + ".npz")) as io:
            x, y = arrays(io, "x"), arrays(io, "y")
        losses = [float(np.mean(model.train_on_batch(x, y))) for _ in range(STEPS)]
        found = model.predict(x)
        found = found if isinstance(found, list) else [found]
        told = {"p%d" % number: array for number, array in enumerate(found)}
        np.savez(os.path.join(folder, name + "." + who + ".out.npz"), losses=losses, **told)
        print(keras.__version__, name, losses)
        sys.stdout.flush()
        if keras.backend.backend() == "tensorflow":
            keras.backend.clear_session()


if __name__ == "__main__":
    if sys.argv[2].endswith("-ordered"):
        read_before_counting()
    main(sys.argv[1], sys.argv[2])
