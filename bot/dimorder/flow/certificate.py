"""Certificates: what a proven conversion leaves beside its target, so that anybody can run the proof again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec

import dimorder
from dimorder.errors import EnvironmentProblem, UnreadableFile
from dimorder.flow.options import Dialect, Options
from dimorder.layout import parse_layout
from dimorder.report import escape
from dimorder.report_data import ConvertReport

BESIDE = ("architecture", "architecture_out", "samples", "expect")
"""Files that the proof needs besides source and target; further ones are shards, `source:NAME`."""
_SHARD = "source:"
LARGEST = 64 << 20


class StatedDrift(msgspec.Struct, frozen=True):
    """Errors of one output."""

    name: str
    relative_l2: float | None
    max_abs: float | None


class StatedControl(msgspec.Struct, frozen=True):
    """One mistake tried."""

    name: str
    relative_l2: float | None
    top1_agreement: float | None
    scope: str
    told_apart: bool
    applicable: bool


class StatedProof(msgspec.Struct, frozen=True):
    """The figures of a proof as a document states them."""

    verdict: str
    relative_l2: float | None
    max_abs: float | None
    top1_agreement: float | None
    top5_agreement: float | None
    outputs: tuple[StatedDrift, ...]
    controls: tuple[StatedControl, ...]
    uncovered: tuple[str, ...]


class _StatedFile(msgspec.Struct, frozen=True):
    path: str
    sha256: str
    document: str = ""


class _StatedHashes(msgspec.Struct, frozen=True):
    source: str
    target: str


class _StatedOptions(msgspec.Struct, frozen=True):
    stated: str | None = msgspec.field(name="from")
    from_layers: tuple[tuple[str, str], ...]
    to: str
    accept: Literal["certain", "likely"]
    keep_inputs: tuple[str, ...]
    seed: int
    keras_version: str
    app: str = ""
    released: bool = False
    expressions: tuple[tuple[str, str], ...] = ()


class _Document(msgspec.Struct, frozen=True):
    format: Literal[1]
    source: str
    target: str
    sha256: _StatedHashes
    verdict: str
    proof: StatedProof | None
    options: _StatedOptions
    beside: dict[str, _StatedFile]
    dialect: Dialect | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as read: paths and sha256 by role of the `prove` flow; of shards (`source:NAME`) only sha256.

    paths: from its folder, of files that lay elsewhere only the names. dialect: in which the target was written.
    documents: by role, the architecture that code (`model.py:build`) built then, as JSON: code goes on changing.
    """

    path: str
    paths: Mapping[str, str]
    sha256: Mapping[str, str]
    options: Options
    proof: StatedProof
    dialect: Dialect | None = None
    documents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beside:
    """A further file. document: the architecture that it told, where it is code; "" for any other file."""

    path: str
    sha256: str
    document: str = ""


def write(report: ConvertReport, path: str, beside: Mapping[str, Beside]) -> bytes:
    """The certificate's bytes: the same for the same conversion, wherever and whenever it is made.

    path: where it will lie; the paths in it are relative to its folder, of files elsewhere only the names.
    beside: the further files by role (see `belongs`).
    """
    from dimorder.report import as_json  # which those who only read certificates need not wait for

    folder = os.path.dirname(os.path.abspath(path))
    options = {key: value for key, value in report.options.items() if key not in BESIDE}
    moved = replace(
        report,
        source=_relative(report.source, folder),
        target=_relative(report.target, folder),
        certificate=_relative(path, folder),
        options=options,
        already_there=False,
    )
    document: dict[str, Any] = as_json.document(_bare(moved))
    document["beside"] = {
        role: {"path": _relative(one.path, folder), "sha256": one.sha256}
        | ({"document": one.document} if one.document else {})
        for role, one in beside.items()
    }
    document["made_with"] = {"dimorder": dimorder.__version__, "numpy": _version_of_numpy()}
    return escape.as_json(document, sort_keys=True).encode("ascii")


def _bare(report: ConvertReport) -> ConvertReport:
    """Without what only shows the proof to people: it is made again where the proof is run again."""
    proof = report.proof
    controls = tuple(replace(control, points=None) for control in proof.controls) if proof else ()
    return replace(
        report,
        proof=replace(proof, controls=controls, pictures=None) if proof else None,
        evidence=(),
        arrays=(),
    )


