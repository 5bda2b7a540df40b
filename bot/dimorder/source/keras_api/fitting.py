"""How what a call gives becomes what a configuration holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.keras_api.spec import LayerSpec
from dimorder.source.values import External

ROWS = frozenset({"kernel_size", "strides", "dilation_rate", "pool_size", "size"})
"""Keys with one number for each axis of space."""
COUNTS = frozenset({"filters", "units", "output_dim", "input_dim", "nb_feature", "n", "depth_multiplier"})
LISTS = frozenset({"target_shape", "dims", "shared_axes"})
ORDERINGS = {
    "th": "channels_first", "tf": "channels_last", "channels_first": "channels_first", "channels_last": "channels_last",
}  # fmt: skip
FREE = frozenset({
    "momentum", "rate", "stddev", "dropout", "recurrent_dropout", "l1", "l2", "input_length", "unroll", "init",
    "alpha_init", "beta_init", "t_left_init", "a_left_init", "t_right_init", "a_right_init",
})  # fmt: skip
"""Keys that change nothing about what a trained model computes."""
LOOSE = ("_initializer", "_regularizer", "_constraint")
SIDES = (("top_pad", "bottom_pad"), ("left_pad", "right_pad"))


NO_NUMBER = "it is no number"


class Misfit(ValueError):
    """A value that is not what Keras takes there, or that nobody knows."""


def is_free(key: str) -> bool:
    """Whether a trained model computes the same whatever stands there."""
    return key in FREE or key.endswith(LOOSE)


def fit(key: str, value: Any, spec: LayerSpec) -> Any:
    """The value under a key of Keras 2's configuration. Raises Misfit."""
    if isinstance(value, Unknown):
        raise Misfit(value.because)
    if key.endswith(("activation",)):
        return activation(value)
    if key.endswith(LOOSE) or key in FREE:
        return settings(value)
    if key in ROWS:
        return None if value is None else row(value, spec)
    if key == "data_format":
        return ordering(value)
    if key in ("padding", "cropping") and not isinstance(value, str):
        return amounts(value, spec.rank)
    if key in COUNTS:
        return count(value)
    if key == "output_padding":
        return None if value is None else row(value, spec)
    if key in ("target_shape", "dims") and isinstance(value, int):
        raise Misfit(f"{value!r} where a tuple belongs")
    if key in LISTS:
        return None if value is None else [whole(one) for one in _listed(value)]
    if key == "unit_forget_bias" and isinstance(value, str):
        return value in ("one", "ones")
    return plain(value)


def row(value: Any, spec: LayerSpec) -> Any:
    """One number for each axis of space; UpSampling1D holds the number itself."""
    numbers = [count(value)] * spec.rank if isinstance(value, int | float) else [count(one) for one in _listed(value)]
    if len(numbers) != spec.rank:
        raise Misfit(f"{value!r} where {spec.rank} numbers belong")
    return numbers[0] if spec.name == "UpSampling1D" else numbers


def ordering(value: Any) -> str | None:
    """Keras 2's word for a dim ordering; None for what leaves it to the machine."""
    if value is None or value == "default":
        return None
    if not isinstance(value, str) or value.lower() not in ORDERINGS:
        raise Misfit(f"{value!r} is no dim ordering")
    return ORDERINGS[value.lower()]


def amounts(value: Any, rank: int) -> Any:
    """Before and after, along each axis; the forms of all Kerases."""
    if isinstance(value, Mapping):
        pairs = [[count(value.get(key, 0)) for key in side] for side in SIDES[-rank:]]
    elif isinstance(value, int | float):
        pairs = [[count(value)] * 2] * rank
    else:
        pairs = _pairs(_listed(value), rank)
    return pairs[0] if rank == 1 else pairs


def _pairs(values: Sequence[Any], rank: int) -> list[list[int]]:
    if (rank, len(values)) in ((1, 2), (2, 4)):
        flat = [count(one) for one in values]
        return [flat[at : at + 2] for at in range(0, len(flat), 2)]
    if len(values) != rank:
        raise Misfit(f"{values!r} where {rank} amounts belong")
    pairs = [[count(one)] * 2 if isinstance(one, int | float) else [count(n) for n in _listed(one)] for one in values]
    if any(len(pair) != 2 for pair in pairs):
        raise Misfit(f"{values!r} where {rank} amounts belong")
    return pairs


def activation(value: Any) -> Any:
    """An activation by its word; a layer that is used as one in tf.keras's form."""
    if value is None:
        return "linear"
    if isinstance(value, str):
        return value
    name = str(getattr(value, "name", ""))
    home, _, word = name.rpartition(".")
    if isinstance(value, External) and not home.endswith(("activations", "backend", ".nn", ".math")):
        raise Misfit("an activation by a function that is not known")
    if getattr(value, "kind", "function") != "function" or not word:
        raise Misfit("an activation by something that is no function")
    # Keras writes the name of a function of the code's own, too.
    return word


def settings(value: Any) -> Any:
    """An initializer, regularizer or constraint, or a number that trained models do not use. Raises Misfit."""
    if isinstance(value, Thing) and value.kind.startswith("keras "):
        return {"class_name": value.name, "config": plain(value.of)}
    return plain(value)


def plain(value: Any) -> Any:
    """Plain data as JSON holds them. Raises Misfit."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, Unknown):
        raise Misfit(value.because)
    raise Misfit("it is more than plain data")


def count(value: Any) -> int:
    """A whole number; Python 2 divided without a remainder where Python 3 yields 32.0."""
    found = whole(value)
    if found is None:
        raise Misfit("None where a number belongs")
    return found


def whole(value: Any) -> int | None:
    """A whole number, or None for an axis of any length."""
    if isinstance(value, Unknown):
        raise Misfit(value.because)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str | float | bool):
        raise Misfit(f"{value!r} where a number belongs")
    raise Misfit(f"{value.name or value.kind} is no number that code tells" if isinstance(value, Thing) else NO_NUMBER)


def _listed(value: Any) -> Sequence[Any]:
    if isinstance(value, Unknown):
        raise Misfit(value.because)
    if isinstance(value, int | float):
        return [value]
    if not isinstance(value, list | tuple):
        raise Misfit("it is no sequence")
    return value
