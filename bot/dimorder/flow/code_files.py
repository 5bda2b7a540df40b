"""Model code as an architecture: the function or variable named, evaluated apart, told as JSON in an open file."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO

from dimorder.flow.bundle import Bundle, Piece, bundled, nameless
from dimorder.flow.modules import below, root
from dimorder.flow.options import Options
from dimorder.sandbox import bounds, isolated
from dimorder.sandbox.files import Identity, Opened, Rights, open_input
from dimorder.sandbox.isolated import Flow, Host

SUFFIXES = (".py", ".ipynb")


@dataclass(frozen=True, slots=True)
class Code:
    """Code that is asked for an architecture.

    path: of the file; name: of its function or variable, "" for the only model in it.
    pieces: where this file's and its neighbours' bytes lie in the bundle.
    """

    path: str
    name: str
    pieces: tuple[Piece, ...]
    options: Options


@dataclass(frozen=True, slots=True)
class Told:
    """The architecture as JSON."""

    document: str


_EVALUATED = Flow("dimorder.flow.from_code:architecture", Told)


def is_code(path: str) -> bool:
    """Whether an architecture's path names code: `model.py`, `model.py:build`."""
    return split(path)[0].lower().endswith(SUFFIXES)


def split(path: str) -> tuple[str, str]:
    """File and name of `model.py:build`; no name where none is given."""
    file, colon, name = path.rpartition(":")
    if colon and file.lower().endswith(SUFFIXES) and "/" not in name:
        return file, name
    return path, ""


def opened_code(
    stack: ExitStack, path: str, source: Opened | None, options: Options, host: Host
) -> tuple[Opened, Opened]:
    """The architecture that the code builds for these weights, and the code itself.

    source: the weights, whose era and layout choose among what the code builds on different machines.
    """
    file, name = split(path)
    code = stack.enter_context(open_input(file))
    bundle = _neighbours(stack, file)
    roles: dict[str, BinaryIO] = {"code": bundle.file} | ({"weights": source.file} if source else {})
    shown = {"code": path} | ({"weights": source.path} if source else {})
    sizes = [piece.size for piece in bundle.pieces] + ([source.identity.size] if source else [])
    limits = bounds.for_looking(sizes).stated(memory=options.max_memory, seconds=options.max_seconds)
    ask = Code(file, name, bundle.pieces, options)
    told = isolated.run_isolated(_EVALUATED, roles, shown, ask, limits, host)
    return made(stack, path, told.document), code


def made(stack: ExitStack, path: str, document: str) -> Opened:
    """An architecture in an open file that lies nowhere. path: of the code that told it."""
    file = nameless(stack)
    file.write(document.encode())
    file.seek(0)
    return Opened(path, file, Identity(0, 0, len(document), 0), Rights(), made=True)


def _neighbours(stack: ExitStack, path: str) -> Bundle:
    """The file, first, and the modules of its repository that it may import."""
    modules = below(root(path), (".py",))
    others = [(found, found) for found in modules if not os.path.samefile(found, path)]
    return bundled(stack, [(path, path), *others])
