"""BatchNormalization's defaults in code: they changed while Keras 1 lasted, and code does not say its version.

Source: keras/layers/normalization.py at 0.2.0 to 2.3.1, which also tell how the meaning of the arrays changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dimorder.errors import CannotTell
from dimorder.formats.layers.dense import TODAY, default_epsilon
from dimorder.infer.versions import version
from dimorder.program import BuiltModel

Document = dict[str, Any]
LATER_KEYS = ("gamma_regularizer", "beta_regularizer")
"""Written since 1.1, after all changes of what the arrays mean: readers take them as a sign of that."""


def date(configs: Iterable[Document], model: BuiltModel, keras_version: str, shown: str) -> None:
    """Tell the layers' settings (Keras 1's form) as the Keras of this version takes them; "" where nobody knows it.

    Without a version nothing is told of what changed what the arrays mean: whoever binds them has to ask for it.
    Raises CannotTell for a layer of which is not known whether the code says its epsilon.
    """
    normalizing = [config for config in configs if "epsilon" in config and "mode" in config]
    found = version(keras_version)
    said = {one.name: "epsilon" in one.arguments for one in model.layers if one.class_name == "BatchNormalization"}
    for config in normalizing:
        if found is None:
            _forget(config)
        elif config.get("name") not in said and config["epsilon"] == TODAY != default_epsilon(found):
            raise CannotTell(
                f"{shown}: nothing tells whether the code says the epsilon of {config.get('name')!r}",
                hint=f"write it into the code: Keras {keras_version} takes {default_epsilon(found)} where none is said",
            )
        elif not said.get(config.get("name", ""), True):
            config["epsilon"] = default_epsilon(found)


def _forget(config: Document) -> None:
    for key in LATER_KEYS:
        if config.get(key) is None:
            config.pop(key, None)


def assumed(model: BuiltModel, keras_version: str) -> Iterator[str]:
    """What is taken for granted where nobody says the version."""
    silent = [one for one in model.layers if one.class_name == "BatchNormalization" and "epsilon" not in one.arguments]
    if silent and version(keras_version) is None:
        others = " and others" if len(silent) > 1 else ""
        yield (
            f"the epsilon of {silent[0].name!r}{others}, which the code does not say, is 0.001 as since Keras 1.2 "
            "(1e-5 in 1.0.8 to 1.1, 1e-6 before): say --keras-version if it is older"
        )
