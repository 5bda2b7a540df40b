"""A file of any kind becomes a model with the reader of its arrays, or an error that says why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

from dimorder.errors import UnreadableFile, UsageError
from dimorder.flow.expressions import check_expressions, expressed, sentences
from dimorder.flow.opened import Opened, no_arrays
from dimorder.flow.options import Options
from dimorder.formats import keras3, published
from dimorder.formats.architectures import with_architecture
from dimorder.formats.document import Document, parse_file
from dimorder.formats.reader import read_architecture, read_hdf5, sha256
from dimorder.formats.recognised import promised, recognised, refuse
from dimorder.layout import Channels
from dimorder.model import Model

ASSUMED = "dimorder_assumed"
"""Beside the keys of an architecture that code told: sentences."""
_NO_ARCHITECTURE = ("config.syntax", "config.type", "config.encoding")
"""Reason codes of texts that are not even meant to be an architecture."""


def open_model(
    files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options, role: str = "source"
) -> Opened:
    """The model in the file of this role, recognised by its content, with the architecture given beside it."""
    opened = open_bare(files[role], names[role], options, shards(files, role))
    if role == "source":
        return completed(opened, files, names, options)
    if "architecture" in files:
        opened = joined(opened, files["architecture"], names["architecture"], options)
    return told_by_expressions(opened, options)


def completed(
    opened: Opened, files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options
) -> Opened:
    """The source with all that the user says of it: an architecture beside it or published, and its Lambda layers."""
    if "architecture" in files:
        opened = joined(opened, files["architecture"], names["architecture"], options)
    opened = published_joined(opened, options)
    check_expressions(opened.model.graph, options.expressions)
    return told_by_expressions(opened, options)


def told_by_expressions(opened: Opened, options: Options) -> Opened:
    """The model with what --lambda says of its Lambda layers."""
    before, expressions = opened.model.graph, options.expressions
    if before is None or not expressions:
        return opened
    after = expressed(before, expressions)
    model = replace(opened.model, graph=after)
    return replace(opened, model=model, expressions=expressions, told=tuple(sentences(before, after, expressions)))


def shards(files: Mapping[str, BinaryIO], role: str) -> dict[str, BinaryIO]:
    """The files beside the one of this role that its index names, by name."""
    return {key.removeprefix(f"{role}:"): file for key, file in files.items() if key.startswith(f"{role}:")}


def open_bare(
    file: BinaryIO, path: str, options: Options, beside: Mapping[str, BinaryIO] | None = None
) -> Opened:
    """The model in a file, with no more architecture than it carries itself. beside: the shards that it names."""
    default = default_channels(options)
    found = recognised(file)
    refuse(found, path, "model")
    if found.kind == "zip":
        model, stored = keras3.read(file, path, sha256(file))
        return Opened(model, stored.read_array, None, form="keras")
    if found.kind == "hdf5":
        return _open_hdf5(file, path, default)
    if keras3.shard_names(file, path):
        parts = keras3.Sharded(file, beside or {}, path)
        model = keras3.read_weights(parts, path, sha256(file))
        return Opened(model, parts.read_array, None, parts, form="weights.json")
    return _open_text(file, path, default)


def _open_text(file: BinaryIO, path: str, default: Channels | None) -> Opened:
    """An architecture; of a file whose name promised more, that it is none of that either."""
    try:
        return Opened(read_architecture(file, path, default), no_arrays, None, form="json")
    except UnreadableFile as problem:
        broken = promised(path)
        if broken is None or problem.code not in _NO_ARCHITECTURE:
            raise
        what, code = broken
        raise UnreadableFile(
            f"{path}: a text, not {what}, and not a Keras architecture either",
            hint="name what model.save or save_weights wrote",
            code=code,
        ) from problem


def _open_hdf5(file: BinaryIO, path: str, default: Channels | None) -> Opened:
    """Keras 3's weights alone, or the one form that all Keras before 3 wrote."""
    stored = keras3.Stored(file, path)
    if keras3.holds_layers(stored):
        model = keras3.read_weights(stored, path, sha256(file))
        return Opened(model, stored.read_array, None, stored, form="weights.h5")
    model, store = read_hdf5(file, path, default, stored.root)
    return Opened(model, store.read, None if model.era == "keras3" else store)


def joined(opened: Opened, architecture: BinaryIO, path: str, options: Options) -> Opened:
    """Weights with the architecture that the user gives; a file that carries its own takes no other."""
    given = parse_file(architecture, path)
    opened = replace(opened, told=(*opened.told, *_assumed(given)))
    own = opened.model.document
    if own is not None and all(own.get(key) == given.get(key) for key in ("class_name", "config")):
        return opened
    if opened.model.kind != "weights":
        raise UsageError(
            f"--architecture: {opened.model.path} carries another architecture itself", hint="leave --architecture out"
        )
    if opened.stored is not None:
        return replace(opened, model=keras3.with_architecture(opened.model, opened.stored, given))
    return replace(opened, model=with_architecture(opened.model, given, default_channels(options)))


def _assumed(document: Document) -> Iterator[str]:
    """Takes out of an architecture that code told what was assumed in reading it."""
    said = document.pop(ASSUMED, ())
    yield from (str(one) for one in said if isinstance(said, list))


def published_joined(opened: Opened, options: Options) -> Opened:
    """Weights with the published architecture that the user names; as they are if none is named."""
    if not options.app:
        return opened
    if opened.model.kind != "weights":
        raise UsageError(f"--architecture: {opened.model.path} carries its own", hint="leave --architecture out")
    document = published.document(options.app, opened.model, default_channels(options))
    joined_up = with_architecture(opened.model, document)
    # The version whose code is followed is no evidence of who saved the file.
    return replace(opened, model=replace(joined_up, keras_version=opened.model.keras_version))


def as_released(options: Options, path: str) -> Options:
    """The published files state their layout in their names; --from overrules them."""
    layout = published.released_layout(path) if options.app and options.stated is None else None
    return replace(options, stated=layout, released=True) if layout else options


def default_channels(options: Options) -> Channels | None:
    """What --from says of layers that leave their ordering to a keras.json."""
    return options.stated.channels if options.stated else None


def require_weights(model: Model) -> None:
    """An architecture alone computes nothing."""
    if model.kind == "architecture":
        raise UsageError(
            f"{model.path}: an architecture has no arrays to convert",
            hint="name the weights, and pass this file with --architecture; with -o NEW.json it is converted alone",
        )
