"""One conversion as ordered, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from dimorder.flow.forms import Form, dialect_in, form_of
from dimorder.flow.opened import Settled
from dimorder.flow.options import Dialect, Options
from dimorder.formats.training import Became
from dimorder.model import Model
from dimorder.plan import Plan


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written, and into which of the open files."""

    settled: Settled
    plan: Plan
    files: Mapping[str, BinaryIO]
    names: Mapping[str, str]
    options: Options

    @property
    def model(self) -> Model:
        return self.settled.model

    @property
    def target(self) -> str:
        """The name of the file to be written."""
        return self.names["target"]

    @property
    def dialect(self) -> Dialect:
        """The one asked for, or the one that the target's suffix stands for."""
        return dialect_in(self.target, self.options.dialect)

    @property
    def form(self) -> Form:
        """The container that the target's suffix stands for."""
        return form_of(self.target)


@dataclass(frozen=True, slots=True)
class Written:
    """The converted model as read back from the file that was written, and what became of optimizer state.

    architecture: JSON of Keras 3, where it is not in the file itself.
    """

    settled: Settled
    training: Became
    notes: tuple[str, ...] = ()
    architecture: bytes = b""
