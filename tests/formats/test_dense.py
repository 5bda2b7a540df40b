"""A Dense on maps or sequences, whose bias older Keras 2 laid along another axis (found against real 2.0.8)."""

from __future__ import annotations

from typing import Any

import pytest

from dimorder.errors import CannotTell
from dimorder.formats.layers.table import read_layer
from dimorder.formats.layers.written import Written
from dimorder.layout import Channels
from dimorder.model import Era
from dimorder.semantics import BatchNorm, Dense, Opaque, Shape


def read(
    shape: Shape, version: tuple[int, ...] = (2, 0, 8), default: Channels | None = "first", **config: Any
) -> object:
    config = {"units": 3, "activation": "linear", **config}
    return read_layer(Written("dense", "Dense", config, "keras2", version, (shape,), default))[0]


@pytest.mark.parametrize("version", [(2, 0, 8), (2, 2, 0), ()])
@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 4)])
@pytest.mark.parametrize("default", ["first", None])
def test_a_bias_that_fits_the_first_axis_is_not_taken_for_the_last_ones(
    shape: Shape, version: tuple[int, ...], default: Channels | None
) -> None:
    assert isinstance(read(shape, version, default), Opaque)


@pytest.mark.parametrize("shape", [(3,), (4, 5), (4, 3)])
def test_no_other_bias_could_have_been_added_there(shape: Shape) -> None:
    assert read(shape) == Dense(3, True)


def test_without_a_bias_or_on_a_channels_last_machine_or_today_nothing_is_in_doubt() -> None:
    assert read((3, 5), use_bias=False) == Dense(3, False)
    assert read((3, 5), default="last") == read((3, 5), (2, 2, 1)) == read((3, 5), (2, 3, 1)) == Dense(3, True)


CASES = [
    ("keras1", (1, 0, 5), 1e-6),
    ("keras1", (1, 0, 8), 1e-5),
    ("keras1", (1, 1, 2), 1e-5),
    ("keras1", (1, 2, 2), 1e-3),
    ("keras2", (), 1e-3),
    ("keras2", (2, 3, 1), 1e-3),
]


@pytest.mark.parametrize(("era", "version", "epsilon"), CASES)
def test_an_epsilon_that_is_left_out_is_that_of_the_keras_that_wrote_it(
    era: Era, version: tuple[int, ...], epsilon: float
) -> None:
    (op,) = read_layer(Written("bn", "BatchNormalization", {"axis": -1}, era, version, ((5, 4),), "last"))
    assert isinstance(op, BatchNorm)
    assert op.epsilon == epsilon


def test_without_a_version_nobody_knows_the_epsilon_of_keras_1() -> None:
    with pytest.raises(CannotTell, match="states no epsilon"):
        read_layer(Written("bn", "BatchNormalization", {"axis": -1}, "keras1", (1,), ((5, 4),), "last"))
