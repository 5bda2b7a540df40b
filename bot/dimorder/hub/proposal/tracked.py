"""Which paths of a repository Git LFS keeps, as the .gitattributes of its base say; git itself reads them."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dimorder.errors import EnvironmentProblem
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem

_NAME = ".gitattributes"
_LFS = b"lfs"
_LARGEST = 256 << 10
"""Bytes; git itself ignores files above 100 MB."""
_REGULAR = ("100644", "100755")
_PATIENCE = 60.0


def tracked(client: Client, repository: str, commit: str, paths: Sequence[str]) -> frozenset[str]:
    """Those of the paths whose bytes go to Git LFS. Raises ApiProblem where GitHub does not tell."""
    stated = dict(_stated(client, repository, commit, sorted({above for path in paths for above in _above(path)})))
    if not any(_LFS in told for told in stated.values()):
        return frozenset()
    if any(len(told) > _LARGEST for told in stated.values()):
        raise ApiProblem(f"{repository}: {_NAME} is larger than {_LARGEST} bytes", 413)
    return frozenset(_filtered(stated, paths))


def _stated(client: Client, repository: str, commit: str, folders: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """What the attributes of these folders say.

    They are looked for in listings: a file that GitHub does not find for a moment would count as none, and the bytes of
    an LFS object would be committed as they are.
    """
    place = ("repos", *owned(repository), "git")
    trees = {"": commit}
    for folder in folders:
        told = client.get(*place, "trees", trees[folder]) if folder in trees else {"tree": []}
        if told.get("truncated"):
            raise ApiProblem(f"{repository}: {folder or 'the top'} holds more than GitHub lists", 413)
        names = {str(one["path"]): one for one in told["tree"]}
        trees |= {f"{folder}{name}/": str(one["sha"]) for name, one in names.items() if one["type"] == "tree"}
        if _NAME in names and names[_NAME]["mode"] in _REGULAR:
            yield folder, client.raw(*place, "blobs", str(names[_NAME]["sha"]))


def _above(path: str) -> Iterator[str]:
    """The folders that a path lies in, with a slash at their ends; "" for the top."""
    parts = path.split("/")[:-1]
    return ("".join(f"{part}/" for part in parts[:count]) for count in range(len(parts) + 1))


def _filtered(stated: Mapping[str, bytes], paths: Sequence[str]) -> list[str]:
    """Asked of git in a repository that holds the attributes and nothing else."""
    with tempfile.TemporaryDirectory(prefix="dimorder-") as top:
        _git(top, "init", "--quiet", "--template=")
        for folder, told in stated.items():
            place = Path(top, folder)
            place.mkdir(parents=True, exist_ok=True)
            (place / _NAME).write_bytes(told)
        asked = b"".join(os.fsencode(path) + b"\0" for path in paths)
        words = _git(top, "check-attr", "-z", "--stdin", "filter", asked=asked).split(b"\0")
    return [os.fsdecode(path) for path, _, value in zip(words[::3], words[1::3], words[2::3], strict=False)
            if value == _LFS]  # fmt: skip


def _git(top: str, *arguments: str, asked: bytes = b"") -> bytes:
    """Without anybody's settings: those of this machine say nothing of that repository."""
    alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_ATTR_NOSYSTEM": "1", "HOME": top,
             "XDG_CONFIG_HOME": top, "PATH": os.environ.get("PATH", os.defpath)}  # fmt: skip
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=top, input=asked, env=alone, capture_output=True, check=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError) as problem:
        raise EnvironmentProblem(f"git does not tell what Git LFS keeps ({problem})", hint="install git") from None
    return done.stdout
