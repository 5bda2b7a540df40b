"""What an old Keras would pass over in silence is not written for it."""

from __future__ import annotations

import pytest

from dimorder.errors import Refused
from dimorder.formats.respelling.spelling import check_padding
from dimorder.semantics import Crop, ZeroPad

UNEVEN = ZeroPad(2, ((1, 0), (2, 2)), "last")


@pytest.mark.parametrize("version", ["1.0.8", "1.1.2", ""])
def test_uneven_padding_is_refused_before_keras_1_2(version: str) -> None:
    with pytest.raises(Refused, match="differs before and after"):
        check_padding(UNEVEN, version, "conv_padding")


def test_uneven_padding_of_three_axes_is_refused_in_keras_1() -> None:
    with pytest.raises(Refused, match=r"\.keras|differs"):
        check_padding(ZeroPad(3, ((1, 0), (1, 1), (1, 1)), "last"), "1.2.2", "conv_padding")


@pytest.mark.parametrize("op", [ZeroPad(2, ((1, 1), (2, 2)), "last"), Crop(2, ((1, 0), (0, 0)), "last")])
def test_even_padding_and_cropping_are_written_for_any_version(op: ZeroPad | Crop) -> None:
    check_padding(op, "1.0.8", "conv_padding")


def test_keras_1_2_takes_uneven_padding_of_two_axes() -> None:
    check_padding(UNEVEN, "1.2.2", "conv_padding")
