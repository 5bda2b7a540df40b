"""Import statements: the project's own modules first, then what libraries offer under that name."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Argument, Unknown
from dimorder.source.assignments import bind
from dimorder.source.evaluation import Evaluation
from dimorder.source.frames import Frame, Signal
from dimorder.source.modules import in_folder, in_module, namespace
from dimorder.source.objects import Folder, Namespace


def import_(ev: Evaluation, node: ast.Import, frame: Frame) -> Signal | None:
    """`import a.b`, `import a.b as c`."""
    for alias in node.names:
        first = alias.name.partition(".")[0]
        whole = _module(ev, alias.name, frame)
        if alias.asname or first == alias.name:
            bind(ev, alias.asname or first, Argument(whole), frame)
        else:
            bind(ev, first, Argument(_module(ev, first, frame)), frame)
    return None


def _module(ev: Evaluation, name: str, frame: Frame) -> Any:
    path = ev.project.absolute(name, frame.module.path)
    return ev.resolve(name) if path is None else namespace(ev, path)


def import_from(ev: Evaluation, node: ast.ImportFrom, frame: Frame) -> Signal | None:
    """`from a.b import c`, `from . import c`, `from a import *`."""
    name = node.module or ""
    if node.level:
        path = ev.project.relative(name, node.level, frame.module.path)
        source = Unknown(f"the module {'.' * node.level}{name} is not here") if path is None else namespace(ev, path)
    else:
        source = _module(ev, name, frame)
    for alias in node.names:
        if alias.name == "*":
            _import_all(ev, source, name, frame)
        else:
            value = _taken(ev, source, name, alias.name)
            bind(ev, alias.asname or alias.name, Argument(value, origin=_origin(source, alias.name)), frame)
    return None


def _taken(ev: Evaluation, source: Any, module: str, name: str) -> Any:
    if isinstance(source, Namespace):
        return in_module(ev, source, name)
    if isinstance(source, Folder):
        return in_folder(ev, source.path, name)
    return source if isinstance(source, Unknown) else ev.resolve(f"{module}.{name}")


def _origin(source: Any, name: str) -> Any:
    return source.frame.origins.get(name) if isinstance(source, Namespace) else None


def _import_all(ev: Evaluation, source: Any, module: str, frame: Frame) -> None:
    if isinstance(source, Namespace):
        public = source.frame.names.get("__all__")
        for name, value in list(source.frame.names.items()):
            if name in public if isinstance(public, (list, tuple)) else not name.startswith("_"):
                bind(ev, name, Argument(value, origin=source.frame.origins.get(name)), frame)
        frame.root.starred.extend(source.frame.starred[:100])
    elif not isinstance(source, (Unknown, Folder)):
        frame.root.starred.append(module)
