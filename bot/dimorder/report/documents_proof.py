"""Fields of the JSON documents of `convert`, `prove` and `diagnose`, and of certificates, as types."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from dimorder.proof import ProofVerdict
from dimorder.report.documents_inspect import EvidenceDocument, RefusalDocument
from dimorder.report_data import ConvertVerdict, Format, Training


class MoveDocument(TypedDict):
    """What happens to one array, in words."""

    tensor: str
    steps: list[str]
    because: str


class EditDocument(TypedDict):
    """One change of the architecture, in words."""

    layer: str
    says: str


class PortDocument(TypedDict):
    """An input or output, without the batch: the target's shape is the source's, transposed by `permutation`."""

    name: str
    source_shape: list[int | None]
    target_shape: list[int | None]
    permutation: list[int]


class DriftDocument(TypedDict):
    """Errors of one output or layer; null where no number can say them."""

    name: str
    relative_l2: float | None
    max_abs: float | None


class PointsDocument(TypedDict):
    """Some of an output's values as two models give them, drawn by lot from `count`.

    before: what squashes these values afterwards, "" for nothing.
    """

    name: str
    original: list[float]
    converted: list[float]
    count: int
    before: str


class KernelsDocument(TypedDict):
    """Some filters of the first convolution as both files store them: each the grid of its first input channel.

    axes: letters, of the original and of the converted array. count: how many filters there are.
    """

    tensor: str
    axes: list[str]
    moved: list[str]
    original: list[list[list[float]]]
    converted: list[list[list[float]]]
    count: int


class ConfusionDocument(TypedDict):
    """What labelled samples were named: a row for each true class, a column for each named one.

    classes: numbers of those that are shown; where `rest` is true, a last row and column hold all others.
    """

    output: str
    classes: list[int]
    rest: bool
    original: list[list[int]]
    converted: list[list[int]]


class PicturesDocument(TypedDict):
    """What charts are drawn from, thinned out."""

    points: list[PointsDocument]
    kernels: KernelsDocument | None
    confusions: list[ConfusionDocument]


class ShownDocument(TypedDict, total=False):
    """Left out where there are none."""

    points: PointsDocument


class ControlDocument(ShownDocument):
    """A conversion that is wrong on purpose.

    scope: "global", or the array left wrong. told_apart: the probes show it. points: not in certificates.
    """

    name: str
    relative_l2: float | None
    top1_agreement: float | None
    scope: str
    told_apart: bool
    applicable: bool
    because: str


class PicturedDocument(TypedDict, total=False):
    """Left out where there are none."""

    pictures: PicturesDocument


class ProofDocument(PicturedDocument):
    """An equivalence as measured.

    uncovered: arrays whose mistakes the probes would not have shown. pictures: not in certificates.
    """

    verdict: ProofVerdict
    relative_l2: float | None
    max_abs: float | None
    top1_agreement: float | None
    top5_agreement: float | None
    first_divergence: str | None
    outputs: list[DriftDocument]
    referees: list[str]
    probes: dict[str, Any]
    controls: list[ControlDocument]
    uncovered: list[str]
    layers: list[DriftDocument]
    because: str
    precision: Literal["float32", "float64"]
    proven: list[str]
    not_proven: list[str]
    expectation: dict[str, Any] | None


class ArrayDocument(TypedDict):
    """One array in both files.

    target_shape: null where nothing was written. steps: what was done to it, in words; none where it is copied.
    """

    layer: str
    kind: str
    tensor: str
    source_shape: list[int]
    target_shape: list[int] | None
    steps: list[str]


class ToldDocument(TypedDict, total=False):
    """Left out where there are none."""

    evidence: list[EvidenceDocument]
    arrays: list[ArrayDocument]


class ConvertDocument(ToldDocument):
    """`dimorder convert`: what was done and proven.

    verdict: unchanged if the source has the layout already, planned for a dry run, unproven where nothing could be
    proven. sha256: by role, null where nothing was written. evidence, arrays: not in certificates.
    """

    format: Format
    source: str
    target: str
    sha256: dict[str, str | None]
    verdict: ConvertVerdict
    assumptions: list[str]
    plan: list[MoveDocument]
    edits: list[EditDocument]
    refusals: list[RefusalDocument]
    kept: list[str]
    inputs: list[PortDocument]
    outputs: list[PortDocument]
    training: Training | None
    proof: ProofDocument | None
    because: str
    dialect: str
    layout: dict[str, str]
    options: dict[str, Any]
    certificate: str
    already_there: bool
    notes: list[str]
    training_because: str


class ProveDocument(ProofDocument, ToldDocument):
    """`dimorder prove`: the equivalence of two files."""

    format: Format
    original: str
    converted: str
    sha256: dict[str, str | None]
    layout: dict[str, str]
    assumptions: list[str]


class RecheckDocument(TypedDict):
    """`dimorder prove --check`: a certificate's proof run again, with what differs from what it says."""

    format: Format
    certificate: str
    verdict: Literal["confirmed", "not confirmed"]
    differences: list[str]
    again: ProveDocument | None


class MistakeDocument(TypedDict):
    """One thing done wrong to one array.

    mistake: its word, such as not-flipped. found: its name in the converted file, "" if it is the same.
    """

    tensor: str
    mistake: str
    because: str
    found: str


class UnjudgedDocument(TypedDict):
    """A layer that has no right conversion."""

    layer: str
    because: str


class DiagnoseDocument(TypedDict):
    """`dimorder diagnose`: what an earlier conversion did wrong.

    right: how many of the `arrays` are as they should be.
    """

    format: Format
    verdict: Literal["right", "wrong"]
    mistakes: list[MistakeDocument]
    original: str
    converted: str
    sha256: dict[str, str | None]
    layout: dict[str, str]
    assumptions: list[str]
    arrays: int
    right: int
    edits: list[EditDocument]
    unjudged: list[UnjudgedDocument]
    repair: ConvertDocument | None


class _OfCode(TypedDict, total=False):
    document: str


class BesideDocument(_OfCode):
    """A further file that a proof needs, by its path from the certificate's folder.

    document: of code (`model.py:build`) alone, the architecture that it built then, as JSON.
    """

    path: str
    sha256: str


class CertificateDocument(ConvertDocument):
    """`TARGET.proof.json`: a proven conversion, so that anybody can run its proof again (`dimorder prove --check`).

    beside: files besides source and target, by role. made_with: versions of the programs.
    """

    beside: dict[str, BesideDocument]
    made_with: dict[str, str]
