"""Keras versions as numbers that compare."""

from __future__ import annotations

import re

Version = tuple[int, int, int]
_NUMBERS = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


def version(text: str) -> Version | None:
    """`2.1.6-tf` as (2, 1, 6), None where nothing is said.

    >>> version("1.2.2"), version("2.4"), version("")
    ((1, 2, 2), (2, 4, 0), None)
    """
    found = _NUMBERS.match(text)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None
