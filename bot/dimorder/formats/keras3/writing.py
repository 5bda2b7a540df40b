"""Writes the Keras 3 container: metadata.json, config.json, model.weights.h5 in one zip."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping
from typing import IO, Any, BinaryIO

from dimorder.formats.keras3.configuration import configuration, model_name
from dimorder.formats.keras3.constraints import map_axes
from dimorder.formats.keras3.network import Network, network
from dimorder.formats.keras3.weights import Read, write_weights
from dimorder.formats.memory import unnamed_file
from dimorder.graph import Graph
from dimorder.plan import Move

Moves = Mapping[str, Move]
NO_MOVES: Moves = {}

KERAS_VERSION = "3.15.1"
"""The version whose spelling is written, and in which it was tried."""
_CHUNK = 1 << 20


def planned_layers(graph: Graph, configs: Mapping[str, Mapping[str, Any]], moves: Moves = NO_MOVES) -> Network:
    """The layers of one flat functional model, for all that is written here.

    configs: by layer path, training-time settings as Keras 3 spells them, `class_name` for
             Identity; what a layer of that class does not take is left out.
    moves:   what has happened to the arrays since these settings were made, by address.
    Raises Refused for what Keras 3's own layers do not compute.
    """
    found = network(graph, configs)
    map_axes(found, moves)
    return found


def architecture(graph: Graph, configs: Mapping[str, Mapping[str, Any]], name: str, moves: Moves = NO_MOVES) -> bytes:
    """The model without its arrays, as JSON that Keras 3's `model_from_json` takes."""
    return configuration(planned_layers(graph, configs, moves), name)


def write_apart(
    planned: Network, read: Read, file: BinaryIO, *, name: str, attributes: Mapping[str, bytes]
) -> bytes:
    """The model's arrays as a `.weights.h5`, and its architecture, which is returned as JSON."""
    write_weights(planned, read, file, name=model_name(name), attributes=attributes)
    return configuration(planned, name)


def write(planned: Network, read: Read, file: BinaryIO, *, name: str, attributes: Mapping[str, bytes]) -> None:
    """A model that Keras 3 loads in safe mode; same input, same bytes.

    read:       gives an array with its axes in its operation's order.
    attributes: written at the root of the weights, and as text into metadata.json, `dimorder`.
    """
    metadata = {
        "keras_version": KERAS_VERSION,
        "dimorder": {key: value.decode("utf-8", "replace") for key, value in attributes.items()},
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_member("metadata.json"), json.dumps(metadata, sort_keys=True))
        archive.writestr(_member("config.json"), configuration(planned, name))
        with unnamed_file() as weights:
            write_weights(planned, read, weights, name=model_name(name), attributes=attributes)
            _append(archive, "model.weights.h5", weights)


def _append(archive: zipfile.ZipFile, name: str, content: IO[bytes]) -> None:
    member = _member(name)
    member.file_size = content.seek(0, 2)  # more than 2 GiB needs another kind of header
    content.seek(0)
    with archive.open(member, "w") as target:
        shutil.copyfileobj(content, target, _CHUNK)


def _member(name: str) -> zipfile.ZipInfo:
    """A member without time or owner."""
    member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    member.create_system = 3
    member.external_attr = 0o600 << 16
    return member
