"""All that is seen of data with channels in front, in one file."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dimorder.lint import syntax
from dimorder.lint.unmoved import axes, shapes, sizes, stated, subscripts
from dimorder.lint.unmoved.fed import fed

RULE = "DIM209"
"""What a comment has to name that says that a line is right as it is."""


_SAVES = ("save", "to_", "ModelCheckpoint", "write", "dump")


@dataclass(frozen=True, slots=True)
class Old:
    """What else is known of the old layout.

    moved: names of shapes that an edit turned. models: names of files of models whose channels come first.
    maps: some model of the repository yields maps, which move too.
    """

    moved: Collection[str] = ()
    models: Collection[str] = ()
    maps: bool = False


_NOTHING = Old()


def found(tree: ast.Module, old: Old = _NOTHING) -> Iterator[tuple[ast.AST, str]]:
    """Nodes with what is to be said of each; nothing of what a condition on the ordering guards."""
    every = syntax.nodes(tree)
    above = syntax.parents(every)
    arrays = fed(every)
    for node in every:
        told = next(_told(node, above, arrays, old), "")
        if told and next(syntax.guards(node, above), None) is None:
            yield node, told


def _told(node: ast.AST, above: syntax.Parents, arrays: Collection[str], old: Old) -> Iterator[str]:
    yield from stated.found(node, above)
    yield from shapes.found(node, above)
    yield from subscripts.found(node, arrays)
    yield from sizes.found(node, above, arrays)
    yield from axes.found(node, arrays, maps=old.maps)
    yield from _turned(node, above, old.moved)
    yield from _loaded(node, above, old.models)


def _loaded(node: ast.AST, above: syntax.Parents, models: Collection[str]) -> Iterator[str]:
    """The name of a model file, but where a model is saved under it."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or not models:
        return
    name = posixpath.basename(node.value)
    around = (one for one in _around(node, above) if isinstance(one, ast.Call))
    if name in models and not any(syntax.called(one).startswith(_SAVES) for one in around):
        yield f"{name} is not known to have its channels last"


def _turned(node: ast.AST, above: syntax.Parents, moved: Collection[str]) -> Iterator[str]:
    """Uses of a shape that another line turned: its sizes by number, or data of other layouts laid out by it."""
    if not isinstance(node, ast.Name | ast.Attribute) or not moved:
        return
    name = node.id if isinstance(node, ast.Name) else node.attr
    if name not in moved or isinstance(node.ctx, ast.Store):
        return
    parent = above.get(node)
    taken = isinstance(parent, ast.Subscript) and parent.value is node
    if taken or (isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Tuple | ast.List)):
        yield f"sizes are read off {name}, which is turned"
    elif any(isinstance(one, ast.Call) and syntax.called(one) in shapes.RESHAPES for one in _around(node, above)):
        yield f"data are laid out by {name}, which is turned"


def _around(node: ast.AST, above: syntax.Parents) -> Iterator[ast.AST]:
    while node in above and not isinstance(node, ast.stmt):
        node = above[node]
        yield node
