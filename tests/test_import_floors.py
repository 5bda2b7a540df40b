"""The house of the design: imports go down only, skills are strangers, libraries have rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = "dimorder"
ROOT = Path(__file__).parents[1] / "bot" / PACKAGE

# From the ground up. A room is a top-level module or package of dimorder; "" is its __init__.py,
# which everybody loads and which therefore may load nobody.
FLOORS: dict[str, frozenset[str]] = {
    "ground": frozenset({""}),
    "errors": frozenset({"errors", "lockdown", "streams"}),
    "nouns": frozenset(
        {"layout", "semantics", "windows", "shapes", "weights", "graph", "mapping", "masks", "cudnn", "formula"}
        | {"model", "verdict", "steps", "plan", "planned", "proof", "finding", "report_data", "program", "remedy"}
        | {"fleet", "pictures", "proposal", "refusals"}
    ),
    # sandbox is no skill, but it lives by their law: it knows nouns and errors, and no neighbour.
    "skills": frozenset(
        {"formats", "infer", "rules", "engine", "source", "lint", "report", "sandbox"}
    ),
    "flow": frozenset({"flow"}),
    "hub": frozenset({"hub"}),
    "doors": frozenset(
        {"cli", "cli_check", "cli_github", "cli_init", "cli_options", "cli_show", "cli_sweep", "cli_swept"}
        | {"action", "__main__"}
    ),
}
SEPARATE_ROOMS = frozenset({"skills"})
HEIGHT = {room: height for height, rooms in enumerate(FLOORS.values()) for room in rooms}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}

# Library -> the rooms that may import it.
WALLS: dict[str, frozenset[str]] = {
    "h5py": frozenset({"formats"}),
    "zipfile": frozenset({"formats"}),
    "libcst": frozenset({"lint"}),
    "github": frozenset({"hub"}),
    "requests": frozenset({"hub"}),
    "dbos": frozenset({"hub"}),
    "sqlalchemy": frozenset({"hub"}),
    "http.client": frozenset({"hub"}),
    "urllib.request": frozenset({"hub"}),
    "keras": frozenset({"engine"}),
    "jax": frozenset({"engine"}),
    "click": FLOORS["doors"] | {"report"},
    "rich": FLOORS["doors"] | {"report"},
}
ONLY_INSIDE_FUNCTIONS = frozenset({"keras", "jax"})


@dataclass(frozen=True)
class Import:
    """One name that a module imports, wherever it does so."""

    target: str  # absolute and dotted; for `from a import b` it is "a.b", b being a module or not
    line: int
    inside_function: bool


def room_of(module: str) -> str:
    """`dimorder.formats.h5` lives in `formats`, `dimorder` itself in the nameless room."""
    return module.split(".")[1] if "." in module else ""


def imports_of(module: str, code: str, *, is_package: bool = False) -> Iterator[Import]:
    """Every import in the code: at its top, in functions, and by importlib with a literal name."""
    package = module.split(".") if is_package else module.split(".")[:-1]

    def visit(node: ast.AST, inside: bool) -> Iterator[Import]:
        for target in _targets(node, package):
            yield Import(target, getattr(node, "lineno", 0), inside)
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inside)

    return visit(ast.parse(code), False)


def _targets(node: ast.AST, package: list[str]) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [name.name for name in names]
        case ast.ImportFrom(module=base, names=names, level=level):
            above = package[: len(package) - level + 1] if level else []
            prefix = ".".join([*above, *([base] if base else [])])
            return [f"{prefix}.{name.name}" for name in names]
        case ast.Call(func=func, args=[ast.Constant(value=str(target)), *_]) if _imports(func):
            return [target]
    return []


def _imports(func: ast.expr) -> bool:
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return name in {"import_module", "__import__"}


def offences(modules: Mapping[str, str], *, packages: frozenset[str] = frozenset()) -> list[str]:
    """What the modules (dotted name -> code) do against the house rules, one sentence each."""
    found = []
    for module, code in sorted(modules.items()):
        if room_of(module) not in HEIGHT:
            found.append(f"{module}: on no floor; give {room_of(module)!r} a place in FLOORS")
            continue
        for imported in imports_of(module, code, is_package=module in packages):
            fault = _own_fault(module, imported) or _library_fault(module, imported)
            if fault:
                found.append(f"{module}:{imported.line}: {fault}")
    return found


def _own_fault(module: str, imported: Import) -> str | None:
    if imported.target.split(".")[0] != PACKAGE:
        return None
    here, there = room_of(module), room_of(imported.target)
    if there not in HEIGHT:
        # `from dimorder import __version__` asks the ground floor; all else is a homeless module.
        known = there == "__version__"
        return None if known else f"imports {imported.target}, which is on no floor"
    if here == there:
        return None
    if HEIGHT[there] > HEIGHT[here]:
        return f"{FLOOR_OF[here]} import upwards, from {FLOOR_OF[there]}: {imported.target}"
    if FLOOR_OF[here] == FLOOR_OF[there] and FLOOR_OF[here] in SEPARATE_ROOMS:
        return f"{here!r} imports its neighbour {there!r}; they meet in flow only"
    return None


def _library_fault(module: str, imported: Import) -> str | None:
    for library, rooms in WALLS.items():
        if not f"{imported.target}.".startswith(f"{library}."):
            continue
        if room_of(module) not in rooms:
            return f"imports {library}, which belongs to {', '.join(sorted(rooms))}"
        if library in ONLY_INSIDE_FUNCTIONS and not imported.inside_function:
            return f"imports {library} outside a function"
    return None


def package_modules() -> tuple[dict[str, str], frozenset[str]]:
    """The real package: dotted name -> code, and which of the names are packages."""
    modules, packages = {}, set()
    for path in sorted(ROOT.rglob("*.py")):
        parts = [PACKAGE, *path.relative_to(ROOT).with_suffix("").parts]
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        modules[name] = path.read_text(encoding="utf-8")
        if is_package:
            packages.add(name)
    return modules, frozenset(packages)


def test_the_house_is_in_order() -> None:
    modules, packages = package_modules()
    assert len(modules) > 1, f"nothing to judge under {ROOT}"
    assert offences(modules, packages=packages) == []


def test_every_folder_is_a_package() -> None:
    """Setuptools leaves a folder without __init__.py out of the wheel, with all that is in it."""
    folders = {path.parent for path in ROOT.rglob("*.py")}
    assert [str(path) for path in sorted(folders) if not (path / "__init__.py").exists()] == []


def test_no_room_stands_on_two_floors() -> None:
    assert sum(map(len, FLOORS.values())) == len(HEIGHT)


# The rules themselves: what they let pass first, then that each can fail.


def allowed(module: str, code: str) -> None:
    assert offences({module: code}) == []


def caught(module: str, code: str, because: str) -> None:
    found = offences({module: code})
    assert len(found) == 1, found
    assert because in found[0]


WITHIN_THE_RULES = [
    ("dimorder.model", "from dimorder.layout import Layout"),
    ("dimorder.model", "from dimorder.errors import DimorderError"),
    ("dimorder.layout", "from dimorder import semantics"),
    ("dimorder.formats.h5", "import h5py, zipfile\nfrom dimorder.formats.names import x"),
    ("dimorder.formats.h5", "from . import names\nfrom .names import x\nfrom .. import model"),
    ("dimorder.flow.convert", "from dimorder import formats, rules, sandbox"),
    ("dimorder.flow.convert", "import dimorder.engine.conv\nfrom dimorder.flow import check"),
    ("dimorder.sandbox", "from dimorder import errors, report_data"),
    ("dimorder.engine.keras3", "def predict():\n    import keras\n    from jax import numpy"),
    ("dimorder.engine.keras3", "class A:\n    def predict(self):\n        import keras.saving"),
    ("dimorder.hub.client", "import github, urllib.request\nfrom dimorder.flow import check"),
    ("dimorder.cli", "import click\nfrom rich import print\nfrom dimorder.hub import sweep"),
    ("dimorder.__main__", "from dimorder.cli import main"),
    ("dimorder.report.text", "import rich.table\nfrom dimorder import __version__"),
    ("dimorder.lint.dim201", "def tree():\n    import libcst"),
    ("dimorder.model", "import richer, h5pyx\nfrom urllib.parse import quote"),
]

UPWARDS = [
    ("dimorder", "from dimorder.errors import DimorderError", "ground import upwards"),
    ("dimorder.errors", "from dimorder.layout import Layout", "errors import upwards"),
    ("dimorder.model", "import dimorder.rules.conv", "nouns import upwards"),
    ("dimorder.model", "from . import formats", "nouns import upwards"),
    ("dimorder.rules.conv", "from dimorder.flow import convert", "skills import upwards"),
    ("dimorder.rules.conv", "def f():\n    from dimorder import flow", "skills import upwards"),
    ("dimorder.sandbox", "from dimorder.flow import convert", "skills import upwards"),
    ("dimorder.flow.check", "from ..hub import client", "flow import upwards"),
    ("dimorder.hub.sweep", "import dimorder.cli", "hub import upwards"),
]

NEIGHBOURS = [
    ("dimorder.rules.conv", "from dimorder.engine import conv"),
    ("dimorder.rules.conv", "from ..formats.h5 import read"),
    ("dimorder.lint.dim201", "async def f():\n    import dimorder.source"),
    ("dimorder.engine.conv", "from importlib import *\nimport_module('dimorder.infer.names')"),
    ("dimorder.report.text", "from dimorder import sandbox"),
    ("dimorder.sandbox", "from dimorder import engine"),
]

# For each wall, a room on its wrong side.
OUTSIDE = {
    "h5py": "dimorder.engine.conv",
    "zipfile": "dimorder.flow.convert",
    "libcst": "dimorder.source.evaluate",
    "github": "dimorder.cli",
    "requests": "dimorder.report.html",
    "dbos": "dimorder.cli_sweep",
    "sqlalchemy": "dimorder.flow.convert",
    "http.client": "dimorder.action",
    "urllib.request": "dimorder.formats.h5",
    "keras": "dimorder.formats.h5",
    "jax": "dimorder.flow.convert",
    "click": "dimorder.flow.convert",
    "rich": "dimorder.hub.sweep",
}


@pytest.mark.parametrize(("module", "code"), WITHIN_THE_RULES)
def test_what_keeps_to_the_rules_is_let_pass(module: str, code: str) -> None:
    allowed(module, code)


@pytest.mark.parametrize(("module", "code", "because"), UPWARDS)
def test_importing_upwards_is_caught(module: str, code: str, because: str) -> None:
    caught(module, code, because)


@pytest.mark.parametrize(("module", "code"), NEIGHBOURS)
def test_skills_that_know_each_other_are_caught(module: str, code: str) -> None:
    caught(module, code, "imports its neighbour")


@pytest.mark.parametrize("library", WALLS)
def test_a_library_outside_its_room_is_caught(library: str) -> None:
    module, because = OUTSIDE[library], f"imports {library}, which belongs to"
    caught(module, f"import {library}", because)
    caught(module, f"from {library} import x", because)
    caught(module, f"def f():\n    import {library}.x as y", because)
    caught(module, f"__import__({library!r})", because)


@pytest.mark.parametrize("library", sorted(ONLY_INSIDE_FUNCTIONS))
def test_a_heavy_library_at_module_level_is_caught(library: str) -> None:
    caught("dimorder.engine.keras3", f"import {library}", "outside a function")
    caught("dimorder.engine.keras3", f"class A:\n    import {library}", "outside a function")
    caught("dimorder.engine.keras3", f"if typed:\n    import {library}", "outside a function")


def test_a_module_on_no_floor_is_caught() -> None:
    caught("dimorder.utils", "x = 1", "on no floor")
    caught("dimorder.helpers.text", "x = 1", "on no floor")
    caught("dimorder.cli", "from dimorder import utils", "on no floor")


def test_a_relative_import_means_the_same_in_a_module_and_in_its_package() -> None:
    code = "from . import names"
    (of_module,) = imports_of("dimorder.formats.h5", code)
    (of_package,) = imports_of("dimorder.formats", code, is_package=True)
    assert of_module.target == of_package.target == "dimorder.formats.names"
