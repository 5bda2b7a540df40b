"""Keras's names and what they stand for."""

from __future__ import annotations

from typing import Any

from dimorder.source.keras_api import (
    backend,
    entrances,
    lengths,
    merging,
    models,
    obtained,
    own_models,
    variables,
    version,
    wrappers,
)
from dimorder.source.keras_api.builtin import Builtin, Effect
from dimorder.source.keras_api.classes import AnyLayer, LayerClass
from dimorder.source.keras_api.families.shared import ACTIVATIONS
from dimorder.source.keras_api.names import home, inside
from dimorder.source.keras_api.settings import SETTINGS
from dimorder.source.keras_api.table import NAMED, SPECS
from dimorder.source.keras_api.values import Function

LAYERS = frozenset({"layers", "engine", "legacy", "models", "", "_tf_keras"})
"""Modules in which layers and models stand in some era."""
INPUTS = {"keras": entrances.INPUT, "tf": entrances.INPUT_OF_TF}
OTHER_LAYERS: dict[str, tuple[tuple[str, ...], Effect]] = {
    "TimeDistributed": (wrappers.WRAPPER, wrappers.time_distributed),
    "Bidirectional": (wrappers.WRAPPER, wrappers.bidirectional),
    "Lambda": (wrappers.FUNCTION, wrappers.made_lambda),
    "InputLayer": (entrances.LAYER, entrances.made_layer),
    "Merge": (merging.OLD_CLASS, merging.merge_class),
    "merge": (merging.OLD, merging.merge),
}
MODELS: dict[str, tuple[tuple[str, ...], Effect]] = {
    "Model": (models.MODEL, models.functional),
    "Functional": (models.MODEL, models.functional),
    "Container": (models.MODEL, models.container),
    "Sequential": (models.SEQUENTIAL, models.sequential),
    "Graph": ((), models.graph),
    "clone_model": (("model",), models.cloned),
    **{name: ((parameter, "custom_objects"), models.from_elsewhere) for name, parameter in models.READ.items()},
}
INHERITED = {"Model": own_models.own_model, "Sequential": own_models.own_sequential}


class Keras:
    """What a name of any Keras stands for."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], Any] = {}

    def resolve(self, name: str) -> Any:
        """One object for each thing, whatever it is called; None for a name that is not known here."""
        found = inside(name.replace("keras_applications.", "keras.applications.", 1))
        if found is None or not found[1]:
            return None
        package, rest = found
        module, word = home(rest)
        if rest.startswith("applications."):
            module = "applications"
        key = (package, module, word)
        if key not in self._known:
            self._known[key] = _made(*key)
        return self._known[key]


def _made(package: str, module: str, word: str) -> Any:
    if (package, module, word) == ("keras", "", "__version__"):
        return version.VERSION
    if module == "backend":
        return _of_backend(word)
    if module == "applications":
        return _of_applications(package, word)
    if module == "utils":
        return lengths.FUNCTIONS.get(word)
    if module in ("initializers", "initializations") and word == "get":
        return variables.GET
    if module in SETTINGS:
        return SETTINGS[module].get(word)
    if module == "activations" and word in ACTIVATIONS:
        return Function(f"keras.activations.{word}")
    return _of_layers(package, word) if module in LAYERS else None


def _of_backend(word: str) -> Any:
    return backend.VARYING.get(word) or backend.FUNCTIONS.get(word) or variables.FUNCTIONS.get(word)


def _of_applications(package: str, word: str) -> Any:
    if word == "_obtain_input_shape":
        return Builtin(f"keras.applications.{word}", obtained.PARAMETERS, obtained.obtained, package)
    if not word[:1].isupper() or "_" in word:
        return None
    return Builtin(f"keras.applications.{word}", ("include_top", "weights", "input_tensor"), models.published, package)


def _of_layers(package: str, word: str) -> Any:
    if word in NAMED:
        return LayerClass(SPECS[NAMED[word]], package)
    if word == "Layer":
        return AnyLayer(package)
    if word == "Input":
        return Builtin("keras.layers.Input", INPUTS[package], entrances.made_input, package)
    if word in OTHER_LAYERS:
        return Builtin(f"keras.layers.{word}", *OTHER_LAYERS[word], package, kind="class")
    if word in merging.FUNCTIONS:
        effect, parameters = merging.functional(word)
        return Builtin(f"keras.layers.{word}", parameters, effect, package)
    if word in MODELS:
        return Builtin(f"keras.models.{word}", *MODELS[word], package, kind="class", inherited=INHERITED.get(word))
    return None
