"""What a file leaves out is said."""

from __future__ import annotations

from dataclasses import replace

from dimorder.infer.unsaid import unsaid_strides
from dimorder.model import Era, Model
from rules.test_steps import LSTM, film


def model(era: Era) -> Model:
    return Model("x.h5", "", era, "", "", "model", ())


def test_strides_that_keras_1_left_out_of_a_conv_lstm_are_an_assumption() -> None:
    assert unsaid_strides(model("keras1"), film(LSTM)) == (
        "lstm read with strides of 1: Keras 1 leaves those of a ConvLSTM2D out",
    )


def test_keras_2_states_them() -> None:
    assert unsaid_strides(model("keras2"), film(replace(LSTM, strides=(2, 1)))) == ()
    assert unsaid_strides(model("keras1"), None) == ()
