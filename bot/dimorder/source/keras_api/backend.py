"""keras.backend, as far as it says what a machine is set to, or what is known anyway.

Source: keras/backend/common.py and __init__.py at 1.2.2 and 2.2.4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dimorder.layout import Channels
from dimorder.program import Place, Unknown
from dimorder.source.keras_api.builtin import Builtin, Given
from dimorder.source.keras_api.tensor import Tensor
from dimorder.source.values import Session

WORDS: dict[str, tuple[str, Channels]] = {
    "th": ("th", "first"), "tf": ("tf", "last"), "channels_first": ("", "first"), "channels_last": ("", "last"),
}  # fmt: skip


def asked(given: Given, answer: Any) -> Any:
    """Remember that the machine's settings were asked for."""
    given.session.asked.append(given.called.place)
    doubt = given.session.settings.doubt
    return answer if doubt is None else doubt


def ordering(given: Given) -> Any:
    """`image_dim_ordering()`."""
    return asked(given, "th" if given.session.channels == "first" else "tf")


def data_format(given: Given) -> Any:
    """`image_data_format()`."""
    return asked(given, f"channels_{given.session.channels}")


def backend(given: Given) -> Any:
    """`backend()`."""
    given.session.asked.append(given.called.place)
    return given.session.backend


def set_ordering(given: Given) -> None:
    """`set_image_dim_ordering('th')`, `set_image_data_format('channels_first')`."""
    said = given.value("dim_ordering", "data_format", "value", "0")
    session, place = given.session, given.called.place
    if isinstance(said, str) and said in WORDS:
        session.settings = replace(session.settings, channels=WORDS[said][1], set_by=place, doubt=None)
    else:
        because = said.because if isinstance(said, Unknown) else f"{said!r} is no dim ordering"
        doubt = Unknown(f"the dim ordering that is set is not known: {because}", place)
        session.settings = replace(session.settings, set_by=place, doubt=doubt)


def set_backend(given: Given) -> None:
    """`set_backend('theano')`."""
    said = given.value("backend_name", "backend", "0")
    if said in ("theano", "tensorflow"):
        given.session.settings = replace(given.session.settings, backend=said)


def clear(given: Given) -> None:
    """`clear_session()`: names are counted anew."""
    given.session.uids.clear()


def int_shape(given: Given) -> Any:
    """`int_shape(x)`."""
    read = given.value("x", "tensor", "0")
    return read.full_shape() if isinstance(read, Tensor) else Unknown("the shape of a tensor that is not known")


def ndim(given: Given) -> Any:
    """`ndim(x)`."""
    read = given.value("x", "0")
    if isinstance(read, Tensor) and read.shape is not None:
        return len(read.shape) + 1
    return Unknown("the number of axes of a tensor that is not known")


def is_keras_tensor(given: Given) -> Any:
    """`is_keras_tensor(x)`."""
    read = given.value("x", "0")
    return read if isinstance(read, Unknown) else isinstance(read, Tensor)


def floatx(given: Given) -> str:
    """`floatx()`."""
    return "float32"


def epsilon(given: Given) -> float:
    """`epsilon()`: 1e-8 in Keras 1, 1e-7 since."""
    return 1e-8 if given.session.era == "keras1" else 1e-7


def nothing(given: Given) -> None:
    """What changes nothing about models."""


KNOWN = {
    "image_dim_ordering": ((), ordering),
    "image_data_format": ((), data_format),
    "backend": ((), backend),
    "set_image_dim_ordering": (("dim_ordering",), set_ordering),
    "set_image_data_format": (("data_format",), set_ordering),
    "set_backend": (("backend_name",), set_backend),
    "clear_session": ((), clear),
    "int_shape": (("x",), int_shape),
    "ndim": (("x",), ndim),
    "is_keras_tensor": (("x",), is_keras_tensor),
    "floatx": ((), floatx),
    "epsilon": ((), epsilon),
    **dict.fromkeys(
        ("set_session", "set_learning_phase", "set_floatx", "set_epsilon", "manual_variable_initialization",
         "set_value", "batch_set_value"),
        (("value",), nothing),
    ),
}  # fmt: skip
"""Function -> parameters, what it does."""
@dataclass(frozen=True, slots=True)
class Varying:
    """`_BACKEND`: a name whose value is the session's."""

    def now(self, session: Session, place: Place) -> str:
        """What it holds."""
        session.asked.append(place)
        return session.backend


VARYING = {"_BACKEND": Varying(), "_backend": Varying()}  # what 1.2.2 read from keras.json is left in `_backend`
FUNCTIONS = {name: Builtin(f"keras.backend.{name}", *known) for name, known in KNOWN.items()}
