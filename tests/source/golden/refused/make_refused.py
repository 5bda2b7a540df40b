"""What real Keras makes of each snippet, or that it raises: run once for each version, backend and ordering.

    HOME=DIR KERAS_BACKEND=theano PYTHONPATH=.../keras-1.2.2 python make_refused.py outcomes.json

DIR/.keras/keras.json chooses the ordering. Keras 1.2.2 makes both.txt and keras1.txt, 2.2.4 makes both.txt and
keras2.txt; Theano under Python 3.6 without a compiler (`cxx=,linker=py`), TensorFlow 1.15. Outcomes are added to the
file that is there: of each snippet [[worlds], outcome], once for all worlds in which it is the same. At last
`gzip -9 -n outcomes.json`.
"""

import json
import os
import sys

import numpy
from keras import __version__ as version
from keras import backend

if backend.backend() == "theano":
    import theano.ifelse  # noqa: F401  Keras 1.2.2 calls it without importing it

HERE = os.path.dirname(os.path.abspath(__file__))
ERA = "keras1" if version.startswith("1") else "keras2"
ENDINGS = ("_initializer", "_regularizer", "_constraint", "_init")
ALONE = {
    "init", "seed", "noise_shape", "momentum", "implementation", "consume_less", "trainable", "input_dim", "rate", "p",
    "input_length", "unroll", "recurrent_dropout", "dropout", "dropout_W", "dropout_U", "batch_size", "dtype", "sparse",
    "input_dtype", "data_format", "dim_ordering",
}  # fmt: skip
"""What a trained model does not use, or says in other words, or is told by shapes."""


def fresh():
    if backend.backend() == "tensorflow":
        backend.clear_session()
    for name in ("keras.backend", "keras.backend.common", "keras.backend.theano_backend"):
        module = sys.modules.get(name)
        getattr(module, "_UID_PREFIXES", {}).clear()
        getattr(module, "reset_uids", lambda: None)()


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value if value is None else int(value)


def slim(value):
    if isinstance(value, dict):
        return {k: slim(v) for k, v in value.items() if not (k.endswith(ENDINGS) or k in ALONE)}
    return [slim(one) for one in value] if isinstance(value, list) else value


def row(layer):
    nodes = getattr(layer, "_inbound_nodes", None) or getattr(layer, "inbound_nodes", None) or []
    shape = layer.get_output_shape_at(len(nodes) - 1 if hasattr(layer, "layers") else 0)
    arrays = [plain(backend.get_value(one).shape) for one in layer.weights]
    return [type(layer).__name__, layer.name, plain(shape), arrays]


def predicted(model):
    shapes = model.input_shape if isinstance(model.input_shape, list) else [model.input_shape]
    whole = [[2 if at == 0 and size is None else size or 6 for at, size in enumerate(shape)] for shape in shapes]
    given = [numpy.random.RandomState(0).uniform(0, 1, shape).astype("float32") for shape in whole]
    model.predict(given if len(given) > 1 else given[0], batch_size=2)


def outcome(text):
    fresh()
    names = {}
    try:
        exec("from keras.layers import *\nfrom keras.models import Model, Sequential\n", names)
        exec("from keras import backend as K\nfrom keras.layers.advanced_activations import *\n", names)
        exec(text, names)  # our own snippets
        model = names["model"]
        if not model.built:
            model.build()
        made = {"rows": [row(one) for one in model.layers], "config": slim(json.loads(model.to_json())["config"])}
    except Exception:  # noqa: BLE001  whatever it is, Keras does not build it
        return "refused"
    try:
        predicted(model)
    except Exception:  # noqa: BLE001
        made["fails"] = True
    return made


def snippets():
    for name in ("both", ERA):
        with open(os.path.join(HERE, name + ".txt")) as file:
            for part in file.read().split("## ")[1:]:
                yield part.split("\n", 1)


def add(known, world, found):
    for worlds, outcome in known:
        if outcome == found:
            worlds.append(world)
            return
    known.append([[world], found])


def main():
    target = sys.argv[1]
    golden = {}
    if os.path.exists(target):
        with open(target) as file:
            golden = json.load(file)
    stated = getattr(backend, "image_data_format", getattr(backend, "image_dim_ordering", None))()
    world = "{}/{}".format("first" if stated in ("th", "channels_first") else "last", backend.backend())
    for name, text in snippets():
        add(golden.setdefault(ERA, {}).setdefault(name, []), world, outcome(text))
    with open(target, "w") as file:
        eras = ",\n".join(f"{json.dumps(era)}: {{\n{rows(golden[era])}\n}}" for era in sorted(golden))
        file.write(f"{{\n{eras}\n}}\n")


def rows(found):
    shown = {name: json.dumps(found[name], sort_keys=True, separators=(",", ":")) for name in found}
    return ",\n".join(f"{json.dumps(name)}: {shown[name]}" for name in sorted(shown))


main()
