"""Recurrent models of real old Keras on real Theano 1.0.5: writes recurrent_VERSION.json.gz beside itself.

Each case holds the architecture, the arrays by the names and in the order in which Keras stored them, inputs, and what
Keras predicted. Run by hand under Python 3.6 with numpy 1.16.6, scipy 1.2.3, Theano 1.0.5, once with Keras 1.2.2 and
once with Keras 2.2.4:
    HOME=DIR KERAS_BACKEND=theano THEANO_FLAGS=floatX=float32 python make_recurrent.py
with image_dim_ordering th (image_data_format channels_first) in DIR/.keras/keras.json. Numbers are random, seeded.
"""

import json

import numpy as np
from make_shared import FIRST, chain, redraw, write  # before Keras: it says why

# isort: split
from keras import __version__, backend
from keras import layers as kl
from keras.layers.wrappers import Bidirectional, TimeDistributed
from keras.models import Model

RNG = np.random.RandomState(5374)
CASES = []  # type: list[dict[str, object]]
GATE = "inner_activation" if FIRST else "recurrent_activation"
STEPS, READ, BATCH = 5, 3, 4


def stored(model):
    """By layer, names and arrays in the order of save_weights."""
    for layer in owners(model):
        values = backend.batch_get_value(layer.weights)
        names = [str(weight.name) for weight in layer.weights]
        if names:
            yield [layer.name, [[name, np.round(value, 2).tolist()] for name, value in zip(names, values)]]  # noqa: B905


def drawn(name, shape):
    is_variance = any(word in name for word in ("running_std", "moving_variance"))
    return np.round(RNG.uniform(0.2 if is_variance else -1, 1, shape), 2)


def owners(model):
    return getattr(model, "flattened_layers", None) or model.layers


def record(name, model, inputs):
    redraw(owners(model), drawn)
    given = inputs if isinstance(inputs, list) else [inputs]
    expected = model.predict(inputs, batch_size=BATCH)
    add(name, json.loads(model.to_json()), list(stored(model)), given, expected)


def add(name, document, layers, given, expected):
    case = {
        "name": name,
        "document": document,
        "layers": layers,
        "inputs": [batch.tolist() for batch in given],
        "expected": [[float(f"{value:.7g}") for value in np.ravel(expected)], list(expected.shape)],
    }
    CASES.append(case)


def signals(*shape):
    return np.round(RNG.uniform(-2, 2, (BATCH, *shape)), 2)


def tokens():
    """Padded behind, in front, within, and not at all."""
    found = RNG.randint(1, 7, (BATCH, STEPS))
    found[0, 3:], found[1, :2], found[2, [1, 3]] = 0, 0, 0
    return found


def padded(value):
    found = signals(STEPS, READ)
    found[tokens() == 0] = value
    return found


def words(**settings):
    return kl.Embedding(7, READ, input_length=STEPS, **settings)


def kinds():
    for cls in (kl.SimpleRNN, kl.LSTM, kl.GRU):
        for number in (0, 1, 2):
            how = {"consume_less": ("cpu", "mem", "gpu")[number]} if FIRST else {"implementation": number}
            name = f"{cls.__name__} {number}"
            record(name, chain(cls(2, input_shape=(STEPS, READ), **how)), signals(STEPS, READ))


def turned():
    first = kl.LSTM(2, return_sequences=True, go_backwards=True, input_shape=(STEPS, READ))
    record("backwards", chain(first, kl.GRU(4, go_backwards=True, activation="hard_sigmoid")), signals(STEPS, READ))
    record("lstm that ends in hard_sigmoid", chain(kl.LSTM(2, activation="hard_sigmoid", input_shape=(STEPS, READ))),
           signals(STEPS, READ))
    first = kl.LSTM(2, stateful=True, unroll=True, batch_input_shape=(BATCH, STEPS, READ), **{GATE: "sigmoid"})
    record("stateful", chain(first), signals(STEPS, READ))
    for mode in ("concat", "sum", "mul", "ave"):
        both = Bidirectional(kl.GRU(2, return_sequences=True), merge_mode=mode, input_shape=(STEPS, READ))
        record("both " + mode, chain(both, kl.SimpleRNN(4)), signals(STEPS, READ))
    both = Bidirectional(kl.LSTM(2, return_sequences=True, go_backwards=True), input_shape=(STEPS, READ))
    record("both turned", chain(both, Bidirectional(kl.LSTM(2), merge_mode="sum")), signals(STEPS, READ))


