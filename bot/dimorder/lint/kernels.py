"""What a program does with the arrays of trained layers, as its text says: taken, transposed, turned, given back.

It goes by assignments within one function; what reaches an array by other ways is not seen, and nothing is said of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from dimorder.lint import syntax
from dimorder.lint.code import Code
from dimorder.lint.syntax import Parents

TAKING = frozenset({"get_weights", "get_value"})
"""Methods that yield a layer's arrays."""
GIVING = frozenset({"set_weights", "set_value", "batch_set_value", "assign"})
KEPT = frozenset({"array", "asarray", "ascontiguousarray", "copy", "astype", "squeeze"})
"""Calls that leave the axes as they are, or at least of whose what they are."""
FLIPS = frozenset(
    {"convert_kernel", "convert_all_kernels_in_model", "flip", "rot90", "fliplr", "flipud", "filter_flip"}
)
ROWS = frozenset({"convert_dense_weights_data_format"})
KERNEL_NAMES = frozenset({"W", "kernel", "weights", "trainable_weights"})


@dataclass(frozen=True, slots=True)
class Transpose:
    """One transposition by literal axes. of_kernel: it is applied to a layer's array."""

    node: ast.Call
    axes: tuple[int, ...]
    axes_at: ast.expr
    of_kernel: bool


@dataclass
class Conversion:
    """One function, or the lines of a module outside of functions, that touches layers' arrays.

    given: calls that set a layer's arrays. flips: whether anything in it turns kernels. rows: whether anything in it
    sorts the rows of Dense layers.
    """

    scope: ast.AST
    transposes: list[Transpose] = field(default_factory=list)
    given: list[ast.Call] = field(default_factory=list)
    flips: bool = False
    rows: bool = False

    @property
    def moves(self) -> bool:
        """Whether kernels go to other layers, or into a file, after a change of axes."""
        return bool(self.given) and any(one.of_kernel for one in self.transposes)


@dataclass(frozen=True, slots=True)
class Kernels:
    """All of a file: its functions that touch layers' arrays, every transposition, and who is whose parent."""

    conversions: tuple[Conversion, ...]
    transposes: tuple[Transpose, ...]
    above: Parents


def kernels(code: Code) -> Kernels:
    """What the file does with layers' arrays; nothing where its text is not known."""
    if code.tree is None:
        return Kernels((), (), {})
    every = syntax.nodes(code.tree)
    above = syntax.parents(every)
    by_scope: dict[ast.AST, list[ast.AST]] = {}
    for node in every:
        by_scope.setdefault(syntax.scope_of(node, above), []).append(node)
    found = tuple(_conversion(scope, inside) for scope, inside in by_scope.items())
    return Kernels(found, tuple(one for each in found for one in each.transposes), above)


def _conversion(scope: ast.AST, inside: list[ast.AST]) -> Conversion:
    arrays = _arrays(inside)
    found = Conversion(scope)
    for node in inside:
        if isinstance(node, ast.Call):
            name = syntax.called(node)
            found.flips |= name in FLIPS
            found.rows |= name in ROWS
            if name in GIVING:
                found.given.append(node)
            found.transposes += _transposed(node, name, arrays)
        found.flips |= isinstance(node, ast.Subscript) and _is_turned(node)
    found.rows |= any(_sorts_rows(node) for node in inside)
    return found


def _transposed(node: ast.Call, name: str, arrays: frozenset[str]) -> Iterator[Transpose]:
    if name not in ("transpose", "permute_dimensions"):
        return
    written = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in ("axes", "perm", "pattern"))]
    for place, argument in enumerate(written):
        axes = syntax.numbers(argument)
        if len(axes) > 1 and sorted(axes) == list(range(len(axes))):
            what = node.func.value if place == 0 and isinstance(node.func, ast.Attribute) else written[0]
            yield Transpose(node, axes, argument, is_array(what, arrays))
            return
    yield from _spread(node, arrays)


def _spread(node: ast.Call, arrays: frozenset[str]) -> Iterator[Transpose]:
    """`x.transpose(2, 0, 1)`."""
    axes = [syntax.number(argument) for argument in node.args]
    known = [one for one in axes if one is not None]
    if isinstance(node.func, ast.Attribute) and len(known) > 1 and sorted(known) == list(range(len(axes))):
        yield Transpose(node, tuple(known), node.args[0], is_array(node.func.value, arrays))


def _arrays(inside: list[ast.AST]) -> frozenset[str]:
    """Names that hold a layer's arrays at some time."""
    assigned = [node for node in inside if isinstance(node, ast.Assign)]
    loops = [node for node in inside if isinstance(node, ast.For | ast.comprehension)]
    names: set[str] = set()
    for _ in range(4):  # names of names of names
        before = len(names)
        known = frozenset(names)
        for statement in assigned:
            if is_array(statement.value, known):
                names |= {name for target in statement.targets for name in _bound(target)}
        for loop in loops:
            if is_array(loop.iter, known):
                names |= set(_bound(loop.target))
        if len(names) == before:
            break
    return frozenset(names)


def is_array(node: ast.expr, arrays: frozenset[str]) -> bool:
    """Whether the expression is a layer's array, or a list of them."""
    match node:
        case ast.Name(id=name):
            return name in arrays
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return is_array(value, arrays)
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=arguments):
            if name in TAKING:
                return name == "get_weights" or bool(arguments and _is_weight(arguments[0])) or _is_weight(value)
            if name in KEPT | {"transpose", "reshape"}:
                return is_array(value, arrays) or bool(arguments and is_array(arguments[0], arrays))
    return False


def _is_weight(node: ast.expr) -> bool:
    """`layer.W`, `layer.kernel`, `layer.weights[0]`."""
    match node:
        case ast.Attribute(attr=name):
            return name in KERNEL_NAMES
        case ast.Subscript(value=value):
            return _is_weight(value)
    return False


def _bound(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _bound(element)
        case ast.Starred(value=value) | ast.Subscript(value=value):
            yield from _bound(value)


def _is_turned(node: ast.Subscript) -> bool:
    """`kernel[:, :, ::-1, ::-1]`: two axes or more run backwards."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    turned = [part for part in parts if isinstance(part, ast.Slice) and part.step and syntax.number(part.step) == -1]
    return len(turned) > 1 or (len(turned) == 1 and isinstance(node.slice, ast.Slice) is False)


def _sorts_rows(node: ast.AST) -> bool:
    """A condition on Dense layers, or on layers with two arrays of two axes, that has a branch of its own."""
    if not isinstance(node, ast.If):
        return False
    named = {"Dense", "dense"}
    dense = any(
        {str(getattr(part, key, "")) for key in ("value", "id", "attr")} & named for part in ast.walk(node.test)
    )
    return dense and any(isinstance(part, ast.Assign) for statement in node.body for part in ast.walk(statement))
