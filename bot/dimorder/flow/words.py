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

_WILD = frozenset("*?[")


def check_words(settled: Settled, options: Options) -> None:
    """Every --from and plain --keep matches a layer, every --keep-input an input, no --keep a layer with a rule."""
    known = _layers(settled)
    for glob, _ in options.layers:
        _require(f"--from '{glob}=…'", glob, known)
    for glob in options.keep:
        # A pattern may be meant for many files, of which only some have such a layer.
        if not set(glob) & _WILD:
            _require(f"--keep {glob}", glob, known)
        _without_rule(settled, glob)
    if options.keep_inputs and settled.graph is None:
        raise UsageError("--keep-input: without an architecture no input is known", hint="pass --architecture")
    for name in options.keep_inputs:
        _require_input(settled, name)


def _require_input(settled: Settled, name: str) -> None:
    """Unlike a layer, an input is named in full: patterns mean nothing here."""
    assert settled.graph is not None
    nodes = [node for node in settled.graph.nodes if node.name in settled.graph.inputs]
    known = {word for node in nodes for word in (node.name, node.layer)}
    if name not in known:
        raise UsageError(f"--keep-input {name}: there is no such input", hint=_near(name, known))


def _layers(settled: Settled) -> set[str]:
    """Layers as paths and by their own names."""
    if settled.graph is None:
        return {part.name for part, _ in parts_of(settled.model)} | {layer.name for layer in settled.model.layers}
    paths = {node.layer for node in settled.graph.nodes}
    return paths | {path.rpartition("/")[2] for path in paths}


def _require(option: str, glob: str, known: Iterable[str]) -> None:
    names = set(known)
    if not any(fnmatchcase(name, glob) for name in names):
        raise UsageError(f"{option}: no layer is called so", hint=_near(glob, names))


def _near(word: str, known: Iterable[str]) -> str:
    """What may have been meant, the nearest first; some of all that there is where nothing is near."""
    names = sorted(known)
    near = get_close_matches(word, names, n=3)
    return f"did you mean {' or '.join(near)}?" if near else f"for example: {', '.join(names[:5])}"


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
