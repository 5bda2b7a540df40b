"""The bytes of a commit's files on our disk, each held against the hash that names it."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from dimorder.errors import Refused
from dimorder.hub import git
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem
from dimorder.hub.sweep.tree import Blob
from dimorder.sandbox.files import explaining

_FEW = 16
"""Files that are fetched by a request each."""
_MOST = 20_000
_LARGEST = 30 << 20
"""Bytes of one; a larger answer the client does not take."""
_LONGEST_NAME, _DEEPEST = 255, 64
_SHA1 = 40
"""Digits of the older of git's two hashes."""


def fetched(client: Client, repository: str, blobs: Sequence[Blob], folder: str) -> None:
    """Write the files below the folder, at their paths. Raises ApiProblem, Refused for paths that lead elsewhere.

    Few go by the API, many or large ones by git in one go: a repository with 400 modules is no 400 requests.
    Nothing is followed or replaced: the folder is new, and every file and folder in it is made here.
    """
    places = {one.path: place(folder, one.path) for one in blobs}
    if len(blobs) > _FEW or any(one.size > _LARGEST for one in blobs):
        _by_git(client, repository, blobs, places, folder)
        return
    for one in blobs:
        content = client.raw("repos", *owned(repository), "git", "blobs", one.oid)
        if _oid(content, one.oid) != one.oid or len(content) != one.size:
            raise ApiProblem(f"GitHub sends other bytes for {one.path!r} than its tree names", 0)
        with _new(places[one.path]) as file:
            file.write(content)


def _by_git(client: Client, repository: str, blobs: Sequence[Blob], places: Mapping[str, str], folder: str) -> None:
    with tempfile.TemporaryDirectory(dir=os.path.dirname(folder)) as aside:
        saved = git.blobs(client, repository, sorted({one.oid for one in blobs}), aside)
        for one in blobs:
            with open(saved[one.oid], "rb") as source, _new(places[one.path]) as file:
                shutil.copyfileobj(source, file)


@contextmanager
def _new(target: str) -> Iterator[BinaryIO]:
    """A file that was not there before."""
    with explaining(f"cannot write {target!r}"):
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(number, "wb") as file:
            yield file


def place(folder: str, path: str) -> str:
    """Where a repository's path lies below the folder.

    Raises Refused for what git itself keeps out of trees, and for names that JSON does not tell whole: what is no text
    in them stands there as U+FFFD, and what is written beside such a file would be called otherwise.
    """
    parts = PurePosixPath(path).parts
    bad = not parts or path.startswith("/") or set("\0\ufffd") & set(path) or len(parts) > _DEEPEST
    if bad or any(part in ("..", ".") or part.lower() == ".git" or len(part) > _LONGEST_NAME for part in parts):
        raise Refused(f"a file of the repository is called {path[:200]!r}", hint="nothing of it was fetched")
    return os.path.join(folder, *parts)


def check_bounds(blobs: Collection[Blob], largest: int) -> None:
    """Raises Refused for more files than anybody's code has, and for more than `largest` MiB of them."""
    if len(blobs) > _MOST:
        raise Refused(f"it has {len(blobs)} files that would have to be looked at", hint=f"at most {_MOST} are")
    size = sum(one.size for one in blobs)
    if size > largest << 20:
        raise Refused(
            f"its files have {size >> 20} MiB, more than the {largest} that are fetched", hint="raise --max-download"
        )


def _oid(content: bytes, like: str) -> str:
    """Git's name for the bytes, by the hash that the repository uses."""
    whole = b"blob %d\0" % len(content) + content
    return hashlib.new("sha1" if len(like) == _SHA1 else "sha256", whole, usedforsecurity=False).hexdigest()
