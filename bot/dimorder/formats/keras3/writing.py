"""Writes the Keras 3 container: metadata.json, config.json, model.weights.h5 in one zip."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from typing import IO, Any, BinaryIO

from dimorder.formats.keras3.configuration import configuration, model_name
from dimorder.formats.keras3.constraints import map_axes
from dimorder.formats.keras3.network import Network, network
from dimorder.formats.keras3.weights import Read, write_weights
from dimorder.graph import Graph
from dimorder.plan import Move

Moves = Mapping[str, Move]
NO_MOVES: Moves = {}

KERAS_VERSION = "3.15.1"
"""The version whose spelling is written, and in which it was tried."""
_CHUNK = 1 << 20


def write(
    graph: Graph,
    configs: Mapping[str, Mapping[str, Any]],
    read: Read,
    file: BinaryIO,
    *,
    name: str,
    attributes: Mapping[str, bytes],
    moves: Moves = NO_MOVES,
) -> None:
    """One flat functional model that Keras 3 loads in safe mode; same input, same bytes.

    configs:    by layer path, training-time settings as Keras 3 spells them, `class_name` for
                Identity; what a layer of that class does not take is left out.
    read:       gives an array with its axes in its operation's order.
    attributes: written at the root of the weights, and as text into metadata.json, `dimorder`.
    moves:      what has happened to the arrays since these settings were made, by address.
    Raises Refused for what Keras 3's own layers do not compute.
    """
    planned = _planned(graph, configs, moves)
    _write_archive(planned, read, file, name=name, attributes=attributes)


def write_apart(
    graph: Graph,
    configs: Mapping[str, Mapping[str, Any]],
    read: Read,
    file: BinaryIO,
    *,
    name: str,
    attributes: Mapping[str, bytes],
    moves: Moves = NO_MOVES,
) -> bytes:
    """The same model's arrays as a `.weights.h5`, and its architecture, which is returned as JSON."""
    planned = _planned(graph, configs, moves)
    write_weights(planned, read, file, name=model_name(name), attributes=attributes)
    return configuration(planned, name)


def architecture(graph: Graph, configs: Mapping[str, Mapping[str, Any]], name: str, moves: Moves = NO_MOVES) -> bytes:
    """The model without its arrays, as JSON that Keras 3's `model_from_json` takes."""
    return configuration(_planned(graph, configs, moves), name)


def _planned(graph: Graph, configs: Mapping[str, Mapping[str, Any]], moves: Moves) -> Network:
    found = network(graph, configs)
    map_axes(found, moves)
    return found


def _write_archive(
    planned: Network, read: Read, file: BinaryIO, *, name: str, attributes: Mapping[str, bytes]
) -> None:
    metadata = {
        "keras_version": KERAS_VERSION,
        "dimorder": {key: value.decode("utf-8", "replace") for key, value in attributes.items()},
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_member("metadata.json"), json.dumps(metadata, sort_keys=True))
        archive.writestr(_member("config.json"), configuration(planned, name))
        with tempfile.TemporaryFile() as weights:
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
