"""What `dimorder init` writes into a repository: the hook, the workflow, the configuration; nothing that is there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dimorder.errors import UsageError
from dimorder.flow.configured import OWN, in_folder
from dimorder.flow.starting_files import CONFIGURATION, HOOK, HOOKS, WORKFLOW
from dimorder.sandbox.files import explaining
from dimorder.sandbox.publish import publish
from dimorder.sandbox.temporary import temporary

_HOOKS, _WORKFLOW = ".pre-commit-config.yaml", ".github/workflows/dimorder.yml"
_LARGEST = 1 << 20
_PLACES = {"OWNER/dimorder": "OWNER", "@" + "0" * 40: "the commit"}
"""What the files leave open, and what it is called."""


@dataclass(frozen=True, slots=True)
class Started:
    """What became of one file. path: from the repository's top. because: why it is as it was, "" where it is new.

    add: lines that somebody has to add by hand. fill: what somebody has to fill in before it works, "" for nothing.
    """

    path: str
    word: Literal["written", "kept", "left"]
    because: str = ""
    add: str = ""
    fill: str = ""


def start(top: str, *, force: bool) -> tuple[Started, ...]:
    """Write what is missing below the folder. force: replace what is there. Raises UsageError for links that lead out.

    A second time it changes nothing.
    """
    return tuple(_all(top, force=force))


def _all(top: str, *, force: bool) -> Iterator[Started]:
    yield _written(top, _HOOKS, HOOKS, "dimorder-check", HOOK, force=force)
    yield _written(top, _WORKFLOW, WORKFLOW, "/dimorder@", "", force=force)
    found = in_folder(top)
    path = os.path.relpath(found.path, top) if found else ""
    if path and not (force and path == OWN):  # two files that configure it are an error
        yield Started(path, "kept", "it configures dimorder already")
    else:
        yield _written(top, OWN, CONFIGURATION, "", "", force=force)


def _written(top: str, way: str, content: str, sign: str, add: str, *, force: bool) -> Started:
    """sign: by which a file shows that it does already what ours would. add: what such a file lacks, to be told."""
    path = os.path.join(top, way)
    _check_inside(top, path)
    old = _read(path)
    if old == content:
        return Started(way, "kept", "it is as it would be written")
    if old is not None and not force:
        if sign and sign in old:
            return Started(way, "kept", "it runs dimorder already")
        return Started(way, "left", "it is there; --force replaces it", add)
    with explaining(f"cannot write {way!r}"):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with temporary(path) as temp:
        temp.file.write(content.encode())
        publish(temp, force=force)
    return Started(way, "written", fill=" and ".join(told for sign, told in _PLACES.items() if sign in content))


def _read(path: str) -> str | None:
    """None where there is no file."""
    if not os.path.lexists(path):
        return None
    with explaining(f"cannot read {path!r}"), open(path, encoding="utf-8", errors="replace") as file:
        return file.read(_LARGEST)


def _check_inside(top: str, path: str) -> None:
    real, above = os.path.realpath(path), os.path.realpath(top)
    if os.path.commonpath((real, above)) != above:
        raise UsageError(f"{path!r} leads out of the repository", hint="remove the link")
