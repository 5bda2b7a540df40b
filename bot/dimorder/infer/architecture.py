"""Dim ordering as the architecture states it, and as the arrays bound to it prove it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from dimorder import semantics as ops
from dimorder.errors import CannotTell, WeightsDoNotFit
from dimorder.graph import Graph, Node
from dimorder.infer.clue import Clue, clue, listed
from dimorder.infer.settle import settle
from dimorder.infer.shapes_alone import proof
from dimorder.infer.statistic import with_any_statistic
from dimorder.infer.versions import version
from dimorder.infer.word import UserWord, override
from dimorder.layout import Layout, Ordering
from dimorder.mapping import innermost
from dimorder.model import Model
from dimorder.verdict import Confidence, Verdict

ORDERINGS: tuple[Ordering, ...] = ("th", "tf")
_SAYS: dict[str, Ordering] = {"first": "th", "last": "tf"}
_WORDS: dict[str, Ordering] = {
    "th": "th", "tf": "tf", "channels_first": "th", "channels_last": "tf"
}  # fmt: skip


def ordering_by_architecture(model: Model, user: UserWord | None) -> Iterator[Clue]:
    """What the layers state, what their kernels prove, and what fits at all."""
    graph = model.graph
    assert graph is not None
    overrides = user.overrides if user else ()
    stated = list(_stated(graph))
    yield from stated
    open_layers = [n for n in graph.nodes if is_open(n) and override(overrides, n.layer) is None]
    if not stated and not any(is_open(node) for node in graph.nodes):
        yield from _in_document(model)
    if model.era in ("keras0", "keras1"):
        yield from _proved_by_kernels(graph)
    if open_layers:
        yield from _fitting(graph, overrides, model.keras_version, open_layers[0])


def is_open(node: Node) -> bool:
    """Whether the node reads a map whose channel axis nobody stated."""
    return getattr(innermost(node.op)[0], "channels", "") == "unset"


def _stated(graph: Graph) -> Iterator[Clue]:
    """One clue per layer; with one spatial axis only channels first tells something."""
    seen: set[str] = set()
    for node in graph.nodes:
        op = innermost(node.op)[0]
        channels, rank = getattr(op, "channels", ""), getattr(op, "rank", 0)
        if node.layer in seen or channels not in _SAYS or not (rank > 1 or (rank and channels == "first")):
            continue
        seen.add(node.layer)
        told = f"the architecture says channels {channels} at layer {node.layer!r}"
        yield clue("dim_ordering", _SAYS[channels], told, layer=node.layer, source="architecture")


def _in_document(model: Model) -> Iterator[Clue]:
    """`dim_ordering` and `data_format` as the document has them, where no operation states its own.

    So speak layers that nobody knows here. A Flatten counts only where all others are silent, and its
    channels_last is weak: 2.1.6 wrote it always (traps 17). Layers over one axis are told and do not
    count: sequences are channels-last under either ordering.
    """
    found = sorted((c, w) for c, w in _formats(model.document) if w in _WORDS)
    told_of_maps = [pair for pair in found if not pair[0].endswith("1D")]
    for owner, word in [pair for pair in told_of_maps if pair[0] != "Flatten"] or found:
        weak = owner == "Flatten" and _WORDS[word] == "tf"
        if weak and (version(model.keras_version) or (0, 0, 0)) < (2, 2, 0):
            continue
        told = f"the architecture says {word} at a {owner}"
        strength: Confidence = "unknown" if owner.endswith("1D") else "likely" if weak else "certain"
        yield clue("dim_ordering", _WORDS[word], told, strength, source="architecture")


def _formats(document: object) -> set[tuple[str, str]]:
    """(class name, channel format) of all layers of a JSON architecture."""
    found: set[tuple[str, str]] = set()
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()
            config = value.get("config")
            if isinstance(config, dict):
                words = (config.get(key) for key in ("dim_ordering", "data_format"))
                found |= {(str(value.get("class_name")), str(word)) for word in words if word}
    return found


def _proved_by_kernels(graph: Graph) -> Iterator[Clue]:
    """Keras 1 kernels against the layer's own filters and kernel size: (O, I, k…) or (k…, I, O)."""
    for node in graph.nodes:
        op = innermost(node.op)[0]
        if not isinstance(op, ops.Conv | ops.ConvTranspose) or op.rank < 2 or not node.tensors or node.call:
            continue
        shape = node.tensors[0].shape
        th = shape[:1] == (op.filters,) and shape[2:] == op.kernel_size
        tf = shape[-1:] == (op.filters,) and shape[: op.rank] == op.kernel_size
        if th != tf:
            yield proof(node.layer, "th" if th else "tf", shape, op.filters)


def _fitting(
    graph: Graph, overrides: tuple[tuple[str, Layout], ...], keras_version: str, first: Node
) -> Iterator[Clue]:
    """The only ordering under which all arrays fit the layers that do not state theirs."""
    if not any(node.tensors for node in graph.nodes):
        return
    refused = {}
    for ordering in ORDERINGS:
        trial = Verdict(Layout(ordering, "tf"), {}, overrides=overrides)
        try:
            settle(with_any_statistic(graph), trial, keras_version=keras_version)
        except (WeightsDoNotFit, CannotTell) as refusal:
            refused[ordering] = refusal.sentence
    if len(refused) == 1:
        ((wrong, sentence),) = refused.items()
        right: Ordering = "tf" if wrong == "th" else "th"
        told = f"the arrays fit the architecture only under {right} (under {wrong}: {sentence})"
        yield clue("dim_ordering", right, told, layer=first.layer, source="shapes")


def gathered(clues: list[Clue]) -> list[Clue]:
    """Clues of many layers that say the same, told once with the first layers' names."""
    groups: dict[tuple[object, ...], list[Clue]] = defaultdict(list)
    for c in clues:
        alone = c.source not in ("architecture", "shapes") or not c.layer or c.evidence.strength != "certain"
        key = (id(c),) if alone else (c.evidence.about, c.evidence.says, c.source)
        groups[key].append(c)
    return [_told_once(group) for group in groups.values()]


def _told_once(group: list[Clue]) -> Clue:
    first = group[0]
    if len(group) == 1:
        return first
    names = listed([c.layer for c in group[1:]])
    because = f"{first.evidence.because}; the same at {names}"
    return clue(first.evidence.about, first.evidence.says, because, layer=first.layer, source=first.source)
