"""The input shape that keras.applications settles for.

Source: _obtain_input_shape in keras/applications/imagenet_utils.py at 1.2.2 and 2.0.8.
"""

from __future__ import annotations

from typing import Any

from dimorder.program import Unknown
from dimorder.source.keras_api.builtin import Given
from dimorder.source.keras_api.fitting import Misfit, count, ordering
from dimorder.source.keras_api.inputs import shape, unknown_axis
from dimorder.source.values import Sizes, sizes

PARAMETERS = ("input_shape", "default_size", "min_size", "data_format", "require_flatten", "weights")
COLOURS = (1, 3)


def obtained(given: Given) -> Any:
    """The shape that is asked for where the model takes it, else the default one."""
    try:
        return _obtained(given)
    except Misfit as problem:
        return Unknown(f"the input shape of the model is not known: {problem}", given.called.place)


def _obtained(given: Given) -> Any:
    asked, flattened = given.value("input_shape"), given.value("require_flatten", "include_top", default=True)
    if isinstance(asked, Unknown):
        return asked
    if isinstance(flattened, Unknown):
        return flattened
    size = count(given.value("default_size"))
    first = ordering(given.value("data_format", "dim_ordering")) == "channels_first"
    colours = 3
    # Where it asks for include_top there is no word about weights, and the default shape is wanted.
    trained = given.value("weights", default="imagenet" if "include_top" in given.arguments else None) == "imagenet"
    if asked is not None and len(shape(asked)) == 3 and not trained:
        colours = count(shape(asked)[0 if first else -1] or 3)
    default = (colours, size, size) if first else (size, size, colours)
    if asked and unknown_axis(shape(asked)) is None:
        known = sizes(shape(asked))
        _check(known, default if trained and flattened else None, flattened)
        _check_least(known, known[1:] if first else known[:2], given.value("min_size"))
        if trained and known[0 if first else -1] != colours:
            raise Misfit(f"Keras refuses {known}: the model takes pictures of {colours} colours")
    if asked and not (trained and flattened):
        return tuple(asked)
    if flattened:
        return default
    return (3, None, None) if first else (None, None, 3)


def _check(asked: Sizes, wanted: Sizes | None, flattened: bool) -> None:
    """Raise Misfit for what Keras refuses. wanted: the only shape that weights from ImageNet with their top take."""
    if len(asked) != 3:
        raise Misfit(f"Keras refuses {asked}: three numbers belong there")
    if wanted is not None and asked != wanted:
        raise Misfit(f"Keras refuses {asked}: the model with its top and weights from ImageNet takes {wanted}")
    if flattened and None in asked:
        raise Misfit(f"Keras refuses {asked}: the model with its top wants a size")


def _check_least(asked: Sizes, plane: Sizes, least: Any) -> None:
    if isinstance(least, int) and any(size is not None and size < least for size in plane):
        raise Misfit(f"Keras refuses {asked}: the model wants at least {least} by {least}")
