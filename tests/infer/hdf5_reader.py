"""Weights of any era's h5 file as a Model without graph: just enough to judge real files here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import h5py

from dimorder.graph import Tensor
from dimorder.model import Era, Layer, Model


def text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def read_weights(path: Path, *, name: str = "") -> Model:
    """name: what the file was called where it comes from."""
    with h5py.File(path, "r") as file:
        group = file.get("model_weights", file)
        backend = text(file.attrs.get("backend", group.attrs.get("backend", "")))
        keras = text(file.attrs.get("keras_version", group.attrs.get("keras_version", "")))
        if "nb_layers" in group.attrs:
            layers, era = keras0_layers(group), "keras0"
        elif "layer_names" in group.attrs:
            layers = tuple(named_layer(group, text(n)) for n in group.attrs["layer_names"])
            era = f"keras{keras[0]}" if keras else "keras1"
        else:
            raise ValueError(f"{path} holds no Keras weights")
    kind: Any = "model" if group.name != "/" else "weights"
    spelled: Era = era  # type: ignore[assignment]
    return Model(name or str(path), "", spelled, keras, backend, kind, layers)


def keras0_layers(group: Any) -> tuple[Layer, ...]:
    names = sorted(group, key=lambda name: int(re.sub(r"\D", "", name)))
    return tuple(
        Layer(name, "", tuple(tensor(group[name], f"param_{i}") for i in range(len(group[name]))))
        for name in names
    )


def named_layer(group: Any, name: str) -> Layer:
    names = [text(own) for own in group[name].attrs["weight_names"]]
    return Layer(name, "", tuple(tensor(group[name], own) for own in names))


def tensor(group: Any, name: str) -> Tensor:
    return Tensor(name, f"{group.name}/{name}", group[name].shape, str(group[name].dtype))
