"""Write what a real Keras makes of the samples: `python make_golden.py samples_keras1 OUT.json`, with that Keras.

Run by hand, with Theano as backend and the ordering in keras.json: once with each ordering.
"""

import importlib
import json
import sys

import theano.ifelse  # noqa: F401  (old Kerases use it without importing it)
from keras import backend
from keras.backend import common


def main(samples, target):
    golden = {}
    for build in importlib.import_module(samples).BUILDERS:
        if hasattr(backend, "reset_uids"):
            backend.reset_uids()
        else:
            common._UID_PREFIXES.clear()
        golden[build.__name__] = without_training(json.loads(build().to_json()))
    with open(target, "w") as file:
        lines = (json.dumps({name: golden[name]}, sort_keys=True)[1:-1] for name in sorted(golden))
        file.write("{\n" + ",\n".join(lines) + "\n}\n")


DROPPED = ("_initializer", "_regularizer", "_constraint", "_init")
ALONE = {"init", "seed", "noise_shape", "momentum", "implementation", "consume_less", "keras_version", "backend"}


def without_training(value):
    """What a trained model does not use is left out, to keep the files small."""
    if isinstance(value, dict):
        return {k: without_training(v) for k, v in value.items() if not (k.endswith(DROPPED) or k in ALONE)}
    return [without_training(v) for v in value] if isinstance(value, list) else value


main(*sys.argv[1:])
