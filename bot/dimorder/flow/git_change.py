"""Questions to git about a pull request's commits, in clones that hold only a few of them.

What is compared are commits and never the work tree: weights that Git LFS has fetched differ there from what git holds.
"""

from __future__ import annotations

import os
import posixpath
import re
from typing import NamedTuple

from dimorder.flow.change import Change
from dimorder.flow.git import GitFailed, WorkTree

LARGEST = 64 << 20
"""Bytes of a file that is read as it was."""
_NAME = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_FILE, _LINK, _SUBMODULE = (b"100644", b"100755"), b"120000", "160000"
_MOST_LINKS = 5
"""Links that lead to each other before one is taken to lead nowhere."""


class _Held(NamedTuple):
    """What a commit holds under a path: its mode, its object's name, its size in bytes."""

    mode: bytes
    blob: str
    size: int


def commit(tree: WorkTree, revision: str) -> str:
    """The commit's name, "" where the clone does not hold it."""
    if not revision or revision.startswith("-") or "\0" in revision:
        return ""
    try:
        told = tree.ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        found = told.decode("ascii", "replace").strip()
        tree.ask("cat-file", "-e", f"{found}^{{tree}}")
    except GitFailed:
        return ""
    return found


def parents(tree: WorkTree, name: str) -> tuple[str, ...]:
    """Of a commit, also those that a shallow clone leaves out: as it states them itself."""
    try:
        head = tree.ask("cat-file", "commit", name).partition(b"\n\n")[0].decode("utf-8", "replace")
    except GitFailed:
        return ()
    told = (line.removeprefix("parent ") for line in head.split("\n") if line.startswith("parent "))
    return tuple(one for one in told if _NAME.fullmatch(one))


def fork_point(tree: WorkTree, one: str, other: str) -> str:
    """Where the two left each other, "" where the clone does not reach so far."""
    try:
        found = tree.ask("merge-base", one, other).decode("ascii", "replace").split()
    except GitFailed:
        return ""
    return found[0] if found else ""


def change(tree: WorkTree, before: str, after: str) -> Change:
    """What differs between two commits; raises GitFailed where one of them is not whole."""
    told = tree.names("diff-tree", "-r", "-z", "--no-renames", "--raw", before, after, "--")
    paths = {os.path.join(tree.top, name): facts.split() for facts, name in zip(told[::2], told[1::2], strict=True)}
    nested = frozenset(path for path, (_, mode, *_) in paths.items() if mode == _SUBMODULE)
    # A file in whose place a submodule comes is gone as well.
    gone = frozenset(path for path, (*_, state) in paths.items() if state == "D" or (path in nested and state == "T"))
    return Change(frozenset(paths) - gone - nested, gone, nested)


def content(tree: WorkTree, name: str, path: str) -> bytes | None:
    """A file's bytes in a commit; None where there is no regular file, or too large a one. path: from the top.

    A link to a file of the repository is followed, as it is in a checkout, and by GitHub's API for contents.
    """
    for _ in range(_MOST_LINKS):
        try:
            held = _held(tree, name, path)
            if held.size > LARGEST:
                return None
            data = tree.ask("cat-file", "blob", held.blob)
        except (GitFailed, ValueError):
            return None
        if held.mode != _LINK:
            return data if held.mode in _FILE else None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), os.fsdecode(data)))
    return None


def _held(tree: WorkTree, name: str, path: str) -> _Held:
    """Raises ValueError where the commit holds nothing of a size under this very path."""
    told = tree.ask("ls-tree", "-l", "-z", name, "--", f":(literal){path}").split(b"\0")[0]
    facts, _, found = told.partition(b"\t")
    mode, _, blob, size = facts.split()
    if os.fsdecode(found) != path:
        raise ValueError(path)
    return _Held(mode, blob.decode("ascii"), int(size))
