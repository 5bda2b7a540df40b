"""A proven proposal on our disk, between the step that proves it and the step that publishes it.

The database holds its hashes only. Where another machine goes on with the job, the files are not there: the proof is
made again, and has to come out the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from dimorder.errors import DimorderError
from dimorder.hub.comparing import owned
from dimorder.hub.proposal.content import Manners, Proposal
from dimorder.sandbox.files import explaining, open_input, sha256

_NAME, _BODY = "proposal.json", "body.md"


class Kept(msgspec.Struct, frozen=True):
    """A proposal, and how it is to be made."""

    proposal: Proposal
    manners: Manners


def keep(folder: str, kept: Kept) -> str:
    """Write it into the folder; sha256 of what was written."""
    content = json.dumps(msgspec.to_builtins(kept), indent=1).encode()
    with explaining(f"cannot write into {folder!r}"):
        Path(folder, _NAME).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def found(folder: str, digest: str) -> Kept | None:
    """What was kept there under this hash, None where it or one of its files is not there as it was."""
    try:
        content = Path(folder, _NAME).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != digest:
        return None
    kept = msgspec.json.decode(content, type=Kept)
    return kept if all(_is_there(one.source, one.sha256) for one in kept.proposal.files) else None


def shown(folder: str, proposal: Proposal) -> str:
    """A dry run's folder for people: title, body as GitHub would get it, and the files; its path.

    folder: where such folders stand; the one of this repository is made anew.
    """
    target = place(folder, proposal.repository)
    with explaining(f"cannot write {target!r}"):
        files = Path(target, "files")
        shutil.rmtree(files, ignore_errors=True)
        files.mkdir(parents=True, exist_ok=True)
        Path(target, "title.txt").write_text(f"{proposal.title}\n", encoding="utf-8")
        Path(target, _BODY).write_text(proposal.body, encoding="utf-8")
        Path(target, _NAME).write_text(json.dumps(_document(proposal), indent=2) + "\n", encoding="utf-8")
        for one in proposal.files:
            copy = files / one.path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(Path(one.source).read_bytes())
    return target


def place(folder: str, repository: str) -> str:
    """The folder for one repository's dry run."""
    return os.path.join(folder, *owned(repository))


def is_shown(folder: str, repository: str) -> bool:
    """Whether a dry run's proposal lies there."""
    return os.path.isfile(os.path.join(place(folder, repository), _BODY))


def _document(proposal: Proposal) -> dict[str, Any]:
    """What it would be, without where its files lie here and without its body, which has a file of its own."""
    files = [{"path": one.path, "sha256": one.sha256, "size": one.size} for one in proposal.files]
    return {
        "format": 1, "repository": proposal.repository, "base": proposal.base, "base_branch": proposal.base_branch,
        "branch": proposal.branch, "content": proposal.content, "title": proposal.title,
        "moved": [asdict(one) for one in proposal.moved], "files": files,
    }  # fmt: skip


def _is_there(path: str, digest: str) -> bool:
    try:
        with open_input(path, follow=False) as opened:
            return sha256(opened.file) == digest
    except DimorderError:
        return False
