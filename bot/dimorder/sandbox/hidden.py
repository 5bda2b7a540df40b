"""The names of temporaries: `.NAME.RANDOM.dimorder-tmp`, beside the target NAME."""

from __future__ import annotations

import os
import re
import secrets

SUFFIX = ".dimorder-tmp"
_RANDOM = 8
_LONGEST = 255
"""Bytes of a name that file systems take."""
_ROOM = _LONGEST - len("..") - 2 * _RANDOM - len(SUFFIX)
_OURS = re.compile(rf"\..*\.[0-9a-f]{{{2 * _RANDOM}}}{re.escape(SUFFIX)}", re.DOTALL)


def hidden(target: str) -> str:
    """A name beside the target that nobody has and nobody guesses.

    NAME is cut, between two characters, where the whole would be too long.
    """
    folder, name = os.path.split(target)
    return os.path.join(folder, f".{_cut(name)}.{secrets.token_hex(_RANDOM)}{SUFFIX}")


def is_hidden(name: str) -> bool:
    """Whether a file is called as our temporaries are."""
    return _OURS.fullmatch(name) is not None


def is_for(name: str, target: str) -> bool:
    """Whether a temporary of that name was made for this target, or for what goes with it (TARGET.proof.json)."""
    return name.startswith(f".{_cut(os.path.basename(target))}")


def _cut(name: str) -> str:
    encoded = os.fsencode(name)
    return name if len(encoded) <= _ROOM else encoded[:_ROOM].decode("utf-8", "ignore")
