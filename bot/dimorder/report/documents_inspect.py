"""Fields of the JSON document of `inspect`, as types, by which the code that fills it is checked.

The published schemas are made of these types, and of those of the other documents (see schemas.py).
"""

from __future__ import annotations

from typing import TypedDict

from dimorder.layout import Ordering
from dimorder.report_data import Format
from dimorder.verdict import About, Confidence


class LayoutDocument(TypedDict):
    """A layout; `n/a` where nothing in the file depends on it.

    dim_ordering: channels before (th) or behind (tf) the sizes. kernels: as Theano (th) or TensorFlow (tf) applies
    them. dense_rows: sorted for maps with channels first (th) or last (tf).
    """

    dim_ordering: Ordering
    kernels: Ordering
    dense_rows: Ordering


class ConfidenceDocument(TypedDict):
    """How sure each part of the layout is."""

    dim_ordering: Confidence
    kernels: Confidence
    dense_rows: Confidence


class EvidenceDocument(TypedDict):
    """One observation and what it says about the layout."""

    about: About
    says: Ordering
    because: str
    strength: Confidence


class TensorDocument(TypedDict):
    """An array of a layer."""

    name: str
    shape: list[int]
    dtype: str


class LayerDocument(TypedDict):
    """A layer.

    kind: its class, "" where only an architecture could tell.
    """

    name: str
    kind: str
    tensors: list[TensorDocument]


class RefusalDocument(TypedDict):
    """A layer that stands in the way, why, and a way out."""

    layer: str
    because: str
    hint: str


class InspectRefusalDocument(RefusalDocument):
    """A layer that stands in the way of any conversion.

    code: the reason as a stable word, "" where none is defined.
    """

    code: str


class InspectDocument(TypedDict):
    """`dimorder inspect`: what a file is.

    era: of Keras, such as keras1. written_by: the program, "" if unknown.
    """

    format: Format
    file: str
    sha256: str
    era: str
    keras_version: str
    backend: str
    kind: str
    layout: LayoutDocument
    confidence: ConfidenceDocument
    evidence: list[EvidenceDocument]
    layers: list[LayerDocument]
    written_by: str
    refusals: list[InspectRefusalDocument]
