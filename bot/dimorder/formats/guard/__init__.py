"""HDF5 of strangers: seen whole before anything is read from it, and read whole before anything is made of it."""

from dimorder.formats.guard.arrays import check_array
from dimorder.formats.guard.beginning import hidden
from dimorder.formats.guard.damage import shown, undamaged
from dimorder.formats.guard.data import check_data, nonfinite
from dimorder.formats.guard.listed import check_is_text, check_listed
from dimorder.formats.guard.opening import is_foreign, opened
from dimorder.formats.guard.pieces import pieces
from dimorder.formats.guard.structure import check_structure
from dimorder.formats.guard.unfolding import check_unfolding
from dimorder.formats.guard.walk import objects

__all__ = [
    "check_array",
    "check_data",
    "check_is_text",
    "check_listed",
    "check_structure",
    "check_unfolding",
    "hidden",
    "is_foreign",
    "nonfinite",
    "objects",
    "opened",
    "pieces",
    "shown",
    "undamaged",
]
