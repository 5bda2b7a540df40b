"""How a file gets to GitHub: through its API, by git where that takes no more, by Git LFS where it is tracked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dimorder.hub.proposal.content import NewFile
from dimorder.hub.proposal.declined import Declined
from dimorder.hub.proposal.errand import Errand
from dimorder.hub.proposal.tracked import tracked
from dimorder.report import words
from dimorder.sandbox.files import CHUNK, open_input

LARGEST_BY_API = 32 << 20
"""Bytes. GitHub says nothing of it and takes requests of 50 MB, 37.5 MB of bytes in base64 (Songmu/
action-push-to-another-repository, pull request 37); https://docs.github.com/en/rest/git/blobs states 100 MB to read."""
_MANY = 100
"""Files. Each is a write, a second after the other, and an hour has room for 500: more would never come to an end."""
_MOST_TOLD = 300
"""Files of a commit: https://docs.github.com/en/rest/commits/commits."""
_MIB = 1 << 20


@dataclass(frozen=True)
class Carriage:
    """Of one proposal. lfs: paths whose bytes Git LFS keeps. blobs: the names that git gives to what is committed."""

    files: tuple[NewFile, ...]
    lfs: frozenset[str]

    @property
    def by_git(self) -> bool:
        """Whether the API does not take it, or not so many."""
        return bool(self.lfs) or len(self.files) > _MANY or any(one.size > LARGEST_BY_API for one in self.files)

    @cached_property
    def blobs(self) -> Mapping[str, str]:
        """By path: they tell whether a branch holds these very files already."""
        return {one.path: _pointer_name(one) if one.path in self.lfs else _blob_name(one) for one in self.files}

    def is_on(self, blobs: Mapping[str, str]) -> bool:
        """Whether a commit brings these files and no other. blobs: what GitHub says that it brings, at most 300."""
        whole = len(blobs) == len(self.blobs) or len(blobs) >= _MOST_TOLD
        return whole and all(self.blobs.get(path) == name for path, name in blobs.items())


def carriage(errand: Errand) -> Carriage:
    """Find it out. Raises Declined for a file that GitHub would not take."""
    proposal, manners = errand.proposal, errand.manners
    lfs = tracked(errand.client, proposal.repository, proposal.base, [one.path for one in proposal.files])
    for one in proposal.files:
        if one.size > manners.largest and one.path not in lfs:
            original = proposal.moved[0].path if len(proposal.moved) == 1 else "ORIGINAL"
            raise Declined(
                f"{one.path} would have {one.size / _MIB:.0f} MiB, and git on GitHub takes {manners.largest // _MIB}",
                hint=f"track it with Git LFS ({words.command('git', 'lfs', 'track', one.path)}), or convert it "
                f"elsewhere: {words.command('dimorder', 'convert', *proposal.accepting, original)}",
            )
    return Carriage(proposal.files, lfs)


def pointer(file: NewFile) -> bytes:
    """What git holds in place of an LFS object: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md."""
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{file.sha256}\nsize {file.size}\n".encode()


def _pointer_name(file: NewFile) -> str:
    content = pointer(file)
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _blob_name(file: NewFile) -> str:
    """git's own sha1 of it: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""
    digest = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    with open_input(file.source, follow=False) as opened:
        while part := opened.file.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()
