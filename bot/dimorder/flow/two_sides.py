"""The configuration of a pull request: as the base has it, tightened by what the pull request's own side says."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import msgspec

from dimorder.errors import UsageError
from dimorder.flow.bundle import nameless
from dimorder.flow.configuration import LARGEST
from dimorder.flow.configured import OWN, PROJECT, Found, stated_by
from dimorder.flow.stated import Stated
from dimorder.flow.stricter import tightened
from dimorder.sandbox.files import Identity, Opened, Rights

Reader = Callable[[str], bytes | None]
"""The bytes of a file as one side has it, None where it has none; the path counts from the top, with `/`."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What holds. notes: what whoever reads the report should know of it, one sentence each."""

    found: Found
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where settings are looked for. top: the repository's. folders: from its top, nearest first. named: a file."""

    top: str
    folders: tuple[str, ...]
    named: str = ""


def wanted(top: str, path: str, named: str) -> Wanted:
    """What is looked for when this path is checked: in its folder and those above it, unless a file is named.

    Links are not resolved: where they lead is the pull request's say, and the base is asked for what stood there.
    """
    folder = os.path.relpath(os.path.abspath(path if os.path.isdir(path) else os.path.dirname(path)), top)
    parts = [part for part in folder.split(os.sep) if part not in ("", os.curdir)]
    if os.pardir in parts:
        raise UsageError(f"{path!r} lies outside of the repository", hint="name paths of the checkout")
    own = os.path.relpath(os.path.abspath(named), top).replace(os.sep, "/") if named else ""
    return Wanted(top, tuple("/".join(parts[:end]) for end in range(len(parts), -1, -1)), own)


def of_both(where: Wanted, base: Reader | None, head: Reader) -> Sides:
    """The settings that hold. base: None where nobody knows what it says."""
    theirs = _side(where, head)
    if base is None:
        ours, notes = None, ["the base's configuration is not known: defaults hold, and what the change tightens"]
    else:
        ours, notes = _of_base(where, base)
    comparable = _comparable(ours, theirs)
    both = tightened(ours.stated if ours else Stated(), comparable)
    held = (*both.held, *(_left_out(theirs.stated, comparable) if theirs else ()))
    if held:
        said = ", ".join(held)
        notes.append(f"the change's own configuration would be laxer in {said}: there the base's holds")
    path = (ours.path if ours else "") or (theirs.path if theirs else "")
    return Sides(Found(both.stated, path), tuple(notes))


def _of_base(where: Wanted, base: Reader) -> tuple[Found | None, list[str]]:
    """One that cannot be read is no reason to fail whoever repairs it."""
    try:
        found = _side(where, base)
    except UsageError as problem:
        return None, [f"the base's configuration cannot be read ({problem.sentence}): defaults hold"]
    return found, []


def _comparable(ours: Found | None, theirs: Found | None) -> Stated:
    """What the head says. Patterns count from their file's folder: those of another folder have nothing in common."""
    if theirs is None:
        return Stated()
    if ours is None or os.path.dirname(ours.path) == os.path.dirname(theirs.path):
        return theirs.stated
    return msgspec.structs.replace(theirs.stated, per_file_ignores=None, exclude=None, baseline=None)


def _left_out(stated: Stated, comparable: Stated) -> tuple[str, ...]:
    """Keys that only one of them states."""
    known = msgspec.structs.fields(Stated)
    return tuple(f.encode_name for f in known if getattr(stated, f.name) != getattr(comparable, f.name))


def _side(where: Wanted, read: Reader) -> Found | None:
    """The settings of one side; None where it has none."""
    if where.named:
        stated = _stated(where, where.named, read)
        return Found(stated, os.path.join(where.top, where.named)) if stated else None
    for folder in where.folders:
        paths = [f"{folder}/{name}" if folder else name for name in (PROJECT, OWN)]
        found = [(path, stated) for path in paths if (stated := _stated(where, path, read))]
        if len(found) > 1:
            raise UsageError(f"{paths[0]} and {paths[1]} both configure dimorder", hint="keep one of them")
        if found:
            return Found(found[0][1], os.path.join(where.top, found[0][0]))
    return None


def _stated(where: Wanted, path: str, read: Reader) -> Stated | None:
    if not path.lower().endswith((".toml", ".yml", ".yaml")):
        raise UsageError(f"config {path}: neither TOML nor YAML", hint=f"name a {PROJECT} or a {OWN}")
    data = read(path)
    if data is None:
        return None
    with ExitStack() as stack:
        file = nameless(stack)
        file.write(data[: LARGEST + 1])
        file.seek(0)
        return stated_by(Opened(path, file, Identity(0, 0, len(data), 0), Rights(), made=True))
