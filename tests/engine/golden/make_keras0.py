"""Models of real Keras 0.3.3, 0.3.1 and 0.2.0 on real Theano 1.0.5: writes keras0/VERSION_MODEL.npz beside itself.

Run by hand, once for each version, under Python 3.6 with numpy 1.16.6, scipy 1.2.3, h5py 2.10.0 and Theano 1.0.5:
    HOME=DIR KERAS_BACKEND=theano THEANO_FLAGS=floatX=float32 PYTHONPATH=KERAS_OF_THAT_VERSION python make_keras0.py
Each file holds `architecture` (the JSON that this Keras wrote), `yaml` of one, `counts` (arrays of each numbered
layer; one number for a Graph), `0`, `1`, … (all arrays in that order), `x0`, … inputs and `y0`, … its predictions.
Inputs and weights are random with a fixed seed; no data of others is in the result.
"""

import json
import os
import sys
import types

import h5py
import numpy as np

# Dropout fails unless this was imported before Keras.
import theano.ifelse
import theano.tensor.signal
from theano.tensor.signal import pool

OLD_POOLING = types.ModuleType("theano.tensor.signal.downsample")
OLD_POOLING.max_pool_2d = lambda x, ds, ignore_border=None, st=None, padding=(0, 0), mode="max": pool.pool_2d(
    x, ws=ds, ignore_border=ignore_border, stride=st, pad=padding, mode=mode
)
# Theano 1.0 calls it pool; Keras before 0.3.3 imports the old name.
theano.tensor.signal.downsample = OLD_POOLING
sys.modules["theano.tensor.signal.downsample"] = OLD_POOLING

import keras  # noqa: E402
from keras.layers import advanced_activations, convolutional, core, embeddings, normalization, recurrent  # noqa: E402
from keras.models import Graph, Sequential  # noqa: E402

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras0")
RNG = np.random.RandomState(5374)
VERSION = os.environ["PYTHONPATH"].rstrip("/").rpartition("/")[2]
IMAGE, VECTOR, TOKENS = (3, 6, 7), (5,), 11
MODULES = (advanced_activations, convolutional, core, embeddings, normalization, recurrent)


def make(name, *args, **settings):
    """A layer by its class name, wherever this version keeps it."""
    for module in MODULES:
        if hasattr(module, name):
            return getattr(module, name)(*args, **settings)
    from keras.layers import wrappers

    return getattr(wrappers, name)(*args, **settings)


def chain(*layers):
    model = Sequential()
    for layer in layers:
        model.add(layer)
    return model


def conv(*args, **settings):
    return make("Convolution2D", *args, **settings)


def text_lstm():
    return chain(make("Embedding", TOKENS, 5, input_length=7), make("LSTM", 6, return_sequences=True),
                 make("Dropout", 0.3), make("GRU", 4), make("Dense", 3, activation="softmax")), None  # fmt: skip


def recurrent_dense():
    return chain(make("SimpleRNN", 6, input_shape=(7, 5), return_sequences=True),
                 make("TimeDistributedDense", 4, activation="relu"), make("Flatten"),
                 make("Dense", 3)), None  # fmt: skip


def text_conv1d():
    return chain(make("Embedding", TOKENS, 5, input_length=9),
                 make("Convolution1D", 6, 3, border_mode="same", activation="relu"), make("MaxPooling1D", 2),
                 make("Convolution1D", 4, 2), make("Flatten"), make("Dense", 3)), None  # fmt: skip


def embedding_dropout():
    return chain(make("Embedding", TOKENS, 5, input_length=7, dropout=0.4), make("Flatten"), make("Dense", 3)), None


def two_branches():
    graph = Graph()
    graph.add_input("img", input_shape=IMAGE)
    graph.add_input("vec", input_shape=VECTOR)
    graph.add_node(conv(4, 3, 2, activation="relu"), "c1", input="img")
    graph.add_node(conv(2, 3, 2), "c2", input="img")
    graph.add_node(make("Flatten"), "flat", inputs=["c1", "c2"], merge_mode="concat", concat_axis=1)
    graph.add_node(make("Dense", 7, activation="tanh"), "d1", input="flat")
    graph.add_node(make("Dense", 7, activation="relu"), "d2", input="vec")
    graph.add_node(make("Dense", 4, activation="softmax"), "d3", inputs=["d1", "d2"], merge_mode="mul")
    graph.add_node(make("Dense", 2), "d4", inputs=["d1", "vec"], merge_mode="concat")
    for name, source in [("out1", {"input": "d3"}), ("out2", {"input": "d4"})]:
        graph.add_output(name, **source)
    graph.add_output("both", inputs=["d1", "d2"], merge_mode="sum")
    return graph, ["img", "vec"]