def masks():
    record("masked words", chain(words(mask_zero=True), kl.LSTM(2)), tokens())
    between = (kl.Dropout(0.5), kl.Activation("tanh"), kl.GRU(2, return_sequences=True), kl.BatchNormalization())
    record("masked far", chain(words(mask_zero=True), *between, kl.LSTM(4, go_backwards=True)), tokens())
    masking = kl.Masking(-1.0, input_shape=(STEPS, READ))
    record("masked signals", chain(masking, kl.GRU(2, return_sequences=True, unroll=True)), padded(-1.0))
    masking = kl.Masking(0.0, input_shape=(STEPS, READ))
    record("masked dense", chain(masking, TimeDistributed(kl.Dense(2)), kl.LSTM(4)), padded(0.0))
    record("masked both", chain(words(mask_zero=True), Bidirectional(kl.GRU(2)), kl.Dense(2)), tokens())
    both = Bidirectional(kl.LSTM(2, return_sequences=True), merge_mode="sum")
    record("masked both, then heeded", chain(words(mask_zero=True), both, kl.SimpleRNN(4)), tokens())
    both = Bidirectional(kl.LSTM(2, return_sequences=True), merge_mode="sum")
    record("masked both, then seen", chain(words(mask_zero=True), both), tokens())


def shapes():
    inner = chain(kl.LSTM(2, return_sequences=True, input_shape=(STEPS, READ)), Bidirectional(kl.GRU(2)), kl.Dense(3))
    entrance = kl.Input((STEPS, READ))
    record("nested", Model(entrance, kl.Dense(2)(inner(entrance))), signals(STEPS, READ))
    size = (2, 3, 2) if FIRST else (2, (3, 2))
    flat = kl.Convolution2D(*size, input_shape=(2, 4, 5)), kl.Flatten(), kl.RepeatVector(3)
    both = Bidirectional(kl.LSTM(2, return_sequences=True)), kl.GRU(2)
    record("behind a flattened map", chain(*flat, *both), signals(2, 4, 5))


def only_first():
    first, second = kl.Input((STEPS,), dtype="int32"), kl.Input((STEPS,), dtype="int32")
    table, other = kl.Embedding(7, READ, mask_zero=True), kl.Embedding(7, READ, mask_zero=True)
    one, two = table(first), other(second)
    state = kl.GRU(READ, return_sequences=True)(one)
    joined = kl.merge([kl.merge([one, state], mode="sum"), state], mode="concat")
    record("merged with its own mask", Model(first, kl.LSTM(2)(joined)), tokens())
    both = kl.LSTM(2)(kl.merge([one, two], mode="sum"))
    record("merged with another mask", Model([first, second], both), [tokens(), tokens()[::-1]])


def only_second():
    after = {"reset_after": True, "activation": "hard_sigmoid"}
    record("reset after", chain(kl.GRU(2, input_shape=(STEPS, READ), **after)), signals(STEPS, READ))
    for cls in (kl.SimpleRNN, kl.LSTM, kl.GRU):
        layer = cls(2, use_bias=False, input_shape=(STEPS, READ))
        record(f"{cls.__name__} without bias", chain(layer), signals(STEPS, READ))
    mean = kl.GRU(2, return_sequences=True), kl.GlobalAveragePooling1D(), kl.Dense(2)
    record("masked mean", chain(words(mask_zero=True), *mean), tokens())
    after = kl.GRU(2, reset_after=True, return_sequences=True)
    record("masked reset after", chain(words(mask_zero=True), Bidirectional(after), kl.LSTM(2)), tokens())


def cudnn():
    """What CuDNN layers store, made into LSTM and GRU by Keras itself: they run on a GPU only."""
    from keras.engine.saving import _convert_rnn_weights

    for cls, gates, settings in ((kl.LSTM, 4, {}), (kl.GRU, 3, {"reset_after": True})):
        layer = cls(2, recurrent_activation="sigmoid", input_shape=(STEPS, READ), **settings)
        model = chain(layer)
        arrays = [drawn("", shape) for shape in ((READ, 2 * gates), (2, 2 * gates), (4 * gates,))]
        layer.set_weights(_convert_rnn_weights(layer, arrays))
        given = signals(STEPS, READ)
        document = json.loads(model.to_json())
        own = document["config"]["layers"][0]
        own["class_name"] = "CuDNN" + cls.__name__
        for key in ("activation", "recurrent_activation", "implementation", "reset_after", "use_bias", "unroll",
                    "dropout", "recurrent_dropout"):
            own["config"].pop(key, None)
        names = ("kernel", "recurrent_kernel", "bias")
        rows = [[f"{layer.name}/{name}", array.tolist()] for name, array in zip(names, arrays)]  # noqa: B905
        add(own["class_name"], document, [[layer.name, rows]], [given], model.predict(given))


kinds()
turned()
masks()
shapes()
only_first() if FIRST else (only_second(), cudnn())
write("recurrent", f"Keras {__version__} on Theano 1.0.5, by make_recurrent.py", CASES)
