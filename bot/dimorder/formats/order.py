"""The order in which Keras lists the layers of a functional model: weights are loaded in it.

Depth first (the longest way to an output), then the order in which a walk from the outputs meets them. A layer put in
front of one branch can therefore change places in the list.
Source: engine/topology.py at 1.2.2 (build_map_of_graph), engine/network.py at 2.3.1 (_map_graph_network).
"""

from __future__ import annotations

from dimorder.formats.containers import Container, Ref

Call = tuple[str, int]
"""A layer and which of its calls, as references count them."""


def listed(tree: Container) -> tuple[str, ...]:
    """Names of the container's own layers in Keras's order."""
    if tree.sequential:
        return tuple(spec.name for spec in tree.layers)
    sources = _sources(tree)
    met, finished = _walk(tree, sources)
    depths = _depths(finished, sources)
    return tuple(sorted(met, key=lambda name: (-depths[name], met.index(name))))


def _sources(tree: Container) -> dict[Call, tuple[Ref, ...]]:
    """What each call reads; nested models may count their calls from one."""
    return {
        (spec.name, number + offset): call
        for spec in tree.layers
        for offset in ((0, 1) if spec.inner else (0,))
        for number, call in enumerate(spec.calls)
    }


def _walk(tree: Container, sources: dict[Call, tuple[Ref, ...]]) -> tuple[list[str], list[Call]]:
    """Layers as a walk from the outputs first meets them, and calls as it leaves them."""
    met: list[str] = []
    finished: list[Call] = []
    done: set[Call] = set()
    stack: list[tuple[Call, bool]] = [((ref.layer, ref.node), False) for ref in reversed(tree.outputs)]
    while stack:
        call, leaving = stack.pop()
        if leaving:
            finished.append(call)
            continue
        if call in done:
            continue
        done.add(call)
        if call[0] not in met:
            met.append(call[0])
        stack.append((call, True))
        stack += [((ref.layer, ref.node), False) for ref in reversed(sources.get(call, ()))]
    return met, finished


def _depths(finished: list[Call], sources: dict[Call, tuple[Ref, ...]]) -> dict[str, int]:
    calls: dict[Call, int] = {}
    layers: dict[str, int] = {}
    for call in reversed(finished):
        depth = max(calls.get(call, 0), layers.get(call[0], 0))
        layers[call[0]] = calls[call] = depth
        for ref in sources.get(call, ()):
            source = (ref.layer, ref.node)
            calls[source] = max(depth + 1, calls.get(source, 0))
    return layers


def reordered(names: list[str], before: Container, after: Container) -> list[str]:
    """The file's layer names in the order that the changed model lists them; others keep their places."""
    places = {name: place for place, name in enumerate(listed(after))}
    if listed(before) == tuple(name for name in listed(after) if name in set(listed(before))):
        return names
    return sorted(names, key=lambda name: places.get(name, len(places)))


def nested_order_holds(before: Container, after: Container) -> bool:
    """Whether every nested model still lists its own layers in the same order."""
    inner = {spec.name: spec.inner for spec in after.layers if spec.inner}
    for spec in before.layers:
        if spec.inner is None or spec.name not in inner:
            continue
        changed = inner[spec.name]
        assert changed is not None
        own = listed(spec.inner)
        if own != tuple(name for name in listed(changed) if name in set(own)):
            return False
        if not nested_order_holds(spec.inner, changed):
            return False
    return True
