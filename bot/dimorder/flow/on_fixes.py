"""`check --fix`: converted twins beside Theano-ordered weights, then the code, all of it or nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dimorder.errors import UsageError
from dimorder.finding import Finding
from dimorder.flow import fix_writing
from dimorder.flow.code_files import SUFFIXES
from dimorder.flow.fix_weights import mendable, write_twins
from dimorder.flow.fixing import Change, Fixes
from dimorder.flow.git import work_tree
from dimorder.flow.git_answers import Listing, listing
from dimorder.flow.lint_report import Ask, Judged
from dimorder.flow.look import look
from dimorder.flow.mates import mate
from dimorder.flow.modules import below, root
from dimorder.flow.naming import default_target
from dimorder.flow.on_mending import architectures, mend_code
from dimorder.flow.options import TF_TF, Options
from dimorder.flow.settings import Settings
from dimorder.flow.twins import Twins
from dimorder.flow.walk import Place
from dimorder.flow.wish import Wish
from dimorder.report_data import Fixed, FixReport, Unfixed
from dimorder.sandbox.outside import Progress


@dataclass(frozen=True, slots=True)
class Fixing:
    """What the user wants. unsafe: also what moves the layout of code. dry: show the differences, write nothing.

    accept: the lowest confidence in the layout of weights that is enough. architecture: of weights for which neither
    code nor a file beside them tells one, as `--architecture` takes it; samples: real inputs; "" for none.
    """

    unsafe: bool = False
    dry: bool = False
    accept: Literal["certain", "likely"] = "certain"
    architecture: str = ""
    samples: str = ""


@dataclass(frozen=True, slots=True)
class Met:
    """What a run of `check` met. findings: as they are told. code: the files of it that were judged.

    modules, models: what the code may import and load.
    """

    findings: tuple[Finding, ...]
    code: tuple[Place, ...] = ()
    modules: tuple[Place, ...] = ()
    models: tuple[Judged, ...] = ()


def recover(paths: Sequence[str]) -> str:
    """End what an earlier run was killed over, before anything is read; what became of it, "" for nothing."""
    return fix_writing.recover(root_of(paths))


def fix(
    paths: Sequence[str], met: Met, fixing: Fixing, settings: Settings, progress: Progress, recovered: str = ""
) -> FixReport:
    """Mend what can be mended. paths: as the user named them. recovered: what `recover` said."""
    options = Options(
        accept=fixing.accept, dry_run=fixing.dry, max_memory=settings.max_memory, max_seconds=settings.max_seconds
    )
    weights = mendable(met.findings)
    ways = _architectures(weights, met, progress, fixing.architecture) if weights else {}
    made = list(write_twins(weights, options, progress, ways, fixing.samples))
    twins = tuple(_twins(met.models, {one.path for one in made}, progress))
    beside = [seen for _, twin in twins if (seen := look(Place(twin, twin, named=False), settings).judged)]
    known = {one.path: one for one in (*met.models, *beside)}
    only = tuple(one.fingerprint for one in met.findings)
    promised = tuple(twin for _, twin in twins if fixing.dry and not os.path.lexists(twin))
    around = _around(met, settings) if fixing.unsafe and met.code else ()
    beyond = tuple(one.path for one in around)
    wish = Wish(Ask((), (), (), ()), only, fixing.unsafe, twins, promised, beyond, _staying(met))
    modules = {one.path: one for one in (*met.modules, *around)}
    code = mend_code(met.code, tuple(modules.values()), tuple(known.values()), wish, progress)
    code = code if fixing.dry else _written(root_of(paths), code)
    fixed = (*(one for one in made if isinstance(one, Fixed)), *map(_fixed, code.changes))
    refused = (*(one for one in made if isinstance(one, Unfixed)), *code.refused)
    return FixReport(fixed, refused, bool(fixed) and not fixing.dry, code.offered, recovered)


def _around(met: Met, settings: Settings) -> tuple[Place, ...]:
    """The repository's other code, as far as the user calls it his own: it has to move when a layout moves."""
    folder = root(met.code[0].path)
    judged = {os.path.abspath(one.path) for one in met.code}
    listed = listing(folder)
    others = (path for path in below(folder, SUFFIXES) if os.path.abspath(path) not in judged)
    return tuple(Place(path, path, named=False) for path in others if _is_own(path, settings, listed))


def _is_own(path: str, settings: Settings, listed: Listing | None) -> bool:
    if settings.excludes(path):
        return False
    way = os.path.relpath(os.path.realpath(path), listed.tree.top).replace(os.sep, "/") if listed else ""
    return listed is None or way in listed.files


def _staying(met: Met) -> str:
    """A keras.json that says channels first for all code that runs with it; "" for none."""
    path = next((one.path for one in met.findings if one.rule == "DIM211"), None)
    return f"{path} says channels first for all code that runs with it: change or remove it first" if path else ""


def _architectures(weights: Sequence[str], met: Met, progress: Progress, stated: str) -> dict[str, str]:
    """Of files that hold weights alone: what the code that loads them tells, else what is called like them.

    stated: what else they have; "" for nothing.
    """
    bare = {one.path for one in met.models if one.kind == "weights"}
    beside = {path: found for path in weights if path in bare and (found := mate(path) or stated)}
    return beside | architectures(met.code, met.modules, met.models, progress)


def _written(root: str, code: Fixes) -> Fixes:
    """The fixes once they are in their places; those of files that changed since they were read are refused, all."""
    try:
        fix_writing.write(root, code.changes)
    except UsageError as error:
        because = f"{error.sentence} ({error.hint})"
        refused = (Unfixed(one.path, "; ".join(one.edits), because) for one in code.changes)
        return Fixes((), (*code.refused, *refused), code.offered)
    return code


def root_of(paths: Sequence[str]) -> str:
    """The folder whose files change together: the work tree, outside of any what the paths have in common."""
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in paths or (".",)]
    common = os.path.commonpath([os.path.realpath(folder) for folder in folders])
    tree = work_tree(common)
    return tree.top if tree else common


def _twins(models: Sequence[Judged], made: set[str], progress: Progress) -> list[tuple[str, str]]:
    """Models beside which a converted twin lies, or would lie had it been written.

    A certificate alone never counts. made: paths of what this run converted, or would convert.
    """
    known = Twins(progress)
    pairs = [(one.path, default_target(one.path, TF_TF, None)) for one in models]
    return [(path, twin) for path, twin in pairs if twin in made or known.is_proven(path, twin)]


def _fixed(change: Change) -> Fixed:
    return Fixed(change.path, change.edits, change.diff)
