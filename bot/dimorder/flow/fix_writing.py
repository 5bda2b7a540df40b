"""Changed files put in their places: all of them or none, whatever happens meanwhile, and only what was read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack

from dimorder.errors import DimorderError, UsageError
from dimorder.flow.fixing import Change, digest
from dimorder.flow.journal import Entry, forget, journal_path, journalled, read
from dimorder.lint.fixing.stretches import Stretch, fits, spliced
from dimorder.sandbox.files import Opened, check_unchanged, explaining, open_input, sha256
from dimorder.sandbox.folder import alone_in
from dimorder.sandbox.publish import replace_together
from dimorder.sandbox.sweeping import sweep
from dimorder.sandbox.temporary import Temporary, temporary

FINISHED = "a fix that was cut off was completed: {}"
UNDONE = "a fix that was cut off had changed nothing yet"
ENDED = "a fix that was cut off had changed all its files"


def write(root: str, changes: Sequence[Change]) -> None:
    """Change the files (paths as they are shown, all below the folder `root`) together.

    UsageError where one of them is no longer what was read, or lies elsewhere; then nothing is changed.
    """
    if not changes:
        return
    with alone_in(os.path.dirname(journal_path(root))):
        _refuse_if_cut_off(root)
        entries = [Entry(_below(root, one.path), one.before, one.after, one.stretches) for one in changes]
        _write(root, entries)


def recover(root: str) -> str:
    """End what an earlier run began and was killed over; what became of it in one sentence, "" where nothing was.

    UsageError where a file of it is neither what it was nor what it was to become: that is a person's work, and
    nothing is touched.
    """
    if read(root) is None:
        return ""
    with alone_in(os.path.dirname(journal_path(root))):
        journal = read(root)
        if journal is None:
            return ""
        for one in journal.files:
            sweep(os.path.join(root, _checked(root, one.path)))
        begun = [one for one in journal.files if _standing(root, one) == one.after]
        missing = [one for one in journal.files if _standing(root, one) == one.before]
        if begun and missing:
            _complete(root, [*begun, *missing], journal.files, missing)
        forget(root)
        if not begun:
            return UNDONE
        return FINISHED.format(", ".join(one.path for one in missing)) if missing else ENDED


def _complete(root: str, known: Sequence[Entry], files: Sequence[Entry], missing: Sequence[Entry]) -> None:
    others = [one.path for one in files if one not in known]
    if others:
        path = journal_path(root)
        raise UsageError(
            f"a fix was cut off, and {others[0]!r} was changed since",
            hint=f"put the files of that fix in order ({', '.join(one.path for one in files)}), then remove {path!r}",
        )
    with ExitStack() as stack:
        replace_together([(temp, opened.rights) for opened, temp in _staged(stack, root, missing)])


def _write(root: str, entries: Sequence[Entry]) -> None:
    with ExitStack() as stack:
        staged = _staged(stack, root, entries)
        try:
            with journalled(root, entries):
                for opened, _ in staged:
                    check_unchanged(opened)
                replace_together([(temp, opened.rights) for opened, temp in staged])
        except BaseException:
            # Put back by then, or else the journal stays for the next run.
            if all(_standing(root, one) == one.before for one in entries):
                forget(root)
            raise


def _staged(stack: ExitStack, root: str, entries: Iterable[Entry]) -> list[tuple[Opened, Temporary]]:
    """Each file, and beside it under a hidden name what it is to become."""
    staged = []
    for one in entries:
        path = os.path.join(root, one.path)
        opened = stack.enter_context(open_input(path, follow=False))
        _refuse_other_names(opened)
        content = _edited(opened, one.before, one.after, one.stretches)
        temp = stack.enter_context(temporary(path))
        with explaining(f"cannot write {path!r}"):
            temp.file.write(content)
            temp.file.flush()
        staged.append((opened, temp))
    return staged


def _refuse_other_names(opened: Opened) -> None:
    """What is written anew leaves the file's other names with the old content."""
    if os.fstat(opened.file.fileno()).st_nlink > 1:
        raise UsageError(f"{opened.path!r} has further names (hard links), which would stay as they are",
                         hint="put a copy in its place first")  # fmt: skip


def _edited(opened: Opened, before: str, after: str, stretches: Sequence[Stretch]) -> bytes:
    """The file's new content; it must be what the file's reader said, of the file that it read."""
    with explaining(f"cannot read {opened.path!r}"):
        content = opened.file.read()
    if digest(content) != before:
        raise UsageError(f"{opened.path!r} changed since it was read: nothing was fixed", hint="run it again")
    if not fits(stretches, len(content)) or digest(new := spliced(content, stretches)) != after:
        raise UsageError(f"the edits of {opened.path!r} do not lead to what was verified", hint="run it again")
    return new


def _standing(root: str, one: Entry) -> str:
    """The sha256 of what stands there, "" where nothing can be read."""
    try:
        with open_input(os.path.join(root, one.path), follow=False) as opened:
            return sha256(opened.file)
    except (DimorderError, OSError):
        return ""


def _refuse_if_cut_off(root: str) -> None:
    if read(root) is not None:
        raise UsageError(
            f"{journal_path(root)!r} tells of a fix that was cut off", hint="run dimorder check --fix again"
        )


def _below(root: str, path: str) -> str:
    """The path relative to the root; refused where it leads out of it, or through a symbolic link."""
    folder, name = os.path.split(path)
    return _checked(root, os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(root)))


def _checked(root: str, path: str) -> str:
    place = os.path.join(os.path.realpath(root), path)
    if os.path.isabs(path) or os.path.realpath(place) != os.path.normpath(place) or os.pardir in path.split(os.sep):
        raise UsageError(
            f"{path!r} is not fixed: it lies outside of {root!r}, or behind a symbolic link",
            hint="name the folder that it lies in",
        )
    return path
