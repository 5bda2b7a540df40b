"""The configuration that holds for a run: found upwards from what is checked, merged with the command line."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from dimorder.errors import DimorderError, EnvironmentProblem, UsageError
from dimorder.flow.configuration import ROLE, Configured
from dimorder.flow.globs import globs
from dimorder.flow.inputs import small
from dimorder.flow.settings import MIB, Settings, codes
from dimorder.flow.stated import Stated
from dimorder.sandbox.files import Opened, open_input
from dimorder.sandbox.isolated import Flow

_READ = Flow("dimorder.flow.configuration:read", Configured, looks=True)
PROJECT, OWN = "pyproject.toml", ".dimorder.yml"
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Found:
    """What a configuration file states. path: "" where there is none."""

    stated: Stated
    path: str = ""


def configuration(paths: Sequence[str], named: str | None) -> Found:
    """The file that the user names, else the first that stands in the folder of the first path or above it."""
    if named is not None:
        return Found(_read(named) or Stated(), named)
    for folder in _upwards(paths[0] if paths else ""):
        found = in_folder(folder)
        if found is not None:
            return found
    return Found(Stated())


def settings(said: Stated, found: Found, rest: Settings) -> Settings:
    """What the command line says counts more than the configuration, and that more than the defaults.

    rest: what only the command line can say.
    """
    told, root = found.stated, os.path.dirname(os.path.abspath(found.path)) if found.path else os.curdir
    default = Settings()
    excluded = globs(told.exclude or (), root) if said.exclude is None else globs(said.exclude, os.curdir)
    per_file = (told.per_file_ignores or {}).items()
    return replace(
        rest,
        select=codes(_first(said.select, told.select, ())),
        extend_select=codes((*(told.extend_select or ()), *(said.extend_select or ()))),
        ignore=codes(_first(said.ignore, told.ignore, ())),
        per_file_ignores=tuple((globs((pattern,), root)[0], codes(ignored)) for pattern, ignored in per_file),
        severity=tuple((codes((code,))[0], severity) for code, severity in (told.severity or {}).items()),
        min_severity=_first(said.min_severity, told.min_severity, default.min_severity),
        min_confidence=_first(said.min_confidence, told.min_confidence, default.min_confidence),
        fail_on=_first(said.fail_on, told.fail_on, default.fail_on),
        strict=_first(said.strict, told.strict, default.strict),
        exclude=excluded,
        skip_foreign=_first(said.skip_foreign, told.skip_foreign, default.skip_foreign),
        max_size=_first(said.max_size, told.max_size, default.max_size // MIB) * MIB,
        baseline=_first(said.baseline, _below(told.baseline, root, found.path), ""),
    )


def _first(said: Value | None, told: Value | None, default: Value) -> Value:
    return said if said is not None else told if told is not None else default


def _below(way: str | None, root: str, path: str) -> str | None:
    """A path that a configuration states; it comes with the repository, and leads nowhere else."""
    if way is None:
        return None
    if os.path.isabs(way) or ".." in way.split("/") or "\0" in way:
        raise UsageError(f"{path}: baseline {way!r} leads out of its folder", hint="name a file below it")
    return os.path.relpath(os.path.join(root, way))


def _upwards(path: str) -> list[str]:
    """Folders from the path up to the top of its repository, else to the root; none above that anybody may write."""
    folder = os.path.realpath(path if os.path.isdir(path) else os.path.dirname(path))
    found: list[str] = []
    while not found or not _is_anybodys(folder):
        found.append(folder)
        above = os.path.dirname(folder)
        if above == folder or os.path.lexists(os.path.join(folder, ".git")):
            break
        folder = above
    return found


def _is_anybodys(folder: str) -> bool:
    try:
        return bool(os.stat(folder).st_mode & stat.S_IWOTH)
    except OSError:
        return True


def in_folder(folder: str) -> Found | None:
    """The file that stands in this very folder; None where it has none."""
    project, own = (os.path.relpath(os.path.join(folder, name)) for name in (PROJECT, OWN))
    told = _read(project) if os.path.isfile(project) else None
    if told is not None and os.path.lexists(own):
        raise UsageError(f"{project} and {own} both configure dimorder", hint="keep one of them")
    if told is not None:
        return Found(told, project)
    return Found(_read(own) or Stated(), own) if os.path.lexists(own) else None


def _read(path: str) -> Stated | None:
    if not path.lower().endswith((".toml", ".yml", ".yaml")):
        raise UsageError(f"--config {path}: neither TOML nor YAML", hint=f"name a {PROJECT} or a {OWN}")
    with open_input(path) as opened:
        return stated_by(opened)


def stated_by(opened: Opened) -> Stated | None:
    """What a configuration says; None for a project file without a word to dimorder."""
    try:
        return small(_READ, {ROLE: opened}).stated
    except (UsageError, EnvironmentProblem):
        raise
    except DimorderError as problem:
        raise UsageError(f"{opened.path}: no configuration ({problem.sentence})", hint=problem.hint) from problem
