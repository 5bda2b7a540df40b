"""ConvLSTM2D as Keras 3 writes it, and read back. Source: keras/src/layers/rnn/conv_lstm.py at 3.15.1."""

from __future__ import annotations

from dimorder import semantics as ops
from dimorder.formats.keras3.activations import inner_word, word
from dimorder.formats.keras3.call import Call, Place
from dimorder.formats.keras3.maps import sliding
from dimorder.formats.keras3.written import NotPlain, Parse, Written
from dimorder.semantics import Op

CLASS = "ConvLSTM2D"


def conv_recurrent(op: ops.ConvRecurrent, place: Place) -> Call:
    """Its arrays lie in its cell."""
    if op.orientation != "correlation" or op.recurrent_padding != "tf-same" or op.padding == "theano-same":
        raise place.refuse("Keras 3 computes correlations padded as TensorFlow pads; the plan has to rewrite it first")
    if max(op.strides) > 1 and max(op.dilation) > 1:
        raise place.refuse("Keras 3 has no convolution with both strides and dilation")
    if None in ops.spatial(2, op.channels, place.shapes[0][1:]):
        raise place.refuse("Keras 3 wants to know the size of the maps that a ConvLSTM2D reads")
    config = {
        **sliding(op, place),
        "filters": op.filters,
        "dilation_rate": list(op.dilation),
        "activation": inner_word(op.activation, place, word),
        "recurrent_activation": inner_word(op.gate, place, word),
        "return_sequences": op.sequences,
        "return_state": False,
        "go_backwards": op.backwards,
        "stateful": False,
    }
    return Call(CLASS, config, place.inputs, place.shape, homes=(("cell", 3 if op.use_bias else 2),))


def read_conv_recurrent(written: Written) -> Op:
    written.expect("return_state", False)
    if len(written.shapes) > 1 or len(written.shape) != 4:
        raise NotPlain("it is given more than one sequence of maps")
    if written.channels == "unset":
        raise NotPlain("it does not say where its channels are")
    activations = written.activation(), written.activation("recurrent_activation")
    if any(one.kind == "softmax" for one in activations):
        raise NotPlain("softmax inside it")
    return ops.ConvRecurrent(
        filters=int(written.config["filters"]),
        **written.windows(2),
        dilation=written.sizes("dilation_rate", 2),
        recurrent_padding="tf-same",
        activation=activations[0],
        gate=activations[1],
        sequences=written.flag("return_sequences", False),
        backwards=written.flag("go_backwards", False),
        axes="HWIO",
        orientation="correlation",
        stateful=written.flag("stateful", False),
    )


CONV_RECURRENT: dict[str, Parse] = {CLASS: read_conv_recurrent}
