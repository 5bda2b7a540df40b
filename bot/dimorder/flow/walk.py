"""Which files a run of `check` looks at: those named, and those that lie in the folders named.

Symbolic links are never followed out of what was named, and special files are never opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dimorder.finding import Skipped
from dimorder.flow.kinds import by_name
from dimorder.sandbox.files import explained

LINK, NO_FILE = "input.link", "input.not-file"
USAGE, ENVIRONMENT = "usage", "environment"
_SKIPPED_FOLDERS = frozenset({".git"})


@dataclass(frozen=True, slots=True)
class Place:
    """A regular file. path: as it is shown. real: where it lies, no link at its end. named: the user named it."""

    path: str
    real: str
    named: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """A path that is not looked at. named: the user named it."""

    skipped: Skipped
    named: bool


def places(paths: Sequence[str]) -> Iterator[Place | Passed]:
    """Every file once, in the order of the paths given, folders in order of names."""
    roots = _roots(paths)
    named = {os.path.abspath(path) for path in paths}
    seen: set[str] = set()
    for path in paths:
        for found in _named(path, roots):
            if isinstance(found, Passed):
                yield found
            elif os.path.abspath(found.path) not in seen:
                seen.add(os.path.abspath(found.path))
                yield Place(found.path, found.real, found.named or os.path.abspath(found.path) in named)


def _roots(paths: Sequence[str]) -> tuple[str, ...]:
    """Where a link may lead: into the current folder, the folders named, and those of the files named."""
    folders = [path if os.path.isdir(path) and not os.path.islink(path) else os.path.dirname(path) for path in paths]
    return tuple(os.path.realpath(folder) for folder in ("", *folders))


def _named(path: str, roots: tuple[str, ...]) -> Iterator[Place | Passed]:
    try:
        is_link = stat.S_ISLNK(os.lstat(path).st_mode)
        because = _led_astray(path, roots) if is_link else ""
        real = os.path.realpath(path) if is_link else path
        mode = 0 if because else os.lstat(real).st_mode
    except (OSError, ValueError) as error:
        yield _failed(path, error)
        return
    if because:
        yield _passed(path, because, LINK, named=True)
    elif stat.S_ISDIR(mode):
        yield from _walk(path)
    elif stat.S_ISREG(mode):
        yield Place(path, real, named=True)
    else:
        yield _passed(path, f"{_kind(mode)}, which is never opened", NO_FILE, named=True)


def _led_astray(path: str, roots: tuple[str, ...]) -> str:
    """Why a link that the user named is not followed; "" for one that stays inside."""
    try:
        real = os.path.realpath(path, strict=True)
    except OSError as error:
        return _nowhere(error)
    is_inside = any(_is_inside(real, root) for root in roots)
    return "" if is_inside else "a symbolic link that leads out of the checked folders"


def _is_inside(real: str, root: str) -> bool:
    return os.path.commonpath((real, root)) == root


def _walk(top: str) -> Iterator[Place | Passed]:
    """All that lies below a folder; iterative, since folders may be nested as deep as the disk allows."""
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield _failed(folder, error, walked=True)
            continue
        below = []
        for entry in entries:
            found = _entry(entry)
            if isinstance(found, str):
                below.append(found)
            elif found is not None:
                yield found
        waiting += reversed(below)


def _entry(entry: os.DirEntry[str]) -> Place | Passed | str | None:
    """A file, what is passed over, or the path of a folder to walk; None for what belongs to no check."""
    path = entry.path.removeprefix(f".{os.sep}")
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError as error:
        return _failed(path, error, walked=True)
    if stat.S_ISLNK(mode):
        return _link(path)
    if stat.S_ISDIR(mode):
        return None if entry.name in _SKIPPED_FOLDERS else entry.path
    if stat.S_ISREG(mode):
        return Place(path, path, named=False)
    return _passed(path, f"{_kind(mode)}, which is never opened", NO_FILE)


def _link(path: str) -> Passed | None:
    """A link that could hide a model or a folder of them; what it leads to is judged where it lies."""
    try:
        is_folder, because = stat.S_ISDIR(os.stat(path).st_mode), "a symbolic link: links are not followed"
    except OSError as error:
        is_folder, because = False, _nowhere(error)
    return _passed(path, because, LINK) if is_folder or by_name(path) else None


def _nowhere(error: OSError) -> str:
    return f"a symbolic link that leads nowhere ({os.strerror(error.errno or 0)})"


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def _passed(path: str, because: str, code: str, *, named: bool = False) -> Passed:
    return Passed(Skipped(path, because, code), named)


def _failed(path: str, error: OSError | ValueError, *, walked: bool = False) -> Passed:
    """What the system says about a path. walked: it was found, so nobody misspelled it."""
    if isinstance(error, ValueError):
        return _passed(path, "no path: it holds a NUL", USAGE, named=True)
    told = explained(error, "cannot be looked at")
    elsewhere = NO_FILE if walked else USAGE
    code = elsewhere if told is not None and told.exit_class == "usage" else ENVIRONMENT
    return _passed(path, os.strerror(error.errno or 0), code, named=True)
