"""Whether git holds files as they lie there: what is not committed with an original is no twin of it for others."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence

from dimorder.errors import DimorderError
from dimorder.flow.git import GitFailed, WorkTree, work_tree
from dimorder.sandbox.files import explaining, open_input, sha256

_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n")
_SHORT = 1024
"""Bytes of which every pointer of Git LFS has less."""
_TEXT = 1 << 20
"""Bytes of a file of which git may keep the lines with other ends."""
_SHA1 = 40
"""Digits of the older of git's two hashes."""


def unheld(paths: Sequence[str]) -> str | None:
    """The first of these files of one folder that git's index does not hold as it lies there, in one sentence.

    "" where it holds all; None outside of any work tree.
    """
    asked = [os.path.realpath(path) for path in paths]
    tree = work_tree(os.path.dirname(asked[0]))
    if tree is None:
        return None
    ways = {path: os.path.relpath(path, tree.top).replace(os.sep, "/") for path in asked}
    try:
        held = _held(tree, ways)
        return next((told for path, way in ways.items() if (told := _because(tree, path, held.get(way, "")))), "")
    except GitFailed:
        return f"git does not track {os.path.basename(asked[0])}"


def _held(tree: WorkTree, ways: Mapping[str, str]) -> dict[str, str]:
    """Names of blobs by their paths; files in conflict are not among them."""
    literal = (f":(literal){way}" for way in ways.values())
    lines = tree.names("ls-files", "--stage", "-z", "--", *literal)
    split = (line.partition("\t") for line in lines)
    return {name: facts.split()[1] for facts, _, name in split if facts.endswith(" 0")}


def _because(tree: WorkTree, path: str, blob: str) -> str:
    name = os.path.basename(path)
    if not blob:
        return f"git does not track {name}"
    try:
        with open_input(path, follow=False) as opened, explaining(f"cannot read {path!r}"):
            size = opened.identity.size
            own = hashlib.new("sha1" if len(blob) == _SHA1 else "sha256", b"blob %d\0" % size, usedforsecurity=False)
            small = opened.file.read() if size <= _TEXT else None
            own.update(small or b"")
            while small is None and (piece := opened.file.read(_TEXT)):
                own.update(piece)
            opened.file.seek(0)
            same = own.hexdigest() == blob or _is_text(small, blob) or _points_to(tree, blob, sha256(opened.file))
    except DimorderError:
        return f"{name} cannot be read"
    return "" if same else f"git tracks another {name} than lies here"


def _is_text(content: bytes | None, blob: str) -> bool:
    """Whether git keeps the lines with their own ends, and wrote those of another system."""
    if not content or b"\r\n" not in content:
        return False
    lines = content.replace(b"\r\n", b"\n")
    whole = b"blob %d\0" % len(lines) + lines
    return hashlib.new("sha1" if len(blob) == _SHA1 else "sha256", whole, usedforsecurity=False).hexdigest() == blob


def _points_to(tree: WorkTree, blob: str, digest: str) -> bool:
    """Whether git keeps a pointer of LFS to these bytes."""
    if int(tree.ask("cat-file", "-s", blob)) > _SHORT:
        return False
    found = _POINTER.match(tree.ask("cat-file", "blob", blob))
    return found is not None and found[1].decode() == digest
