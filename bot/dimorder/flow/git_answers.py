"""Questions to git: which files it does not ignore, which it tracks, which have changed since a revision."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from dimorder.errors import UsageError
from dimorder.flow.git import GitFailed, WorkTree, work_tree


@dataclass(frozen=True, slots=True)
class Listing:
    """What git does not ignore below a folder of a work tree, by paths from the tree's top, with `/`.

    files:   tracked or not; also submodules and other repositories inside. folders: those that lead there.
    """

    tree: WorkTree
    files: frozenset[str]
    folders: frozenset[str]


def listing(folder: str) -> Listing | None:
    """None outside of any work tree, where git cannot tell, and in a folder that is ignored as a whole."""
    tree = work_tree(folder)
    if tree is None:
        return None
    below = os.path.relpath(os.path.realpath(folder), tree.top)
    try:
        names = tree.names("ls-files", "-co", "--exclude-standard", "-z", "--", f":(literal){below}")
    except GitFailed:
        return None
    files = frozenset(name.rstrip("/") for name in names)
    if not files and below != ".":
        return None
    return Listing(tree, files, frozenset(_folders(files)))


def _folders(files: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in files:
        folder = os.path.dirname(name)
        while folder and folder not in found:
            found.add(folder)
            folder = os.path.dirname(folder)
    return found


def changed_since(revision: str, folder: str) -> frozenset[str]:
    """Real paths of files that differ from where this work left `revision`, deleted ones and untracked ones too."""
    tree = work_tree(folder)
    if tree is None:
        raise UsageError(f"--base {revision}: {folder!r} lies in no git repository", hint="leave --base out")
    base = _merge_base(tree, revision)
    compare = (
        "diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--no-renames", "--ignore-submodules=all",
    )  # fmt: skip
    try:
        with tree.aside() as copied:
            names = copied.names(*compare, base, "--", overruled=tree.filters())
        names += tree.names("ls-files", "-o", "--exclude-standard", "-z")
    except GitFailed as problem:
        raise UsageError(f"--base {revision}: git cannot compare ({problem})", hint="check the repository") from problem
    return frozenset(os.path.join(tree.top, name) for name in names)


def _merge_base(tree: WorkTree, revision: str) -> str:
    if not revision or revision.startswith("-") or "\0" in revision:
        raise UsageError(f"--base {revision!r} is no revision", hint="for example --base origin/main")
    try:
        commit = tree.ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    except GitFailed as problem:
        hint = "fetch it first, in CI with the whole history (fetch-depth: 0)"
        raise UsageError(f"--base {revision}: git knows no such revision", hint=hint) from problem
    try:
        return tree.ask("merge-base", commit, "HEAD").decode().split()[0]
    except (GitFailed, IndexError) as problem:
        hint = "fetch the whole history (fetch-depth: 0)"
        raise UsageError(f"--base {revision}: has no commit in common with HEAD", hint=hint) from problem
