"""A repository's own files around one of them: what it may import, and what it may load."""

from __future__ import annotations

import os
from collections.abc import Iterator

_ROOTS = (".git", "pyproject.toml", "setup.py", "setup.cfg")
"""What lies in the uppermost folder of a repository."""
_NOT_ITS_OWN = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "env"})
_MOST_FILES, _MOST_FOLDERS = 2000, 4000


def root(path: str) -> str:
    """The uppermost folder of the repository that a file lies in, as far as one is marked as such, else its own."""
    own = os.path.dirname(path) or "."
    folder = own
    while not any(os.path.exists(os.path.join(folder, mark)) for mark in _ROOTS):
        above = os.path.normpath(os.path.join(folder, ".."))
        if os.path.abspath(above) == os.path.abspath(folder):
            return own
        folder = above
    return folder


def below(folder: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Regular files with these endings, in order of names, as many as a repository has."""
    found = 0
    for visited, (place, folders, files) in enumerate(os.walk(folder)):
        if visited > _MOST_FOLDERS:
            return
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_ITS_OWN)
        for name in sorted(files):
            path = os.path.normpath(os.path.join(place, name))
            if name.lower().endswith(suffixes) and os.path.isfile(path) and not os.path.islink(path):
                found += 1
                if found > _MOST_FILES:
                    return
                yield path
