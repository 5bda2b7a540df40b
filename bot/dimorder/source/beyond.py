"""What the code did on the way to a model that is not followed here, so that the model may be another one.

The lines that were gone through are looked at: those of modules, and of functions that were called.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from dimorder.program import Unknown
from dimorder.source.evaluation import Evaluation
from dimorder.source.frames import Frame
from dimorder.source.project import Module
from dimorder.source.trouble import Trouble

MOST_TOLD = 5
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
BY_NAME = frozenset({"exec", "eval", "execfile", "globals", "locals", "vars", "delattr", "reload", "__import__"})
"""Python's functions that run text, or reach names and attributes by text."""
INSIDES = frozenset(
    {"__dict__", "__code__", "__defaults__", "__kwdefaults__", "__globals__", "__closure__", "func_code"}
)  # fmt: skip
SWALLOWING = frozenset({"suppress", "raises", "assertRaises", "contextmanager"})
RENAMING = frozenset({"get_custom_objects", "CustomObjectScope", "custom_object_scope"})
REORDERING = frozenset({"shuffle", "heappush", "heappop", "heapify", "insort", "insort_left", "insort_right"})
"""Functions of libraries that change the collection that they are given."""
ONCE = frozenset({"map", "zip", "filter", "enumerate", "reversed", "iter"})
"""What yields its items once, where it is kept under a name."""


Suspect = tuple[ast.AST, str, tuple[ast.AST, ...]]
"""What casts doubt, why, and the functions around it: it counts once all of them were called."""


def beyond(ev: Evaluation) -> tuple[Unknown, ...]:
    """Reasons to doubt what was built, with their places; none for code that was followed."""
    modules = {id(frame.module): frame.module for frame in _frames(ev)}
    called, lost = ev.own
    found = [*lost, *ev.lost]
    for module in modules.values():
        for node, because, around in _suspects(module):
            if all(one in called or one in ev.called for one in around):
                found.append(Unknown(because, module.place(node)))
    return tuple(found[:MOST_TOLD])


def cast_doubt(ev: Evaluation, made: int) -> None:
    """Keep the reasons for what was made since session.growing had this many."""
    now = len(ev.session.growing)
    if now > made and (because := beyond(ev)):
        ev.doubts |= dict.fromkeys(range(made, now), because)


def _frames(ev: Evaluation) -> Iterator[Frame]:
    yield from ev.modules.values()
    if ev.here is not None:
        yield ev.here[1].root


def _suspects(module: Module) -> list[Suspect]:
    """All that a module holds, found once."""
    if module.suspects is None:
        module.suspects = list(_found(module))
    found: list[Suspect] = module.suspects
    return found


def _found(module: Module) -> Iterator[Suspect]:
    if isinstance(module.tree, Trouble):
        return
    once = ONCE | _generators(module)
    tops = {one.name for one in getattr(module.tree, "body", ()) if isinstance(one, (*DEFINITIONS,))}
    for node, around in _with_functions(module.tree):
        because = _because(node, once)
        if because:
            yield node, because, around
        if isinstance(node, FUNCTIONS) and module.is_generator(node) and _looks_out(node, tops):
            because = "when a generator runs is not followed, and it looks at what lies outside of it"
            yield node, because, (*around, node)


def _looks_out(node: ast.AST, tops: set[str]) -> bool:
    """Whether a generator does more than yield what is computed from its own arguments: when it runs then counts."""
    names = [one for one in ast.walk(node) if isinstance(one, ast.Name)]
    own = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
    own |= {one.id for one in names if not isinstance(one.ctx, ast.Load)}
    free = {one.id for one in names} - own - tops - set(dir(builtins))
    return bool(free) or any(isinstance(one, (ast.Global, ast.Nonlocal)) for one in ast.walk(node))


def _with_functions(tree: ast.AST) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    """All nodes, each with the functions that it lies in."""
    waiting: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(tree, ())]
    while waiting:
        node, around = waiting.pop()
        yield node, around
        within = (*around, node) if isinstance(node, FUNCTIONS) else around
        waiting += reversed([(one, within) for one in ast.iter_child_nodes(node)])


