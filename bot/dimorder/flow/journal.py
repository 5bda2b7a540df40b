"""What is written down before several files change together, so that a run that was cut off can be told and ended.

It lies in the `.git` folder of a work tree, where nobody can push to, else beside the files as
`.dimorder-journal.json`. It holds paths below its root, the sha256 of each file before and after, and the edits
themselves, so that nothing else is needed to go on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import msgspec

from dimorder.errors import EnvironmentProblem, UsageError
from dimorder.lint.fixing.stretches import Stretch
from dimorder.sandbox.files import Rights, explaining, open_input
from dimorder.sandbox.folder import sync_folder
from dimorder.sandbox.publish import publish
from dimorder.sandbox.temporary import temporary
from dimorder.sandbox.values import plain, restored

NAME = "dimorder-journal.json"
_LARGEST = 64 << 20
_PRIVATE = Rights(0o600)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. path: relative to the root. before, after: its sha256."""

    path: str
    before: str
    after: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Journal:
    """format: of the file."""

    files: tuple[Entry, ...]
    format: int = 1


def journal_path(root: str) -> str:
    """Where the journal of changes below `root` lies."""
    folder = _git_folder(os.path.join(root, ".git"))
    return os.path.join(folder, NAME) if folder else os.path.join(root, f".{NAME}")


@contextmanager
def journalled(root: str, entries: Sequence[Entry]) -> Iterator[None]:
    """The journal lies there, safe on the disk, for as long as the block runs; after an error in it, still."""
    path = journal_path(root)
    with temporary(path) as document:
        text = json.dumps(plain(Journal(tuple(entries)))).encode("ascii")
        if len(text) > _LARGEST:
            raise UsageError(f"the edits are too many to be journalled: {len(text)} bytes", hint="fix fewer files")
        with explaining(f"cannot write {path!r}"):
            document.file.write(text)
        publish(document, force=False, rights=_PRIVATE)
    yield
    forget(root)


def read(root: str) -> Journal | None:
    """The journal of a run that was cut off, None where none was."""
    path = journal_path(root)
    if not os.path.lexists(path):
        return None
    with open_input(path, follow=False) as opened:
        content = opened.file.read(_LARGEST + 1)
    try:
        found = restored(json.loads(content), Journal)
    except (ValueError, RecursionError, msgspec.ValidationError):
        found = None
    if found is None or found.format != 1:
        raise UsageError(f"{path!r} is no journal of this version", hint="look at the files beside it, and remove it")
    return found


def forget(root: str) -> None:
    """Remove the journal."""
    path = journal_path(root)
    with explaining(f"cannot remove {path!r}"), suppress(FileNotFoundError):
        os.unlink(path)
    with suppress(EnvironmentProblem):  # should the name come back, the next run finds that all was done
        sync_folder(os.path.dirname(path) or ".")


def _git_folder(dot_git: str) -> str:
    """The folder that git keeps its own in: of a linked work tree, where the file `.git` says; "" where there is none.

    Neither can come out of a repository: git takes no path with a part called `.git`.
    """
    if os.path.isdir(dot_git) and not os.path.islink(dot_git):
        return dot_git
    with suppress(OSError, UnicodeDecodeError):
        if os.path.isfile(dot_git) and not os.path.islink(dot_git):
            with open(dot_git, encoding="utf-8") as file:
                key, _, where = file.read(4096).partition(": ")
            folder = os.path.join(os.path.dirname(dot_git), where.strip())
            return folder if key == "gitdir" and os.path.isdir(folder) else ""
    return ""
