"""A call of a layer's class becomes a layer."""

from __future__ import annotations

from typing import Any

from dimorder.layout import Channels
from dimorder.program import ChannelsFrom, Unknown
from dimorder.source.keras_api.binding import Bound, bind
from dimorder.source.keras_api.fitting import Misfit, fit, is_free
from dimorder.source.keras_api.inputs import dtype, stated_input, unknown_axis
from dimorder.source.keras_api.layer import Layer
from dimorder.source.keras_api.naming import Names, automatic, given, style
from dimorder.source.keras_api.spec import NEEDED, LayerSpec
from dimorder.source.values import Called, Session

UNSAID = "unsaid"
VARYING = {"recurrent_activation": "hard_sigmoid", "reset_after": False}
"""What Keras 1 and 2 take where the code does not say it; TensorFlow 2's Keras takes sigmoid and True."""


def made(spec: LayerSpec, called: Called, package: str) -> Layer:
    """The layer that a call of its class makes."""
    ways = style(called.session, package)
    bound = bind(spec, called, ways)
    config = config_of(spec, bound, ways)
    layer = Layer(spec, spec.keras1, _names(spec, bound, called, package), ways, called.place, config)
    layer.arguments = bound.everything()
    layer.unknown = bound.unknown + ([called.rest] if called.rest is not None else [])
    layer.trainable = bound.common["trainable"].value if "trainable" in bound.common else True
    _state_input(layer, spec, bound)
    if spec.ordered:
        layer.channels, layer.channels_from = _channels(layer, called.session)
        layer.config["data_format"] = f"channels_{layer.channels}"
    called.session.growing.append(layer)
    return layer


def config_of(spec: LayerSpec, bound: Bound, ways: str) -> dict[str, Any]:
    """What it is told as, as far as the call says it."""
    config: dict[str, Any] = {}
    for key, default in spec.defaults.items():
        if key in bound.own:
            _put(config, key, spec, bound)
        elif default is NEEDED:
            bound.unknown.append(Unknown(f"{spec.name} is given no {key!r}"))
        elif default == UNSAID:
            _put_varying(config, key, spec, bound, ways)
        else:
            config[key] = default
    for key in spec.further:
        if key in bound.own:
            _put(config, key, spec, bound)
    if "pool_size" in config and config.get("strides", UNSAID) is None:
        config["strides"] = config["pool_size"]
    return config


def _put(config: dict[str, Any], key: str, spec: LayerSpec, bound: Bound) -> None:
    argument = bound.own[key]
    try:
        config[key] = fit(key, argument.value, spec)
    except Misfit as problem:
        if not is_free(key):
            bound.unknown.append(Unknown(f"{key!r} of {spec.name} is not known: {problem}", argument.place))


def _put_varying(config: dict[str, Any], key: str, spec: LayerSpec, bound: Bound, ways: str) -> None:
    if ways == "tf":
        because = f"{key!r} of {spec.name} is not said, and TensorFlow's Keras changed what it then takes"
        bound.unknown.append(Unknown(because))
    else:
        config[key] = VARYING[key]


def _names(spec: LayerSpec, bound: Bound, called: Called, package: str) -> Names:
    name = bound.common["name"].value if "name" in bound.common else None
    if isinstance(name, str) and name:
        return given(name)
    if isinstance(name, Unknown):
        bound.unknown.append(Unknown(f"its name is not known: {name.because}", bound.common["name"].place))
    return automatic(called.session, spec.keras1, spec.name, package)


def _state_input(layer: Layer, spec: LayerSpec, bound: Bound) -> None:
    stated = stated_input(spec, bound.everything(), layer.style)
    if isinstance(stated, Unknown):
        layer.unknown.append(stated)
    elif stated is not None:
        layer.stated, layer.dtype = stated, dtype(spec, bound.common, layer.style)
        unknown = unknown_axis(stated)
        layer.unknown += [unknown] if unknown is not None else []


def _channels(layer: Layer, session: Session) -> tuple[Channels, ChannelsFrom]:
    stated = layer.config.get("data_format")
    if stated is not None:
        return ("first" if stated == "channels_first" else "last"), "argument"
    if any(one.because.startswith("'data_format'") for one in layer.unknown):
        return session.channels, "argument"
    if session.settings.doubt is not None:
        layer.unknown.append(session.settings.doubt)
    return session.channels, "code" if session.settings.set_by else "machine"