def _generators(module: Module) -> frozenset[str]:
    """Names of functions whose calls yield their items once."""
    tree = module.tree
    nodes = ast.walk(tree) if isinstance(tree, ast.AST) else ()
    return frozenset(one.name for one in nodes if isinstance(one, ast.FunctionDef) and module.is_generator(one))


def _because(node: ast.AST, once: frozenset[str]) -> str:
    if isinstance(node, ast.Call):
        return _by_call(node)
    if isinstance(node, ast.Attribute) and node.attr in INSIDES:
        return f"{node.attr} is reached for"
    if isinstance(node, ast.Attribute) and node.attr.startswith("__") and not node.attr.endswith("__"):
        return f"{node.attr} is another name in each class, which is not followed"
    if isinstance(node, ast.Attribute) and node.attr == "modules" and ast.unparse(node) == "sys.modules":
        return "modules are reached for by name"
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return _by_with(node)
    if isinstance(node, ast.Try) and may_be_left(node):
        return "whether the lines under try raise is not known, and the model may depend on it"
    if isinstance(node, ast.Assign):
        return _by_iterator(node.value, once)
    if isinstance(node, ast.Expr) and _by_iterator(node.value, once):
        return "what Python 3 does not go through at all, and Python 2 does"
    return ""


def _by_call(node: ast.Call) -> str:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in BY_NAME and not (name == "__import__" and len(node.args) == 1):
        return f"{name}() reaches names that are not followed"
    word = name or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
    if word in RENAMING:
        return f"{word}() changes what names of activations and layers stand for"
    if word in REORDERING:
        return f"{word}() changes the order or number of items"
    return ""


def _by_with(node: ast.With | ast.AsyncWith) -> str:
    calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
    words = [ast.unparse(one.func).rpartition(".")[2] for one in calls]
    return "errors are swallowed by a with" if SWALLOWING.intersection(words) else ""


def _by_iterator(value: ast.expr, once: frozenset[str]) -> str:
    called = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
    if isinstance(value, ast.GeneratorExp) or called in once:
        return "an iterator is kept under a name: how often and when it is gone through is not followed"
    return ""


EFFECTS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete, ast.Return, ast.For, ast.While, ast.With)
CHANGING = frozenset({"add", "append", "pop", "extend", "insert", "remove", "update", "setdefault", "clear", "push"})


def may_be_left(node: ast.Try) -> bool:
    """Whether a handler goes on with other values than the lines under try, which may raise or not."""
    if not node.handlers or _is_certain(node.body):
        return False
    going_on = [one for one in node.handlers if not _leaves(one.body)]
    if not going_on:
        return False
    if _only_imports(node.body) and all(_only_imports(one.body) for one in going_on):
        return False
    return any(_has_effects(one.body) for one in going_on) or _has_effects(node.body)


def _is_certain(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(one, (ast.Pass, ast.FunctionDef))
        or (isinstance(one, ast.Assign) and isinstance(one.value, (ast.Constant, ast.Name)))
        for one in body
    )


def _leaves(body: list[ast.stmt]) -> bool:
    last = body[-1]
    ends = isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and "exit" in ast.unparse(last.value.func)
    return ends or isinstance(last, ast.Raise)


def _only_imports(body: list[ast.stmt]) -> bool:
    return all(isinstance(one, (ast.Import, ast.ImportFrom, ast.Pass)) or _is_told(one) for one in body)


def _is_told(one: ast.stmt) -> bool:
    """A line that says something to a person."""
    return isinstance(one, ast.Expr) and isinstance(one.value, ast.Call) and ast.unparse(one.value.func) in (
        "print", "warnings.warn", "logging.warning", "logger.warning",
    )  # fmt: skip


def _has_effects(body: list[ast.stmt]) -> bool:
    return any(_is_effect(node) for one in body for node in ast.walk(one))


def _is_effect(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in CHANGING or node.func.attr.startswith("set_")
    return isinstance(node, EFFECTS)
