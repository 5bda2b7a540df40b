"""Files that some other program wrote are none of ours: what is refused in them harms nobody who loads models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from dimorder.errors import DimorderError
from dimorder.finding import Finding
from dimorder.formats import guard


def is_foreign(file: BinaryIO, path: str, findings: Sequence[Finding]) -> bool:
    """Whether an HDF5 file was found unreadable or unsafe, and holds no trace of Keras."""
    if not findings or not all(one.is_refusal for one in findings):
        return False
    file.seek(0)
    try:
        return guard.is_foreign(file, path)
    except DimorderError:
        return False