def both_ways():
    graph = Graph()
    graph.add_input("tok", input_shape=(7,), dtype="int")
    graph.add_node(make("Embedding", TOKENS, 5, input_length=7), "emb", input="tok")
    graph.add_node(make("LSTM", 6), "fwd", input="emb")
    graph.add_node(make("LSTM", 6, go_backwards=True), "bwd", input="emb")
    graph.add_node(make("Dropout", 0.5), "drop", inputs=["fwd", "bwd"], merge_mode="ave")
    graph.add_node(make("Dense", 2, activation="sigmoid"), "sig", input="drop", create_output=True)
    return graph, ["tok"]


def merged_at_the_head():
    left = chain(conv(4, 3, 2, input_shape=IMAGE), make("Activation", "relu"), make("Flatten"), make("Dense", 6))
    right = chain(make("Dense", 6, input_dim=5, activation="tanh"))
    head = make("Merge", [left, right], mode="concat", concat_axis=-1)
    return chain(head, make("Dense", 4, activation="softmax")), None


def nested():
    inner = chain(conv(4, 3, 2, input_shape=IMAGE), make("BatchNormalization", axis=1), make("Activation", "relu"))
    return chain(inner, conv(5, 2, 3), make("Flatten"), make("Dense", 3)), None


def activations():
    return chain(make("ZeroPadding2D", (2, 1), input_shape=IMAGE), conv(4, 3, 2, subsample=(2, 1)), make("PReLU"),
                 make("UpSampling2D", (2, 1)), make("LeakyReLU", 0.2), make("AveragePooling2D", (2, 3)),
                 make("Flatten"), make("Dense", 6), make("PReLU"), make("Dense", 3)), None  # fmt: skip


def decoder():
    return chain(make("Dense", 4 * 3 * 5, input_dim=6, activation="relu"), make("Reshape", (4, 3, 5)),
                 make("UpSampling2D", (2, 2)), conv(3, 3, 2), make("Permute", (2, 1, 3)), make("Flatten"),
                 make("Dense", 4)), None  # fmt: skip


def old_layers():
    return chain(make("MaxoutDense", 6, nb_feature=3, input_dim=5), make("Highway", activation="tanh"),
                 make("ParametricSoftplus"), make("ELU", 0.7), make("BatchNormalization"),
                 make("Dense", 4, activation="hard_sigmoid")), None  # fmt: skip


def normalised_width():
    return chain(conv(4, 3, 2, input_shape=IMAGE), make("BatchNormalization"), make("Activation", "relu"),
                 make("Flatten"), make("Dense", 3)), None  # fmt: skip


def distributed():
    return chain(make("TimeDistributed", conv(4, 3, 2), input_shape=(3, *IMAGE)),
                 make("TimeDistributed", make("Flatten")), make("TimeDistributed", make("Dense", 5)),
                 make("LSTM", 3)), None  # fmt: skip


def volumes():
    return chain(make("Convolution3D", 4, 2, 3, 2, input_shape=(3, 5, 6, 7)), make("MaxPooling3D", (2, 1, 2)),
                 make("Flatten"), make("Dense", 3)), None  # fmt: skip


def padded_alike():
    return chain(conv(4, 4, 3, border_mode="same", subsample=(2, 2), input_shape=IMAGE),
                 make("MaxPooling2D", (3, 2), strides=(2, 2), border_mode="same"), make("Flatten"),
                 make("Dense", 3)), None  # fmt: skip


def wide_borders():
    return chain(conv(4, 3, 2, border_mode="full", input_shape=IMAGE, activation="relu"),
                 conv(5, 2, 4, border_mode="full"), make("MaxPooling2D", (2, 2)), make("Flatten"),
                 make("Dense", 3)), None  # fmt: skip


def normalised_everywhere():
    return chain(conv(4, 3, 2, input_shape=IMAGE), make("BatchNormalization"), make("Activation", "relu"),
                 make("MaxPooling2D", (2, 2)), make("Flatten"), make("Dense", 5), make("BatchNormalization"),
                 make("Dense", 3)), None  # fmt: skip


def product(mode):
    branches = [chain(make("Dense", 6, input_dim=size)) for size in (4, 5)]
    return chain(make("Merge", branches, mode=mode, dot_axes=([1], [1])), make("Dense", 2)), None


def dot_product():
    return product("dot")


def cosine():
    return product("cos")


def masked_text():
    return chain(make("Embedding", TOKENS, 5, input_length=7, mask_zero=True), make("LSTM", 4, return_sequences=True),
                 make("GRU", 3), make("Dense", 2)), None  # fmt: skip


