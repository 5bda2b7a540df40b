"""Names and patterns that the user gave, held against what the file has: a typo must not pass for a wish."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase

from dimorder.errors import UsageError
from dimorder.flow.opened import Settled
from dimorder.flow.options import Options
from dimorder.infer import parts_of
from dimorder.semantics import Opaque


def check_words(settled: Settled, options: Options) -> None:
    """Every pattern of --from matches a layer, every --keep-input an input, no --keep a layer with a rule."""
    known = _layers(settled)
    for glob, _ in options.layers:
        _require(f"--from '{glob}=…'", glob, known)
    for glob in options.keep:  # one that matches nothing does no harm: what it was meant for is refused by name
        _without_rule(settled, glob)
    graph = settled.graph
    inputs = (
        {name for node in graph.nodes if node.name in graph.inputs for name in (node.name, node.layer)}
        if graph
        else set()
    )
    for name in options.keep_inputs:
        if name not in inputs:
            raise UsageError(
                f"--keep-input {name}: there is no such input", hint=f"inputs: {', '.join(sorted(inputs))}"
            )


def _layers(settled: Settled) -> set[str]:
    """Layers as paths and by their own names."""
    if settled.graph is None:
        return {part.name for part, _ in parts_of(settled.model)} | {layer.name for layer in settled.model.layers}
    paths = {node.layer for node in settled.graph.nodes}
    return paths | {path.rpartition("/")[2] for path in paths}


def _require(option: str, glob: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if any(fnmatchcase(name, glob) for name in names):
        return
    near = get_close_matches(glob, names, n=3) or names[:5]
    raise UsageError(f"{option}: no layer is called so", hint=f"for example: {', '.join(near)}")


def _without_rule(settled: Settled, glob: str) -> None:
    """With an architecture every layer that has a rule is converted by it; keeping it would be wrong."""
    if settled.graph is None:
        return
    met = [
        node
        for node in settled.graph.nodes
        if any(fnmatchcase(name, glob) for name in (node.layer, node.layer.rpartition("/")[2]))
    ]
    if met and not any(isinstance(node.op, Opaque) for node in met):
        raise UsageError(
            f"--keep {glob}: layer {met[0].layer!r} has a rule, and is converted by it",
            hint="--keep is for layers that nobody knows; leave it out",
        )