def read(content: bytes, path: str) -> Certificate:
    """The certificate in these bytes; refused where it states no proof."""
    wrong = f"{path}: not a certificate of dimorder"
    try:
        found = msgspec.json.decode(content, type=_Document)
        options = _options(found.options)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise UnreadableFile(f"{wrong} ({problem})", hint="name the TARGET.proof.json", code="config.type") from problem
    if found.proof is None:
        raise UnreadableFile(
            f"{path}: states {found.verdict!r} and holds no proof that could be run again",
            hint="a conversion of weights with their architecture is proven",
            code="config.type",
        )
    beside = {_role(role): file for role, file in found.beside.items() if role in BESIDE}
    return Certificate(
        path,
        {
            "source": found.source,
            "converted": found.target,
            **{role: file.path for role, file in beside.items()},
        },
        {
            "source": found.sha256.source,
            "converted": found.sha256.target,
            **{role: file.sha256 for role, file in beside.items()},
            **_shards(found),
        },
        options,
        found.proof,
        found.dialect,
        {role: file.document for role, file in beside.items() if file.document},
    )


def belongs(role: str) -> bool:
    """Whether a certificate names the file of this role besides source and target."""
    return role in BESIDE or role.startswith(_SHARD)


def says_as_much(standing: bytes, ours: bytes) -> bool:
    """Whether a certificate that stands there already proves of the same files what ours does."""
    there, here = _decoded(standing), _decoded(ours)
    if there is None or here is None or there.sha256 != here.sha256 or _shards(there) != _shards(here):
        return False
    return there.verdict in ("equivalent", here.verdict)


def is_about_the_same(standing: bytes, ours: bytes) -> bool:
    """Whether both certificates speak of the same source and the same target."""
    there, here = _decoded(standing), _decoded(ours)
    return there is not None and here is not None and there.sha256 == here.sha256


def figures(document: dict[str, Any]) -> StatedProof:
    """The figures of a `prove` document."""
    return msgspec.convert(escape.finite(document), StatedProof)


def _decoded(content: bytes) -> _Document | None:
    try:
        return msgspec.json.decode(content, type=_Document)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _shards(found: _Document) -> dict[str, str]:
    """Hashes of the files that an index names, by role."""
    return {role: file.sha256 for role, file in found.beside.items() if role.startswith(_SHARD)}


def _options(stated: _StatedOptions) -> Options:
    return Options(
        stated=parse_layout(stated.stated) if stated.stated else None,
        layers=tuple((glob, parse_layout(layout)) for glob, layout in stated.from_layers),
        target=parse_layout(stated.to),
        accept=stated.accept,
        keep_inputs=stated.keep_inputs,
        seed=stated.seed,
        keras_version=stated.keras_version,
        app=stated.app,
        released=stated.released,
        expressions=stated.expressions,
    )


def _version_of_numpy() -> str:
    """Read from the disk: the process that publishes does not load numpy."""
    from importlib.metadata import PackageNotFoundError, version  # slow to load, and most runs publish nothing

    try:
        return version("numpy")
    except PackageNotFoundError as problem:  # it ran a moment ago, so it is there
        raise EnvironmentProblem("the version of numpy cannot be read", hint="check Python's disk") from problem


def _role(role: str) -> str:
    return "converted_architecture" if role == "architecture_out" else role


CLIMBS = 2
"""Folders above the certificate's own in which its files are still found by themselves."""


def _relative(path: str, folder: str) -> str:
    """The way from the certificate to a file below it or in a folder just above it; of others only the name.

    So a certificate tells no folder of the machine it was made on.
    """
    way = os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")
    return way if is_near(way) else os.path.basename(path)


def is_near(way: str) -> bool:
    """Whether a way from a certificate is one that it may state: down, or into a folder just above it."""
    parts = way.split("/")
    climbs = parts.count("..")
    if way.startswith("/") or parts[:climbs] != [".."] * climbs:
        return False
    return climbs == 0 or (climbs <= CLIMBS and len(parts) == climbs + 1)
