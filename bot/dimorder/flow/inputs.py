"""The files that a flow on paths reads: opened with what belongs to them, and how much their reader may take."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import BinaryIO, cast

from dimorder.flow import standing
from dimorder.flow.code_files import is_code, made, opened_code
from dimorder.flow.options import Options
from dimorder.sandbox import bounds, isolated
from dimorder.sandbox.bounds import Limits
from dimorder.sandbox.files import Opened, open_beside, open_input
from dimorder.sandbox.isolated import Flow, Host
from dimorder.sandbox.outside import Progress

Paths = Mapping[str, str]
"""Paths by role: source, target, converted, architecture, converted_architecture, architecture_out, samples, expect."""

_SHARDS = Flow("dimorder.flow.standing:shards", standing.Shards)
_BUILT_FOR = {"architecture": "source", "converted_architecture": "converted"}
"""Roles that may be code, and the weights that the architecture is for."""
_MODELS = frozenset(("source", "converted"))


_NONE: Mapping[str, str] = {}


def opened_inputs(
    stack: ExitStack, paths: Paths, options: Options, documents: Mapping[str, str] = _NONE
) -> dict[str, Opened]:
    """Each file by its role, shards of an index as `source:NAME`; they are closed with the stack.

    Architectures that are code are evaluated first: their files hold what the code builds for the weights.
    documents: by role, what such code is known to have built.
    """
    coded = {role: path for role, path in paths.items() if role in _BUILT_FOR and is_code(path)}
    opened = {role: stack.enter_context(open_input(path)) for role, path in paths.items() if role not in coded}
    for role, path in coded.items():
        if role in documents:
            opened[role] = made(stack, path, documents[role])
            continue
        read_as = options if role == "architecture" else replace(options, stated=options.target)
        built, code = opened_code(stack, path, opened.get(_BUILT_FOR[role]), read_as, host(_unseen))
        opened |= {role: built, f"{role} code": code}
    for role in _MODELS & opened.keys():
        for name in _shard_names(opened[role]):
            opened[f"{role}:{name}"] = stack.enter_context(open_beside(opened[role], name))
    return opened


def _shard_names(one: Opened) -> tuple[str, ...]:
    """Of an index: the only file here that begins with a brace."""
    begins = one.file.read(1)
    one.file.seek(0)
    return small(_SHARDS, {"source": one}).names if begins == b"{" else ()


def small(flow: Flow[isolated.Report], opened: Mapping[str, Opened]) -> isolated.Report:
    """A flow that reads a document."""
    limits = bounds.for_looking(one.identity.size for one in opened.values())
    names = {role: one.path for role, one in opened.items()}
    return isolated.run_isolated(flow, by_role(opened), names, standing.Nothing(), limits, Host(_unseen, {}))


def by_role(opened: Mapping[str, Opened]) -> dict[str, BinaryIO]:
    return {role: one.file for role, one in opened.items()}


def scratch(stack: ExitStack) -> BinaryIO:
    """A file that the flow may write into, and Keras read from; HDF5 opens none that has lost its name."""
    return cast(BinaryIO, stack.enter_context(tempfile.NamedTemporaryFile()))


def host(progress: Progress) -> Host:
    """What a flow may ask of the parent: to tell how far it is, and to run real Keras."""
    from dimorder.flow import keras_service  # which loads numpy: a check that computes nothing starts sooner

    return Host(progress, {keras_service.SERVICE: keras_service.serve})


def _unseen(stage: str, done: int, total: int) -> None:
    """Too short to be watched."""


def looking(opened: Mapping[str, Opened], options: Options) -> Limits:
    """For flows that look at files, as far as the user states no others."""
    sizes = (one.identity.size for one in opened.values())
    return bounds.for_looking(sizes).stated(memory=options.max_memory, seconds=options.max_seconds)


def computing(opened: Mapping[str, Opened], options: Options) -> Limits:
    """For flows that compute what models predict, as far as the user states no others."""
    sizes = (one.identity.size for one in opened.values())
    return bounds.for_computing(sizes).stated(memory=options.max_memory, seconds=options.max_seconds)
