"""`check --hook`: the paths given choose what is told; what is judged is all that git's index holds.

pre-commit splits long lists of files over several calls and never names a deleted one, while a file is right or wrong
together with others: code with the weights that it loads, an original with its converted twin. What the files hold is
read from the work tree: pre-commit puts aside what is not to be committed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from dimorder.finding import Finding
from dimorder.flow.change import left
from dimorder.flow.git import GitFailed, WorkTree, work_tree
from dimorder.flow.kinds import by_name
from dimorder.flow.walk import Passed, Place, places
from dimorder.report_data import FileReport

_FILES = ("100644", "100755")
"""Modes in the index that are no links and no submodules."""


def of_index(paths: Sequence[str], excludes: Callable[[str], str]) -> list[Place | Passed]:
    """The files named, and those of the index that could concern them; nothing where no file of the commit does."""
    tree = work_tree(".")
    named = list(places(paths, excludes)) if paths else []
    if tree is None or not (named or _deleted(tree)):
        return named
    known = {os.path.abspath(one.path) for one in named if isinstance(one, Place)}
    held = (os.path.relpath(path, os.path.realpath(".")) for path in _held(tree) if by_name(path))
    others = [Place(path, path, named=False) for path in held if os.path.abspath(path) not in known]
    return named + [one for one in others if os.path.isfile(one.real) and not excludes(one.path)]


def told(reports: Sequence[FileReport], looked_at: Sequence[Place | Passed]) -> list[FileReport]:
    """What of the reports concerns the files named, or those beside a file that the commit deletes."""
    named = {os.path.abspath(_path(one)) for one in looked_at if one.named}
    tree = work_tree(".")
    bereft = {os.path.dirname(path) for path in (_deleted(tree) if tree else ())}

    def concerns(finding: Finding) -> bool:
        ways = [os.path.abspath(path) for path in (finding.path, *(one.path for one in finding.related))]
        lost = by_name(finding.path) in ("model", "text") and os.path.realpath(os.path.dirname(ways[0])) in bereft
        return lost or not named.isdisjoint(ways)

    return list(left(reports, lambda path: os.path.abspath(path) in named, concerns))


def _path(one: Place | Passed) -> str:
    return one.path if isinstance(one, Place) else one.skipped.path


def _held(tree: WorkTree) -> list[str]:
    """Real paths of the index's files."""
    try:
        lines = tree.names("ls-files", "--stage", "-z")
    except GitFailed:
        return []
    split = (line.partition("\t") for line in lines)
    names = dict.fromkeys(name for facts, _, name in split if facts.startswith(_FILES))  # three of each in conflict
    return [os.path.join(tree.top, name) for name in names]


def _deleted(tree: WorkTree) -> list[str]:
    """Real paths of models and certificates that the commit deletes; none before the first commit."""
    try:
        names = tree.names("diff", "--cached", "--no-renames", "--diff-filter=D", "--name-only", "-z", "HEAD", "--")
    except GitFailed:
        return []
    return [os.path.join(tree.top, name) for name in names if by_name(name) in ("model", "text")]
