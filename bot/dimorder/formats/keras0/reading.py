"""Architectures of Keras 0 told in the words of Keras 1, so that one reader serves both.

Keras 0 writes a layer's class under `name` and its own name, if any, under `custom_name`; settings stand beside them.
Source: get_config in keras/layers/*.py and container_from_config in keras/utils/layer_utils.py at 0.2.0, 0.3.1, 0.3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dimorder.errors import UnreadableFile
from dimorder.formats.keras0.graph import Telling, functional
from dimorder.formats.keras0.naming import CONTAINERS, Names, every_item, wanted

Item = dict[str, Any]

DROPPED = ("name", "input_shape", "batch_input_shape", "stack_size")
RENAMED = {"poolsize": "pool_size", "pad": "padding"}
CLASSES = {"UpSample1D": "UpSampling1D", "UpSample2D": "UpSampling2D"}
"""0.1 and 0.2 spelled these otherwise."""
ORDERED = ("Convolution", "MaxPooling", "AveragePooling", "UpSampl", "ZeroPadding")
UNKNOWN, WITHOUT_ORDERINGS, VERSION, WITH_MASKS = "0", "0.2", "0.3", "0.3.3"
"""What a document tells of its version, which it never states."""
SINCE_030 = ("custom_name", "cache_enabled", "dim_ordering", "stateful", "dot_axes")
UNTIL_020 = ("truncate_gradient", "ignore_border")
MAPS = ("Convolution2D", "MaxPooling2D")
"""From 0.3.0 on these state their dim ordering; before there was only Theano's."""


def is_keras0(value: object) -> bool:
    """Whether a parsed text is an architecture as Keras 0 wrote it."""
    if not isinstance(value, dict) or "class_name" in value or value.get("name") not in CONTAINERS:
        return False
    return isinstance(value.get("layers"), list) or isinstance(value.get("node_config"), list)


def told_anew(document: Item, path: str) -> Item:
    """The same architecture as a document of Keras 1 (`class_name`, `config`); its keys tell the keras_version."""
    version = _version(document)
    work = _Reading(Names(document), version)
    try:
        told = work.container(document, first=True)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        raise UnreadableFile(f"{path}: the architecture is not as Keras 0 writes it ({problem!r})") from problem
    return {**told, "keras_version": version}


def _version(document: Item) -> str:
    """Keys that came or went with a version; 0.3.3 wrote the dropout inside recurrent layers and embeddings."""
    if str(document.get("keras_version", "")).startswith("0."):
        return str(document["keras_version"])
    items = list(every_item(document))
    if any("dropout_W" in item or ("dropout" in item and item["name"] == "Embedding") for item in items):
        return WITH_MASKS
    if any(key in item for item in items for key in SINCE_030):
        return VERSION
    old = any(key in item for item in items for key in UNTIL_020) or any(item["name"] in MAPS for item in items)
    return WITHOUT_ORDERINGS if old else UNKNOWN


@dataclass
class _Reading:
    names: Names
    version: str

    def container(self, item: Item, *, first: bool) -> Item:
        """A Sequential or Graph; `first` where nothing stands before it that feeds it."""
        if item["name"] == "Graph":
            return functional(item, Telling(self.names, self.item))
        layers = [self.item(inner, first=first and number == 0) for number, inner in enumerate(item["layers"])]
        return {"class_name": "Sequential", "config": layers}

    def item(self, item: Item, *, first: bool, name: str = "") -> Item:
        """One layer or container, with a name that no other has."""
        name = name or self.names.give(wanted(item))
        if item["name"] in CONTAINERS:
            return {**self.container(item, first=first), "name": name}
        own = {"name": name, **self.config(item), **(_shape(item) if first else {})}
        if item["name"] == "Merge":
            own |= {"mode_type": "raw", "layers": [self.branch(inner) for inner in item["layers"]]}
        if isinstance(item.get("layer"), dict):
            own["layer"] = self.item(item["layer"], first=False)
        return {"class_name": CLASSES.get(item["name"], item["name"]), "config": own}

    def branch(self, item: Item) -> Item:
        """What a Merge at the head reads: a container, or a single layer, which becomes one."""
        told = self.item(item, first=True)
        if item["name"] in CONTAINERS:
            return told
        return {"class_name": "Sequential", "config": [told], "name": self.names.give("branch")}

    def config(self, item: Item) -> Item:
        """Settings under Keras 1's keys."""
        found = {RENAMED.get(key, key): value for key, value in item.items() if key not in DROPPED}
        if item["name"] == "Reshape" and "dims" in found:
            found["target_shape"] = found.pop("dims")
        if self.version == WITHOUT_ORDERINGS and item["name"].startswith(ORDERED) and not item["name"].endswith("1D"):
            found["dim_ordering"] = "th"
        return found


def _shape(item: Item) -> Item:
    """The shape of the input, where the layer states one."""
    if item["name"] == "Embedding":
        # Its own input_shape is (input_dim,), which is not what it reads: embeddings.py at 0.3.3.
        whole = item.get("batch_input_shape") or [None]
        return {"batch_input_shape": [whole[0] if len(whole) == 2 else None, item.get("input_length")],
                "input_dtype": "int32"}  # fmt: skip
    if item.get("batch_input_shape"):
        return {"batch_input_shape": list(item["batch_input_shape"])}
    if item.get("input_shape"):
        return {"batch_input_shape": [None, *item["input_shape"]]}
    size = item.get("input_dim")
    if not size:
        return {}
    return {"batch_input_shape": [None, item["input_length"], size] if "input_length" in item else [None, size]}