def masked_steps():
    return chain(make("Masking", 0.0, input_shape=(7, 5)), make("LSTM", 4, return_sequences=True),
                 make("TimeDistributedDense", 3), make("SimpleRNN", 2)), None  # fmt: skip


MADE = {
    "0.3.3": (text_lstm, recurrent_dense, text_conv1d, embedding_dropout, two_branches, both_ways, merged_at_the_head,
              nested, activations, decoder, old_layers, normalised_width, distributed, volumes, padded_alike),
    "0.3.1": (two_branches, text_lstm, normalised_everywhere),
    "0.2.0": (two_branches, merged_at_the_head, text_conv1d, wide_borders, normalised_everywhere, text_lstm,
              recurrent_dense),
}  # fmt: skip

PLAIN = {"0.3.3": (dot_product, cosine, masked_text, masked_steps)}
"""Made with the argument `plain` and THEANO_FLAGS=cxx=: Theano's C code of a product wants a BLAS at run time."""


def leaves(model):
    """Layers of a container, and of those inside it."""
    inside = list(getattr(model, "layers", ())) or list(getattr(model, "nodes", {}).values())
    return [leaf for layer in inside for leaf in leaves(layer)] if inside else [model]


def fill(layer):
    """Random numbers in every array; statistics and gammas away from zero."""
    arrays = [RNG.uniform(-0.8, 0.8, array.shape) for array in layer.get_weights()]
    if layer.__class__.__name__ == "BatchNormalization":
        arrays[0], arrays[-1] = (RNG.uniform(0.3, 1.5, array.shape) for array in (arrays[0], arrays[-1]))
    layer.set_weights([array.astype("float32") for array in arrays])


def inputs(model, names):
    config = json.loads(text(model))
    if names is None:
        first = [branch["layers"][0] for branch in config["layers"][0].get("layers", ()) if "layers" in branch]
        firsts = first if config["layers"][0]["name"] == "Merge" else [first_of(config)]
        return [batch(layer) for layer in firsts]
    return [batch({"name": "Embedding", "input_length": i["input_shape"][0]} if i["dtype"] == "int" else i)
            for i in config["input_config"]]  # fmt: skip


def first_of(config):
    layer = config["layers"][0]
    return first_of(layer) if "layers" in layer else layer


def batch(layer):
    if layer["name"] == "Embedding":
        return RNG.randint(0, TOKENS, (5, layer["input_length"]))
    steps = RNG.uniform(-1, 1, (5, *layer["input_shape"])).astype("float32")
    if layer["name"] == "Masking":
        steps[:, 2] = steps[1, 5] = layer["mask_value"]
    return steps


def text(model):
    def plain(value):
        return value.item() if type(value).__module__ == "numpy" else getattr(value, "__name__", list(value))

    return json.dumps(model.get_config(), default=plain)


def write(build):
    model, names = build()
    for layer in leaves(model):
        if layer.get_weights():
            fill(layer)
    model.compile("sgd", "mse" if names is None else dict.fromkeys(model.output_order, "mse"))
    batches = inputs(model, names)
    if names is None:
        answers = [model.predict(batches if len(batches) > 1 else batches[0])]
    else:
        answers = [model.predict(dict(zip(names, batches)))[name] for name in model.output_order]  # noqa: B905
    model.save_weights(os.path.join(HERE, "weights.h5"), overwrite=True)
    with h5py.File(os.path.join(HERE, "weights.h5"), "r") as file:
        count = file.attrs.get("nb_layers")
        groups = [file["graph"]] if count is None else [file[f"layer_{n}"] for n in range(count)]
        counts = [int(group.attrs["nb_params"]) for group in groups]
        arrays = [group[f"param_{n}"][()] for group, number in zip(groups, counts) for n in range(number)]  # noqa: B905
    os.remove(os.path.join(HERE, "weights.h5"))
    found = {"architecture": np.array(text(model)), "counts": np.array(counts if count is not None else counts[0])}
    if build is text_lstm:
        found["yaml"] = np.array(model.to_yaml())
    found.update({str(n): array.astype("float32") for n, array in enumerate(arrays)})
    found.update({f"x{n}": array for n, array in enumerate(batches)})
    found.update({f"y{n}": array.astype("float32") for n, array in enumerate(answers)})
    np.savez_compressed(os.path.join(HERE, f"{VERSION}_{build.__name__}.npz"), **found)
    print(VERSION, build.__name__, [array.shape for array in answers], keras.__name__)


os.makedirs(HERE, exist_ok=True)
for build in PLAIN[VERSION] if sys.argv[1:] == ["plain"] else MADE[VERSION]:
    write(build)
