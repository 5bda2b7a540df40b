"""Layers that the conversion added, put in front of the layer they serve or behind the one they crop."""

from __future__ import annotations

from dimorder.errors import Refused
from dimorder.formats.behind import put_behind
from dimorder.formats.containers import Ref
from dimorder.formats.respelling.branches import replace_by_network
from dimorder.formats.respelling.draft import Draft
from dimorder.formats.respelling.spelling import check_padding
from dimorder.graph import Node
from dimorder.mapping import innermost
from dimorder.semantics import Crop, Op


def add_layers(draft: Draft) -> None:
    """Put every layer in place that the document lacks."""
    added = [node for node in draft.graph.nodes if node.name not in draft.original]
    behind = [node for node in added if _is_behind(draft, node)]
    for node in behind:
        _insert_behind(draft, node)
    served: dict[str, list[Node]] = {}
    for node in added:
        if node in behind:
            continue
        if draft.era == "keras1":
            check_padding(innermost(node.op)[0], draft.version, node.layer)
        served.setdefault(_anchor(draft, node).name, []).append(node)
    written: dict[tuple[str, int], list[Op]] = {}
    for name, nodes in served.items():
        anchor = draft.original[name]
        place = (anchor.layer, _written_call(draft, anchor))
        if place not in written:
            _insert_in_front(draft, nodes, anchor)
        elif written[place] != [node.op for node in nodes]:
            raise Refused(f"layer {anchor.layer!r} is shared, and its calls ask for different layers in front")
        written[place] = [node.op for node in nodes]


def _written_call(draft: Draft, node: Node) -> int:
    """Which of the written calls of its layer a node is: those of a model that is called again repeat (lower.py)."""
    return node.call % len(draft.lowered.specs[node.layer].calls)


def _anchor(draft: Draft, node: Node) -> Node:
    """The original layer behind an added node."""
    readers = draft.graph.readers()
    while node.name not in draft.original:
        node = readers[node.name][0]
    return node


def _insert_in_front(draft: Draft, added: list[Node], anchor: Node) -> None:
    if not draft.is_sequential(anchor):
        for node in added:
            _insert_in_network(draft, node, anchor)
    elif _is_chain(draft, added):
        for node in added:
            _insert_in_sequence(draft, node, anchor)
    else:
        replace_by_network(draft, added, anchor)


def _is_chain(draft: Draft, added: list[Node]) -> bool:
    readers = draft.graph.readers()
    names = {node.name for node in added}
    entries = [name for node in added for name in node.inputs if name not in names]
    single = all(len(node.inputs) == 1 and len(readers[node.name]) == 1 for node in added)
    return single and len(entries) == 1 and len(readers[entries[0]]) == 1


def _insert_in_sequence(draft: Draft, node: Node, anchor: Node) -> None:
    pointer = draft.pointer(anchor.layer)
    siblings, number = draft.at(pointer[:-1]), pointer[-1]
    assert isinstance(number, int)
    item = draft.item(node, anchor)
    config = siblings[number]["config"]
    for key in ("batch_input_shape", "input_dtype"):
        if key in config and number == 0:
            item["config"][key] = config.pop(key)
    siblings.insert(number, item)


def _insert_in_network(draft: Draft, node: Node, anchor: Node) -> None:
    pointer, parent = draft.pointer(anchor.layer), node.layer.rpartition("/")[0]
    item = draft.item(node, anchor)
    call = [draft.reference(parent, value) for value in node.inputs]
    siblings = draft.at(pointer[:-1])
    siblings.insert(pointer[-1], {"name": item["config"]["name"], **item, "inbound_nodes": [call]})
    for reader in draft.graph.readers()[node.name]:
        if reader.name in draft.original:
            _rewire(draft, reader, parent)


def _rewire(draft: Draft, reader: Node, parent: str) -> None:
    written = draft.at(draft.pointer(reader.layer))["inbound_nodes"][_written_call(draft, reader)]
    for number, value in enumerate(reader.inputs):
        keywords = written[number][3:]
        written[number] = draft.reference(parent, value)[:3] + keywords


def _is_behind(draft: Draft, node: Node) -> bool:
    """Whether the node crops the margin of a layer: it alone reads it, whoever else did before."""
    source = draft.original.get(node.inputs[0])
    if source is None or not isinstance(innermost(node.op)[0], Crop):
        return False
    alone = len(draft.graph.readers()[node.inputs[0]]) == 1 and node.inputs[0] not in draft.graph.outputs
    return alone and node.layer.startswith(f"{source.layer}_crop")


def _insert_behind(draft: Draft, node: Node) -> None:
    """A container that is called twice has its layers once."""
    source = draft.original[node.inputs[0]]
    if draft.era == "keras1" and draft.version.startswith("1.0.7"):
        because = f"layer {source.layer!r}: Keras 1.0.7 has no Cropping to put behind it"
        raise Refused(because, hint="write the .keras form: -o NAME.keras")
    parent, pointer = source.layer.rpartition("/")[0], draft.pointer(source.layer)
    ref = draft.lowered.refs.get((parent, source.name), Ref(source.layer.rpartition("/")[2]))
    item = draft.item(node, source)
    known = draft.behind.setdefault((source.layer, ref), item["config"]["name"])
    if known == item["config"]["name"]:
        inside = draft.at(pointer[:-1])
        container = inside if pointer[-2:-1] != ("layers",) else draft.at(pointer[:-2])
        put_behind(container, int(pointer[-1]), item, ref, draft.keywords())
    own = {(path, node.name): found for (path, value), found in draft.refs.items() if value == source.name}
    draft.refs |= {**own, (parent, node.name): Ref(known)}
