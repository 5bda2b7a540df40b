"""Everything that a conversion changes in a document, one after the other."""

from __future__ import annotations

import copy

from dimorder.formats.document import Document
from dimorder.formats.lower import Lowered
from dimorder.formats.respelling.added import add_layers
from dimorder.formats.respelling.changed import change_layers
from dimorder.formats.respelling.draft import Draft
from dimorder.formats.respelling.stated import change_shapes
from dimorder.graph import Graph
from dimorder.model import Era


def respell(document: Document, lowered: Lowered, graph: Graph, era: Era, version: str) -> Document:
    """A copy of `document` that describes `graph`; everything that has not to change stays as it is."""
    draft = Draft(copy.deepcopy(document), lowered, graph, era, version)
    change_layers(draft)
    change_shapes(draft)
    add_layers(draft)
    return draft.document
