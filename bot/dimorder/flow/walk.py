"""Which files a run of `check` looks at: those named, and those that lie in the folders named.

Symbolic links are never followed out of what was named, and special files are never opened. What git ignores is not
walked; what is named is looked at all the same.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dimorder.finding import Skipped
from dimorder.flow.git_answers import Listing, listing
from dimorder.flow.kinds import by_name
from dimorder.sandbox.files import explained

LINK, NO_FILE, EXCLUDED = "input.link", "input.not-file", "input.excluded"
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


def _nothing(path: str) -> str:
    return ""


def places(paths: Sequence[str], excludes: Callable[[str], str] = _nothing) -> Iterator[Place | Passed]:
    """Every file once, in the order of the paths given, folders in order of names.

    excludes: the pattern by which a path is left out, "" for none. A named path is then told, others are not.
    """
    roots = _roots(paths)
    named = {os.path.abspath(path) for path in paths}
    seen: set[str] = set()
    for path in paths:
        if pattern := excludes(path):
            yield _passed(path, f"excluded by {pattern!r}", EXCLUDED)
            continue
        for found in _named(path, roots, excludes):
            if isinstance(found, Passed):
                yield found
            elif os.path.abspath(found.path) not in seen:
                seen.add(os.path.abspath(found.path))
                yield Place(found.path, found.real, found.named or os.path.abspath(found.path) in named)


def _roots(paths: Sequence[str]) -> tuple[str, ...]:
    """Where a link may lead: into the current folder, the folders named, and those of the files named."""
    folders = [path if os.path.isdir(path) and not os.path.islink(path) else os.path.dirname(path) for path in paths]
    return tuple(os.path.realpath(folder) for folder in ("", *folders))


def _named(path: str, roots: tuple[str, ...], excludes: Callable[[str], str]) -> Iterator[Place | Passed]:
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
        yield from _walk(path, excludes)
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


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to walk. way: from the top of the listed work tree, "" for the top itself."""

    path: str
    listed: Listing | None
    way: str

    def below(self, name: str) -> str:
        return f"{self.way}/{name}" if self.way else name

    def holds(self, name: str, *, is_folder: bool) -> bool:
        """Whether git does not ignore what lies there under this name."""
        if self.listed is None:
            return True
        way = self.below(name)
        return way in self.listed.files or (is_folder and way in self.listed.folders)

    def inside(self, path: str) -> _Folder:
        """A folder in it; another repository's, if it has its own."""
        if os.path.lexists(os.path.join(path, ".git")):
            return _top(path)
        return _Folder(path, self.listed, self.below(os.path.basename(path)))


def _top(path: str) -> _Folder:
    listed = listing(path)
    way = os.path.relpath(os.path.realpath(path), listed.tree.top).replace(os.sep, "/") if listed else ""
    return _Folder(path, listed, "" if way == "." else way)


def _walk(top: str, excludes: Callable[[str], str]) -> Iterator[Place | Passed]:
    """All that lies below a folder; iterative, since folders may be nested as deep as the disk allows."""
    waiting = [_top(top)]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder.path) as found_there:
                entries = sorted(found_there, key=lambda entry: entry.name)
        except OSError as error:
            yield _failed(folder.path, error, walked=True)
            continue
        below = []
        for entry in entries:
            found = _entry(entry)
            if found is None or not _is_wanted(found, entry.name, folder) or excludes(entry.path):
                continue
            if isinstance(found, str):
                below.append(folder.inside(found))
            else:
                yield found
        waiting += reversed(below)


def _is_wanted(found: Place | Passed | str, name: str, folder: _Folder) -> bool:
    """Git lists neither pipes nor what cannot be looked at; whoever walks should hear of them all the same."""
    if isinstance(found, Passed) and found.skipped.code != LINK:
        return True
    return folder.holds(name, is_folder=isinstance(found, str))


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
