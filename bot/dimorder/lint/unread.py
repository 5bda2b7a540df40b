"""Lines that no run came to, such as the other way of a parameter with a default: judged by their words alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dimorder.lint import syntax
from dimorder.lint.code import Code
from dimorder.lint.meaning import order_of
from dimorder.lint.syntax import Parents
from dimorder.program import Place

_ON_MAPS = re.compile(r"(Conv|Pool|Padding|UpSampling|Cropping|Dropout)\w*[23]D$")
_OF_CHANNELS = re.compile(
    r"^(BatchNormalization|[Cc]oncatenate|[Mm]erge|(?!Layer|Unit|Group)[A-Z]\w*([Ss]oftmax|[Nn]orm)\w*|Softmax\w*)$"
)
"""Layers whose axis is the one of channels wherever they stand among maps."""
_ENDS_MAPS = re.compile(r"^(Flatten|Dense|Global\w+|Reshape|LSTM|GRU)$")
_STATED = {"data_format", "dim_ordering"}


@dataclass(frozen=True, slots=True)
class Lines:
    """The calls of a file that no run made part of a model, under no guard, and who is whose parent."""

    calls: tuple[ast.Call, ...]
    above: Parents


def lines(code: Code) -> Lines:
    """What no run came to; nothing where no run came to anything."""
    built = {
        (layer.place.line, layer.place.column)
        for run in code.program.runs
        for layer in (*run.layers, *(one for model in run.models for one in model.layers))
        if (layer.inputs or layer.arguments.keys() & {"input_shape", "batch_input_shape"})
        and (layer.place.path, layer.place.cell) == (code.program.path, code.cell)
    }
    if code.tree is None or not code.program.uses_keras:
        return Lines((), {})
    every = syntax.nodes(code.tree)
    above = syntax.parents(every)
    calls = (node for node in every if isinstance(node, ast.Call))
    left = (call for call in calls if _start(code.place(call)) not in built)
    return Lines(tuple(call for call in left if next(syntax.guards(call, above), None) is None), above)


def shapes(found: Lines) -> Iterator[tuple[ast.Tuple | ast.List, int]]:
    """Shapes of inputs whose channels come first by their literal numbers, where no ordering is stated; their axes."""
    for call in found.calls:
        if not _ON_MAPS.search(syntax.called(call)) or _STATED & {keyword.arg for keyword in call.keywords}:
            continue
        for keyword in call.keywords:
            batch = keyword.arg == "batch_input_shape"
            if (batch or keyword.arg == "input_shape") and isinstance(keyword.value, ast.Tuple | ast.List):
                numbers = [syntax.number(one) for one in keyword.value.elts[batch:]]
                if len(numbers) in (3, 4) and numbers[0] is not None and order_of(numbers, ()) == "first":
                    yield keyword.value, len(numbers)


def axes(found: Lines) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Where a layer among maps names axis 1, and nothing around it states an ordering."""
    for call in found.calls:
        value = next((one.value for one in call.keywords if one.arg in ("axis", "concat_axis")), None)
        if value is None or syntax.number(value) != 1 or not _OF_CHANNELS.search(syntax.called(call)):
            continue
        if _is_layer(call, found.above) and is_among_maps(call, found.above):
            yield call, value


def is_among_maps(call: ast.Call, above: Parents) -> bool:
    """Whether what its function applies before it is a layer over maps, and none that states an ordering."""
    now = _moment(call, above)
    before: list[tuple[tuple[int, int], str]] = []
    for node in ast.walk(syntax.scope_of(call, above)):
        if isinstance(node, ast.Call) and _moment(node, above) < now:
            if _STATED & {keyword.arg for keyword in node.keywords}:
                return False
            name = syntax.called(node)
            if (_ON_MAPS.search(name) or _ENDS_MAPS.search(name)) and _reaches(node, call, above):
                before.append((_moment(node, above), name))
    return bool(before) and _ON_MAPS.search(max(before)[1]) is not None


def _moment(call: ast.Call, above: Parents) -> tuple[int, int]:
    """When a layer is applied, as a place in the text: behind its arguments."""
    parent = above.get(call)
    last = parent if isinstance(parent, ast.Call) and parent.func is call else call
    return last.end_lineno or 0, last.end_col_offset or 0


def _reaches(node: ast.Call, call: ast.Call, above: Parents) -> bool:
    """Whether both can be carried out in one go: they do not stand in two ways of one condition."""
    ways: dict[ast.AST, bool] = {}
    for one in (node, call):
        child: ast.AST = one
        while child in above:
            parent = above[child]
            if isinstance(parent, ast.If):
                first = child in parent.body
                if ways.setdefault(parent, first) != first and child is not parent.test:
                    return False
            child = parent
    return True


def _is_layer(call: ast.Call, above: Parents) -> bool:
    """Whether it is called on something, added to a model, or merges a list."""
    parent = above.get(call)
    if isinstance(parent, ast.Call):
        return parent.func is call or syntax.called(parent) == "add"
    return syntax.called(call) in ("merge", "concatenate") and bool(call.args) and isinstance(call.args[0], ast.List)


def _start(place: Place) -> tuple[int, int]:
    return place.line, place.column
