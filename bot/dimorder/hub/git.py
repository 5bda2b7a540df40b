"""What takes git itself: files too large for the API, objects of LFS, and many small files at once."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import IO

from dimorder.hub.bare import PATIENCE, Bare, bare, require
from dimorder.hub.client import Client
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.content import Person
from dimorder.hub.proposal.declined import Declined
from dimorder.proposal import NewFile
from dimorder.sandbox.files import open_input

_REGULAR = "100644"
_FILES = ("100644", "100755")
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PIECE = 1 << 20
_QUIETLY = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
_POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n"
"""https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md."""


def committed(
    client: Client, repository: str, base: str, files: Sequence[NewFile], lfs: Collection[str], message: str,
    person: Person, branch: str, expected: str,
) -> str:  # fmt: skip
    """Let a branch be one commit on `base` that holds the files as well; its name.

    lfs: paths whose bytes go to LFS. expected: what the branch points to until then, "" where it must not exist.
    Raises ApiProblem, with status 409 where the branch is not as expected; Declined where a file has no place.
    """
    _check_oids((base, *([expected] if expected else [])))
    if lfs:
        require("git-lfs")
    ref = f"refs/heads/{branch}"
    with bare(client, repository) as place:
        place.call("fetch", *_QUIETLY, "--depth=1", "--filter=blob:none", "origin", base)
        tree = _tree(place, base, {file.path: _stored(place, file, file.path in lfs) for file in files})
        named = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
                 for what, value in (("NAME", person.name), ("EMAIL", person.email))}  # fmt: skip
        commit = _said(place.ask("commit-tree", tree, "-p", base, given=message.encode(), variables=named))
        large = [file for file in files if file.path in lfs]
        if large:
            with client.gate.passage(PATIENCE):
                _upload(place, large)
        with client.gate.passage(PATIENCE):
            lease = f"--force-with-lease={ref}:{expected}"
            place.call("push", "--quiet", "--no-verify", lease, "origin", f"{commit}:{ref}")
    return commit


def blobs(client: Client, repository: str, oids: Collection[str], folder: str) -> dict[str, str]:
    """Fetch files by git's names for their bytes, all in one go, into a folder; where each lies, by its name.

    Raises ApiProblem, where GitHub has not got one of them too. That the bytes are those of the names git has checked.
    """
    _check_oids(oids)
    if not oids:
        return {}
    wanted = "".join(f"{oid}\n" for oid in oids).encode()
    with bare(client, repository) as place, open(os.path.join(place.folder, "printed"), "w+b") as printed:
        place.call("fetch", *_QUIETLY, "--filter=blob:none", "--stdin", "origin", given=wanted)
        place.ask("cat-file", "--batch", given=wanted, into=printed)
        printed.seek(0)
        return dict(_saved(printed, oid, folder) for oid in oids)


def _saved(printed: IO[bytes], oid: str, folder: str) -> tuple[str, str]:
    """Source: git-cat-file(1), batch output: `<oid> <type> <size>`, the bytes, the end of a line; `<oid> missing`."""
    name, _, told = printed.readline().decode("ascii", "replace").strip().partition(" ")
    kind, _, size = told.partition(" ")
    if (name, kind) != (oid, "blob"):
        raise ApiProblem(f"{oid} is no file", 422)
    path = os.path.join(folder, oid)
    with open(path, "xb") as file:
        file.writelines(_pieces(printed, int(size)))
    printed.read(1)
    return oid, path


def _tree(place: Bare, base: str, oids: Mapping[str, str]) -> str:
    """The base's tree with these files in it, and otherwise as it was. A script stays one that can be run.

    Git passes over paths that it does not take, and lets a file make room for a folder: what came of it is looked at.
    """
    before = _entries(place, base, oids)
    after = {path: (before[path][0] if path in before else _REGULAR, oid) for path, oid in oids.items()}
    lines = b"".join(f"{mode} {oid}\t{path}\0".encode() for path, (mode, oid) in after.items())
    place.ask("read-tree", base)
    place.ask("update-index", "-z", "--index-info", given=lines)
    tree = _said(place.ask("write-tree", "--missing-ok"))
    lost = place.ask("diff-tree", "-r", "-z", "--no-renames", "--name-only", "--diff-filter=am", base, tree)
    odd = any(mode not in _FILES for mode, _ in after.values())
    if lost or odd or _entries(place, tree, oids) != after:
        raise Declined("a file cannot be where the repository has something else", hint="a folder, a link or the like")
    return tree


def _entries(place: Bare, tree: str, paths: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Modes and names of what lies at these paths, as far as there is anything."""
    printed = place.ask("ls-tree", "-z", tree, "--", *paths, variables={"GIT_LITERAL_PATHSPECS": "1"})
    found = (line.partition("\t") for line in printed.decode("utf-8", "surrogateescape").split("\0") if line)
    told = {path: words.split(" ") for words, _, path in found}
    return {path: (mode, oid) for path, (mode, kind, oid) in told.items()}


def _stored(place: Bare, file: NewFile, is_lfs: bool) -> str:
    """Git's name for the bytes that it holds now: the file's own, or what stands for it where LFS has them."""
    content = _POINTER.format(oid=file.sha256, size=file.size).encode() if is_lfs else _content(file)
    return _said(place.ask("hash-object", "-w", "--stdin", "--no-filters", given=content))


def _content(file: NewFile) -> bytes:
    """What is not for LFS has 100 MB at most."""
    with open_input(file.source, follow=False) as opened:
        content = opened.file.read()
    _check_hash(file, hashlib.sha256(content).hexdigest(), len(content))
    return content


def _upload(place: Bare, files: Sequence[NewFile]) -> None:
    """What LFS has already it does not take again."""
    for file in files:
        target = os.path.join(place.folder, "lfs", "objects", file.sha256[:2], file.sha256[2:4], file.sha256)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        told = hashlib.sha256()
        with open_input(file.source, follow=False) as opened, open(target, "wb") as copy:
            for piece in _pieces(opened.file, opened.identity.size):
                told.update(piece)
                copy.write(piece)
            _check_hash(file, told.hexdigest(), copy.tell())
    place.call("lfs", "push", "--object-id", "origin", *(file.sha256 for file in files))


def _pieces(file: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0:
        piece = file.read(min(size, _PIECE))
        if not piece:
            return
        size -= len(piece)
        yield piece


def _check_hash(file: NewFile, sha256: str, size: int) -> None:
    if (sha256, size) != (file.sha256, file.size):
        raise ApiProblem(f"{file.path} is no longer what was proven", 409)


def _check_oids(oids: Collection[str]) -> None:
    """Anything else git could take for an option, or for a branch of that name."""
    for oid in oids:
        if not _OID.fullmatch(oid):
            raise ApiProblem(f"{oid[:80]!r} is no commit or file", 404)


def _said(printed: bytes) -> str:
    return printed.decode("ascii").strip()
