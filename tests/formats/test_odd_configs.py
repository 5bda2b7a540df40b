"""Architectures whose values are of another type than Keras writes are refused by name, never met with a traceback."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from dimorder.errors import CannotTell, UnreadableFile
from dimorder.formats.reader import read_architecture

CONV = {
    "name": "conv", "batch_input_shape": [None, 3, 9, 8], "nb_filter": 7, "nb_row": 5, "nb_col": 2,
    "dim_ordering": "th", "border_mode": "valid",
}  # fmt: skip


def refused(**config: Any) -> str:
    layers = [{"class_name": config.pop("class_name", "Convolution2D"), "config": {**CONV, **config}}]
    document = {"class_name": "Sequential", "keras_version": "1.2.2", "config": layers}
    with pytest.raises(UnreadableFile) as caught:
        read_architecture(io.BytesIO(json.dumps(document).encode()), "a.json", None)
    assert caught.value.code == "config.type"
    return caught.value.sentence


def test_a_name_that_is_no_text() -> None:
    assert "a layer is called ['conv']" in refused(name=["conv"])
    assert "the architecture is not as Keras writes it" in refused(class_name=7)


@pytest.mark.parametrize("shape", [[None, "a", 9, 8], [None, [3], 9, 8], "ashape", 7, {"a": 3}])
def test_an_input_shape_that_is_none(shape: Any) -> None:
    refused(batch_input_shape=shape)


@pytest.mark.parametrize("ordering", [["th"], {"th": 1}])
def test_an_ordering_that_is_no_text_states_nothing(ordering: Any) -> None:
    layers = [{"class_name": "Convolution2D", "config": {**CONV, "dim_ordering": ordering}}]
    document = {"class_name": "Sequential", "keras_version": "1.2.2", "config": layers}
    with pytest.raises(CannotTell, match=r"layer .conv. takes its dim ordering from a keras\.json"):
        read_architecture(io.BytesIO(json.dumps(document).encode()), "a.json", None)


@pytest.mark.parametrize("filters", ["many", [7, 7], {}])
def test_a_count_that_is_no_number(filters: Any) -> None:
    assert "layer 'conv' (Convolution2D) is not configured as Keras writes it" in refused(nb_filter=filters)


def test_a_map_larger_than_any_computer() -> None:
    assert "layer 'conv' cannot read shapes" in refused(nb_row=-(2**63))
