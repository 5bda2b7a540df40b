"""Opening what a user names: regular files, read only, the same from beginning to end."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from dimorder.errors import DimorderError, EnvironmentProblem, UsageError

CHUNK = 1 << 20

_ENVIRONMENT = {
    errno.ENOSPC: "free some space, or write to another disk",
    errno.EDQUOT: "free some of the quota, or write to another disk",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f), or write elsewhere",
    errno.EIO: "the disk reports errors: check it before trying again",
    errno.EROFS: "name a target on a disk that can be written",
    errno.EACCES: "change the permissions, or name another path",
    errno.EPERM: "change the permissions, or name another path",
    errno.ENOMEM: "close other programs, or use a machine with more memory",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENFILE: "close other programs: the system has too many files open",
    errno.EBUSY: "try again when nothing else uses it",
    errno.ETXTBSY: "try again when nothing else uses it",
    errno.ESTALE: "the network disk lost the file: try again",
    errno.ETIMEDOUT: "the network disk does not answer: try again",
}
_USAGE = {
    errno.ENOENT: "check the spelling; paths are relative to the current folder",
    errno.ENOTDIR: "check the spelling: a part of this path is a file, not a folder",
    errno.EISDIR: "name a file, not a folder",
    errno.ENAMETOOLONG: "name a shorter path",
    errno.ELOOP: "the symbolic link leads back to itself: name the file",
    errno.EINVAL: "check the path",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """What changes when a file is replaced or written to."""

    device: int
    inode: int
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may do what with a file. mode: permission bits. owner, group: -1 for whoever writes it."""

    mode: int = 0o644
    owner: int = -1
    group: int = -1


@dataclass(frozen=True, slots=True)
class Opened:
    """A file open for reading, as it was at that moment.

    digest: its sha256, None where nobody took it. made: it lies nowhere, but was made of what does: `path` says what.
    """

    path: str
    file: BinaryIO
    identity: Identity
    rights: Rights
    digest: str | None = None
    made: bool = False

    def is_same_file(self, path: str) -> bool:
        """Whether `path` leads to this very file, by whatever name."""
        try:
            found = os.stat(path)
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == (self.identity.device, self.identity.inode)


def explained(error: OSError, doing: str) -> DimorderError | None:
    """An error of the system as one sentence, None for those that only a bug can bring about.

    doing: what failed, for example "cannot open 'x.h5'".
    """
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in _USAGE:
        return UsageError(f"{doing}: {reason}", hint=_USAGE[error.errno])
    if error.errno in _ENVIRONMENT:
        return EnvironmentProblem(f"{doing}: {reason}", hint=_ENVIRONMENT[error.errno])
    return None


@contextmanager
def explaining(doing: str) -> Iterator[None]:
    """Errors of the system in this block, told as one sentence."""
    try:
        yield
    except OSError as error:
        told = explained(error, doing)
        if told is None:
            raise
        raise told from error


@contextmanager
def open_input(path: str, *, follow: bool = True) -> Iterator[Opened]:
    """A regular file open for reading; never waits for a pipe. follow: through a symbolic link at its end."""
    if "\0" in path:
        raise UsageError(f"{path!r} is not a path", hint="paths hold no NUL")
    with explaining(f"cannot open {path!r}"):
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW))
    try:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            what = "a folder" if stat.S_ISDIR(found.st_mode) else "not a regular file"
            raise UsageError(f"{path!r} is {what}", hint="name one file", code="input.not-file")
        with os.fdopen(number, "rb", closefd=False) as file:
            rights = Rights(stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid)
            yield Opened(path, file, _identity(found), rights)
    finally:
        os.close(number)


@contextmanager
def open_beside(opened: Opened, name: str) -> Iterator[Opened]:
    """A regular file in the same folder. name: from an untrusted file, so a plain name, and no symbolic link."""
    if os.path.basename(name) != name or name in ("", ".", ".."):
        raise UsageError(f"{name!r} is not the name of a file", hint="it leads out of the folder")
    path = os.path.join(os.path.dirname(opened.path), name)
    if os.path.islink(path):
        raise UsageError(f"{path!r} is a symbolic link", hint=f"{opened.path!r} may only name files beside it")
    with open_input(path) as found:
        yield found


def check_unchanged(opened: Opened) -> None:
    """Refuse to go on when the file, or what its name leads to, changed since it was opened.

    Sizes and times can be put back; a digest cannot.
    """
    if opened.made:
        return
    with explaining(f"cannot look at {opened.path!r} again"):
        same = _identity(os.fstat(opened.file.fileno())) == opened.identity
        same = same and _identity(os.stat(opened.path)) == opened.identity
        same = same and opened.digest in (None, sha256(opened.file))
    if not same:
        raise EnvironmentProblem(
            f"{opened.path!r} changed while it was read", hint="try again when nothing writes to it"
        )


def sha256(file: BinaryIO) -> str:
    """The digest of an open file, in hexadecimal; its position is left at the beginning."""
    digest = hashlib.sha256()
    for block in blocks(file):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """All bytes of an open file as they are on the disk, wherever it stands.

    Another process may share its position, and a buffer may remember what that process has changed.
    """
    file.flush()
    number, start = file.fileno(), 0
    while block := os.pread(number, CHUNK, start):
        yield block
        start += len(block)


def _identity(found: os.stat_result) -> Identity:
    return Identity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
