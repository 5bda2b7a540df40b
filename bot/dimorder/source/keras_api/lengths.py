"""Functions of keras.utils by which layers of the code's own compute their shapes.

Source: keras/utils/np_utils.py at 1.2.2, utils/conv_utils.py at 2.2.4.
"""

from __future__ import annotations

from typing import Any

from dimorder.program import Unknown
from dimorder.source.keras_api.builtin import Builtin, Given

LENGTH = ("input_length", "filter_size", "padding", "stride", "dilation")


def conv_output_length(given: Given) -> Any:
    """Positions that a window has along one axis."""
    length, window, stride = (given.value(name) for name in ("input_length", "filter_size", "stride"))
    padding, dilation = given.value("padding", "border_mode"), given.value("dilation", default=1)
    if length is None:
        return None
    unknown = next((one for one in (length, window, stride, padding, dilation) if isinstance(one, Unknown)), None)
    if unknown is not None:
        return unknown
    if not all(type(one) is int for one in (length, window, stride, dilation)) or stride < 1:
        return Unknown("an axis of what slides over it is no number")
    reach = (window - 1) * dilation + 1
    found = {"same": length, "causal": length, "valid": length - reach + 1, "full": length + reach - 1}.get(padding)
    return Unknown(f"{padding!r} is no padding") if found is None else -(-found // stride)


def normalized_format(given: Given) -> Any:
    """`normalize_data_format(value)`: the machine's where none is given."""
    value = given.value("value")
    if value is not None:
        return value.lower() if isinstance(value, str) else value
    given.session.asked.append(given.called.place)
    doubt = given.session.settings.doubt
    return f"channels_{given.session.channels}" if doubt is None else doubt


def normalized_row(given: Given) -> Any:
    """`normalize_tuple(value, n, name)`."""
    value, count = given.value("value"), given.value("n")
    if isinstance(value, int) and isinstance(count, int) and 0 < count < 10:
        return (value,) * count
    return tuple(value) if isinstance(value, list | tuple) else Unknown("a row of numbers that is not known")


FUNCTIONS = {
    "conv_output_length": Builtin("keras.utils.conv_output_length", LENGTH, conv_output_length),
    "normalize_data_format": Builtin("keras.utils.normalize_data_format", ("value",), normalized_format),
    "normalize_tuple": Builtin("keras.utils.normalize_tuple", ("value", "n", "name"), normalized_row),
}
