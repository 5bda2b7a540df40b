"""Temporaries becoming their targets: all of them or none, whole, and never over another's file.

The order survives a crash: fsync of every file, then the names, then fsync of the folders.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import ExitStack, suppress

from dimorder.sandbox.backup import Backup, backup
from dimorder.sandbox.files import Rights, explaining
from dimorder.sandbox.folder import sync_folder
from dimorder.sandbox.standing import another, check_free, is_ours, stands_already
from dimorder.sandbox.temporary import Temporary

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
_ANYONES = Rights()


def publish(temp: Temporary, *, force: bool, rights: Rights = _ANYONES) -> bool:
    """The temporary becomes its target. False: the same bytes stood there already, nothing was written."""
    return publish_together([(temp, force)], rights)


def publish_together(temps: Sequence[tuple[Temporary, bool]], rights: Rights = _ANYONES) -> bool:
    """All of them, in this order, or none. False: all stood there already, byte for byte.

    temps:  each with whether it may replace another file. The last is the one whose appearance counts.
    rights: of the new files; setuid, setgid and sticky are never given.
    A failure in between takes away what is new and puts back what was replaced.
    """
    return _publish([(temp, force, rights) for temp, force in temps])


def replace_together(temps: Sequence[tuple[Temporary, Rights]]) -> bool:
    """The same for files that stand there already, each with the rights that it is to keep."""
    return _publish([(temp, True, rights) for temp, rights in temps])


def _publish(temps: Sequence[tuple[Temporary, bool, Rights]]) -> bool:
    new = [one for one in temps if not stands_already(one[0])]
    for temp, force, _ in reversed(new):
        check_free(temp, force=force)
    for temp, _, rights in new:
        _finish(temp, rights)
    with ExitStack() as backups, ExitStack() as undoing:
        for temp, force, _ in new:
            kept = backups.enter_context(backup(temp.target)) if force else None
            undoing.callback(_undo, temp, kept)
            _appear(temp, force=force)
        for folder in sorted({os.path.dirname(temp.target) for temp, _, _ in new}):
            sync_folder(folder or ".")
        undoing.pop_all()
        return any(is_ours(temp) for temp, _, _ in new)


def _finish(temp: Temporary, rights: Rights) -> None:
    """All its bytes on the disk, and its rights as they are to be, before it has a name that counts."""
    with explaining(f"cannot write {temp.target!r}"):
        temp.file.flush()
        number = temp.file.fileno()
        with suppress(OSError):  # only root gives files away, and not on every disk
            os.fchown(number, rights.owner, rights.group)
        os.fchmod(number, rights.mode & 0o777)
        os.fsync(number)


def _appear(temp: Temporary, *, force: bool) -> None:
    with explaining(f"cannot write {temp.target!r}"):
        if force:
            os.replace(temp.path, temp.target)
        else:
            _link(temp)


def _link(temp: Temporary) -> None:
    """Give the file its target's name, which nobody may have taken meanwhile."""
    try:
        os.link(temp.path, temp.target, follow_symlinks=False)
    except FileExistsError:
        if not stands_already(temp):
            raise another(temp.target) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A disk without hard links: the look and the rename are two steps there, the best it offers.
        check_free(temp, force=False)
        os.rename(temp.path, temp.target)


def _undo(temp: Temporary, kept: Backup | None) -> None:
    """As it was before, as far as it was us who changed it."""
    with suppress(OSError):
        if not is_ours(temp):
            return
        if kept is None or not kept.was_there:
            os.unlink(temp.target)
        elif kept.path:
            os.replace(kept.path, temp.target)
