"""The architecture that lies beside weights and is called like them."""

from __future__ import annotations

import os
import re

_WEIGHTS = (".h5", ".hdf5")
_SAYS_WEIGHTS = re.compile(r"[-_.]?(best|last|final)?[-_.]?weights?$", re.IGNORECASE)
_SAYS_ARCHITECTURE = ("", "_architecture", "_arch", "_model", ".model")
_LARGEST = 16 << 20


def mate(path: str) -> str:
    """`model.json` for `model.h5` or `model_weights.h5`, `model_architecture.json` likewise; "" where none lies there.

    A name is a hint, not evidence: whoever opens the two looks whether they fit.
    """
    stem, suffix = os.path.splitext(path)
    if suffix.lower() not in _WEIGHTS:
        return ""
    stems = dict.fromkeys((stem, _SAYS_WEIGHTS.sub("", stem)))
    names = (f"{one}{says}.json" for one in stems if os.path.basename(one) for says in _SAYS_ARCHITECTURE)
    return next((name for name in names if _is_small_file(name)), "")


def _is_small_file(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path) <= _LARGEST
