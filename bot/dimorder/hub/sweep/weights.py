"""Weights that lie in Git LFS, in place of the pointers to them."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator

from dimorder.errors import Refused
from dimorder.hub.client import Client
from dimorder.hub.lfs import Pointed, fetched
from dimorder.hub.problem import ApiProblem
from dimorder.hub.sweep.fetch import place
from dimorder.hub.sweep.task import Task
from dimorder.hub.sweep.tree import Blob
from dimorder.sandbox.files import explaining

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\nsize (\d{1,15})\n"
)
_LARGEST = 1024
"""Bytes that a pointer has at most: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md."""


def with_weights(client: Client, task: Task, blobs: Iterable[Blob], files: str) -> None:
    """Replace the pointers among the files by what they point to.

    Raises ApiProblem where LFS does not give an object: what is left out would be judged wrongly.
    """
    pointers = dict(_pointers(blobs, files))
    size = sum(one.size for one in pointers.values())
    if size > task.wishes.largest << 20:
        raise Refused(
            f"its weights in Git LFS have {size >> 20} MiB, more than the {task.wishes.largest} that are fetched",
            hint="raise --max-download",
        )
    if not pointers:
        return
    with tempfile.TemporaryDirectory(dir=os.path.dirname(files)) as aside:
        saved = fetched(client, task.repository, pointers.values(), aside, task.wishes.hosts)
        _put(pointers, saved)


def _put(pointers: dict[str, Pointed], saved: dict[str, str | ApiProblem]) -> None:
    for target, one in pointers.items():
        found = saved[one.oid]
        if isinstance(found, ApiProblem):
            raise found
        with explaining(f"cannot write {target!r}"):
            os.remove(target)
            os.link(found, target)  # two pointers may lead to the same object


def _pointers(blobs: Iterable[Blob], files: str) -> Iterator[tuple[str, Pointed]]:
    for one in blobs:
        if one.is_model and one.size <= _LARGEST:
            target = place(files, one.path)
            with open(target, "rb") as file:
                match = _POINTER.match(file.read(_LARGEST))
            if match:
                yield target, Pointed(match[1].decode(), int(match[2]))
