"""An architecture told in the words of Keras 1, spelled as Keras 0 wrote it.

Only a Sequential of layers is: that is what its `same` dialect needs. Source: as reading.py.
"""

from __future__ import annotations

from typing import Any

from dimorder.errors import Refused
from dimorder.formats.borders import BORDER, EDIT
from dimorder.formats.keras0.reading import WITHOUT_ORDERINGS

Item = dict[str, Any]
HINT = "write the .keras form: -o NAME.keras"
CUSTOM = "custom_name"
TOLD = ("name", CUSTOM, "batch_input_shape", "input_dtype")


def spelled_back(document: Item, path: str) -> Item:
    """The document that Keras 0.3 reads; Refused where it has no form for it."""
    if document["class_name"] != "Sequential" or document.get("keras_version") == WITHOUT_ORDERINGS:
        raise Refused(f"{path}: this architecture has no changed form in Keras 0", hint=HINT)
    named = any(CUSTOM in item["config"] for item in document["config"] if isinstance(item["config"], dict))
    return {"name": "Sequential", "layers": [_item(item, path, named=named) for item in document["config"]]}


def _item(item: Item, path: str, *, named: bool) -> Item:
    """named: Keras 0.3.2 and later write a layer's own name, 0.3.0 and 0.3.1 do not open a document that has one."""
    class_name, config = item["class_name"], item["config"]
    if str(config["name"] if isinstance(config, dict) else "").endswith(BORDER):
        raise Refused(f"{path}: {EDIT}; files of Keras 0 tell layers by their number", hint=HINT)
    if not isinstance(config, dict) or class_name in ("Model", "Merge", "Sequential"):
        raise Refused(f"{path}: {class_name} inside the model has no changed form in Keras 0", hint=HINT)
    found = {key: value for key, value in config.items() if key not in TOLD}
    if class_name == "Reshape":
        found["dims"] = found.pop("target_shape")
    if isinstance(found.get("layer"), dict):
        found["layer"] = _item(found["layer"], path, named=named)
    if class_name != "Embedding" and "batch_input_shape" in config:
        batch, *shape = config["batch_input_shape"]
        found |= {"batch_input_shape": [batch, *shape]} if batch else {"input_shape": shape}
    return {"name": class_name, **({CUSTOM: config["name"]} if named else {}), **found}
