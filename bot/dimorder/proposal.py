"""What a pull request would hold, before any network: originals, the files beside them, the reports on both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dimorder.report_data import ConvertReport, Fixed, Unfixed

CODE = "code"
"""Stands where a target layout stands, for code whose layout was moved on request."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An original, as it lies in the repository. path: from its top. target: the layout that it gets ("tf/tf")."""

    path: str
    sha256: str
    target: str


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be committed at `path`. source: the local file that holds its bytes. size: of them."""

    path: str
    source: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Made:
    """What would be committed. reports: one for each conversion, its paths counted from the top of the repository.

    code: the edits that were asked for. left: what was not mended, and why.
    """

    moved: tuple[Moved, ...]
    files: tuple[NewFile, ...]
    reports: tuple[ConvertReport, ...]
    code: tuple[Fixed, ...] = ()
    left: tuple[Unfixed, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why there is nothing to propose.

    word: nothing, where nothing is to be done; refused, where it cannot be done; failed, over a bug of dimorder.
    """

    word: Literal["nothing", "refused", "failed"]
    because: str
