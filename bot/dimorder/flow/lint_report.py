"""What the parent tells the process that judges a repository's code, and what it hears."""

from __future__ import annotations

from dataclasses import dataclass

from dimorder.flow.bundle import Piece
from dimorder.model import Era, Kind, Layer, Model
from dimorder.remedy import Remedy
from dimorder.report_data import FileReport
from dimorder.semantics import Shape
from dimorder.verdict import Verdict

STAGE = "reading code"


@dataclass(frozen=True, slots=True)
class Judged:
    """A model file that was judged, as code is held against it: what it holds, without data and without its graph.

    shapes: of an architecture, what each layer owns, by the layer's own name.
    """

    path: str
    sha256: str
    era: Era
    keras_version: str
    backend: str
    kind: Kind
    layers: tuple[Layer, ...]
    verdict: Verdict
    shapes: tuple[tuple[str, tuple[Shape, ...]], ...] = ()

    @property
    def model(self) -> Model:
        """The same as a model."""
        return Model(self.path, self.sha256, self.era, self.keras_version, self.backend, self.kind, self.layers)


@dataclass(frozen=True, slots=True)
class Looked:
    """One file that is no code. judged: the model that it is; None for any other file, and for one too rich to tell."""

    report: FileReport
    judged: Judged | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """pieces: where each file's bytes lie in the bundle. judge: the paths to judge, in order; others are imported only.

    named: of those, the ones that the user named. models: what code may load.
    """

    pieces: tuple[Piece, ...]
    judge: tuple[str, ...]
    named: tuple[str, ...]
    models: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Mending:
    """What would mend one finding: all of it or nothing."""

    fingerprint: str
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class Linted:
    """Reports on the files, in the order that was asked.

    in_the_way: what would have to move with the layout and no edit moves, the first of it in one sentence; "" for
    nothing.
    """

    reports: tuple[FileReport, ...]
    mendings: tuple[Mending, ...] = ()
    in_the_way: str = ""
