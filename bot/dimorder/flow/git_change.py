"""Questions to git about a pull request's commits, in clones that hold only a few of them.

What is compared are commits and never the work tree: weights that Git LFS has fetched differ there from what git holds.
"""

from __future__ import annotations

import os
import re

from dimorder.flow.change import Change
from dimorder.flow.git import GitFailed, WorkTree

LARGEST = 64 << 20
"""Bytes of a file that is read as it was."""
_NAME = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_FILES = (b"100644", b"100755")
"""Modes that are no links and no submodules."""


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
    told = tree.names("diff-tree", "-r", "-z", "--no-renames", "--name-status", before, after, "--")
    states = dict(zip(told[1::2], told[::2], strict=True))
    paths = {name: os.path.join(tree.top, name) for name in states}
    gone = frozenset(path for name, path in paths.items() if states[name] == "D")
    return Change(frozenset(paths.values()) - gone, gone)


def content(tree: WorkTree, name: str, path: str) -> bytes | None:
    """A file's bytes in a commit; None where there is no such regular file, or too large a one. path: from the top."""
    try:
        told = tree.ask("ls-tree", "-l", "-z", name, "--", f":(literal){path}").split(b"\0")[0]
        facts, _, found = told.partition(b"\t")
        mode, _, blob, size = facts.split()
        if os.fsdecode(found) != path or mode not in _FILES or int(size) > LARGEST:
            return None
        return tree.ask("cat-file", "blob", blob.decode("ascii"))
    except (GitFailed, ValueError):
        return None
