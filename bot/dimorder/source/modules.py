"""Modules of the project as namespaces: run when first asked for; a cycle sees what is there by then."""

from __future__ import annotations

from typing import Any

from dimorder.program import Unknown
from dimorder.source.evaluation import Evaluation
from dimorder.source.frames import Frame, Raised
from dimorder.source.objects import Folder, Namespace
from dimorder.source.trouble import Trouble
from dimorder.source.values import External

MOST_MODULES = 200
DEEPEST_IMPORTS = 25


def namespace(ev: Evaluation, path: str) -> Namespace | Folder | Unknown:
    """The module at a path of the project."""
    if path.endswith("/"):
        return Folder(path)
    if path in ev.modules:
        return Namespace(ev.modules[path], path)
    module = ev.project.module(path)
    if module is None or isinstance(module.tree, Trouble):
        return Unknown(f"{path} cannot be read")
    if len(ev.modules) >= MOST_MODULES or ev.importing >= DEEPEST_IMPORTS:
        return Unknown("more modules are imported than are read")
    frame = ev.modules[path] = Frame(module, names={"__name__": path.removesuffix(".py").replace("/", ".")})
    _run(ev, frame, module.tree.body)
    return Namespace(frame, path)


def _run(ev: Evaluation, frame: Frame, body: Any) -> None:
    """As if it had been imported before: no condition around the import holds for what it binds."""
    journal, tries, guards, uncertain = ev.journal, ev.tries, ev.guards, ev.session.uncertain
    ev.journal, ev.tries, ev.guards, ev.session.uncertain = ev.new_journal(), 0, [], []
    ev.importing += 1
    try:
        ev.run(body, frame)
    except Raised:
        pass  # what it bound before is seen
    finally:
        ev.importing -= 1
        ev.journal, ev.tries, ev.guards, ev.session.uncertain = journal, tries, guards, uncertain


def in_module(ev: Evaluation, owner: Namespace, name: str) -> Any:
    """A name of a module, or a module of a package."""
    if name in owner.frame.names:
        return owner.frame.names[name]
    path = ev.project.inside(owner.path, name)
    if path is not None:
        return namespace(ev, path)
    found = starred(ev, owner.frame, name)
    return Unknown(f"{owner.path} has no name {name!r} that is known here") if found is None else found


def in_folder(ev: Evaluation, path: str, name: str) -> Any:
    """A module of a folder."""
    found = ev.project.inside(path, name)
    return Unknown(f"{path} has no module {name!r}") if found is None else namespace(ev, found)


def starred(ev: Evaluation, frame: Frame, name: str) -> Any:
    """A name that `from library import *` may have bound; None where there was no such import."""
    for library in reversed(frame.starred):
        found = ev.resolve(f"{library}.{name}")
        if not isinstance(found, External):
            return found
    if len(set(frame.starred)) == 1:
        return ev.resolve(f"{frame.starred[0]}.{name}")
    return Unknown(f"{name!r} may come from several libraries") if frame.starred else None
