"""The Keras 3 container `.keras`: written flat, read back with explicit semantics."""

from dimorder.formats.keras3.reading import read
from dimorder.formats.keras3.stored import Stored
from dimorder.formats.keras3.writing import write

__all__ = ["Stored", "read", "write"]
