"""Zip files of strangers: every member is checked before one is read, and nothing is ever extracted by its name."""

from dimorder.formats.zips.opened import Zip
from dimorder.formats.zips.window import Window

__all__ = ["Window", "Zip"]
