"""What Lambda layers compute, where the user says it: their code is never run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from dimorder.errors import UsageError
from dimorder.formula import parse
from dimorder.graph import Graph, Node
from dimorder.semantics import Formula, Opaque

Expressions = tuple[tuple[str, str], ...]
"""(glob of layer names, expression in x); the first match wins."""
LAMBDA = "Lambda"


def expressed(graph: Graph, expressions: Expressions) -> Graph:
    """The graph with a Formula for every Lambda that an expression is given for."""
    shapes = {node.name: node.shape for node in graph.nodes}
    nodes = []
    for node in graph.nodes:
        text = _stated(node, expressions) if is_lambda(node) else None
        if text is not None:
            _check(node, [shapes[name] for name in node.inputs])
            node = replace(node, op=parse(text))
        nodes.append(node)
    return replace(graph, nodes=tuple(nodes))


def is_lambda(node: Node) -> bool:
    """Whether this is a Lambda that nobody has said anything about."""
    return isinstance(node.op, Opaque) and node.op.class_name == LAMBDA


def check_expressions(graph: Graph | None, expressions: Expressions) -> None:
    """Raise where an expression is given for no Lambda; graph: as read, without them."""
    if expressions and graph is None:
        raise UsageError(
            f"--lambda {expressions[0][0]}: no architecture is known that could have a Lambda",
            hint="pass --architecture model.json",
        )
    lambdas = sorted({node.layer for node in graph.nodes if is_lambda(node)}) if graph else []
    for glob, _ in expressions:
        if not any(_matches(layer, glob) for layer in lambdas):
            there = f"Lambda layers: {', '.join(lambdas)}" if lambdas else "there is no Lambda in this model"
            raise UsageError(f"--lambda '{glob}=…': no Lambda is called so", hint=there)


def sentences(before: Graph | None, after: Graph | None, expressions: Expressions) -> Iterator[str]:
    """What is taken on the user's word, once for each layer. before: the graph as the file states it."""
    formulas = {node.layer for node in after.nodes if isinstance(node.op, Formula)} if after else set()
    for layer in dict.fromkeys(node.layer for node in before.nodes if is_lambda(node)) if before else ():
        if layer in formulas:
            text = next(text for glob, text in expressions if _matches(layer, glob))
            yield f"Lambda {layer!r} computes {text} (given by --lambda)"


def _stated(node: Node, expressions: Expressions) -> str | None:
    return next((text for glob, text in expressions if _matches(node.layer, glob)), None)


def _matches(layer: str, glob: str) -> bool:
    return fnmatchcase(layer, glob) or fnmatchcase(layer.rpartition("/")[2], glob)


def _check(node: Node, shapes: list[tuple[int | None, ...]]) -> None:
    """An expression in x has one input, and yields as many elements as it reads."""
    if len(shapes) != 1:
        raise UsageError(f"--lambda: {node.layer!r} reads {len(shapes)} values, and an expression has one: x")
    if shapes[0] != node.shape:
        raise UsageError(f"--lambda: {node.layer!r} makes {node.shape} of {shapes[0]}: it is not elementwise")
