"""Code that speaks to Keras 1 and to Keras 2, by the version: both parts are judged, and neither is moved alone."""

from __future__ import annotations

from flow.mended import linted, mended

HEAD = """
import keras
from keras import backend as K
from keras.layers import Conv2D, Convolution2D
from keras.models import Sequential
"""
OLD = """
K.set_image_dim_ordering('th')
net = Sequential([Convolution2D(8, 3, 3, input_shape=(3, 32, 48))])
"""
NEW = """
K.set_image_data_format('channels_first')
net = Sequential([Conv2D(8, (3, 3), input_shape=(3, 32, 48))])
"""
PLAIN = (HEAD + NEW).encode()
BY_VERSION = "".join(
    [HEAD, "if keras.__version__[0] == '1':", OLD.replace("\n", "\n    "), "\nelse:", NEW.replace("\n", "\n    ")]
).encode()


def switches(content: bytes) -> list[int | None]:
    (report,) = linted({"net.py": content}).reports
    return [one.line for one in report.findings if one.rule == "DIM201"]


def test_nothing_moves_where_only_one_part_can_be_verified() -> None:
    found = mended({"net.py": BY_VERSION})
    assert found.after == {"net.py": BY_VERSION}
    assert any("by Keras's version it decides what it builds" in because for because in found.reasons)


def test_the_same_code_for_one_keras_moves() -> None:
    assert b"channels_first" not in mended({"net.py": PLAIN}).after["net.py"]


def test_what_either_keras_is_told_is_found() -> None:
    assert switches(BY_VERSION) == [7, 11]
    assert switches(PLAIN) == [7]
