"""The numpy referee on a file: what the model in it answers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from dimorder.engine.run import run
from dimorder.flow.opened import Settled
from dimorder.flow.options import Options
from dimorder.flow.reading import open_model
from dimorder.flow.settling import settled
from dimorder.graph import Graph
from dimorder.steps import Array


def opened(stack: ExitStack, paths: dict[str, str], options: Options) -> Settled:
    """The model in a file, settled; its files stay open as long as the stack."""
    files: dict[str, BinaryIO] = {}
    for role, path in paths.items():
        files[role] = stack.enter_context(Path(path).open("rb"))  # noqa: SIM115 - the stack closes it
    return settled(open_model(files, paths, options), options)


def answers(model: Settled, inputs: Sequence[Array]) -> list[Array]:
    """Values of the outputs for batches in the order of the model's inputs."""
    graph = model.graph
    assert graph is not None
    fits(graph, inputs)
    feeds = dict(zip(graph.inputs, inputs, strict=True))
    values = run(graph, feeds, model.opened.read, keep=graph.outputs)
    return [values[name] for name in graph.outputs]


def fits(graph: Graph, inputs: Sequence[Array]) -> None:
    """Batches have the shapes that the model states."""
    nodes = graph.by_name()
    for name, batch in zip(graph.inputs, inputs, strict=True):
        stated = nodes[name].shape
        assert len(stated) == batch.ndim - 1, name
        alike = all(size in (None, length) for size, length in zip(stated, batch.shape[1:], strict=True))
        assert alike, (name, stated, batch.shape)


def answers_of(paths: dict[str, str], options: Options, inputs: Sequence[Array]) -> list[Array]:
    with ExitStack() as stack:
        return answers(opened(stack, paths, options), inputs)
