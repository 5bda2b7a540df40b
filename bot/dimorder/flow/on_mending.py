"""A repository's code mended apart: strangers' code is read in a process of its own, and what comes back is edits."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from dimorder.errors import DimorderError, EnvironmentProblem, UsageError
from dimorder.flow.bundle import Bundle
from dimorder.flow.fixing import Fixes
from dimorder.flow.lint_report import Judged
from dimorder.flow.on_code import asked, limits
from dimorder.flow.walk import Place
from dimorder.flow.wish import Built, Wish
from dimorder.report_data import Unfixed
from dimorder.sandbox import isolated
from dimorder.sandbox.bounds import Limits
from dimorder.sandbox.isolated import ChildFailed, Flow, Host
from dimorder.sandbox.outside import Progress

_MEND = Flow("dimorder.flow.mending:mend", Fixes, needs=("libcst", "libcst.native"))
_BUILT = Flow("dimorder.flow.mending:built", Built)
_WHAT = "fix the code"
_NAMES = {"source": "the code"}


def mend_code(
    places: Sequence[Place],
    modules: Sequence[Place],
    models: tuple[Judged, ...],
    wish: Wish,
    progress: Progress,
) -> Fixes:
    """New contents of the code at these places, by edits. wish: its `ask` is filled in here.

    modules: what the code may import besides. models: what it may load, twins included.
    """
    if not places:
        return Fixes()
    with ExitStack() as stack:
        bundle, ask, left_out = asked(stack, places, modules, models)
        wish = replace(wish, ask=ask, around=(*wish.around, *left_out))
        try:
            found = isolated.run_isolated(
                _MEND, {"source": bundle.file}, _NAMES, wish, _twice(bundle), Host(progress, {})
            )
        except (EnvironmentProblem, UsageError):
            raise
        except DimorderError as error:
            return Fixes(refused=(Unfixed(places[0].path, _WHAT, error.sentence),))
    if not {one.path for one in found.changes} <= set(ask.judge):
        raise ChildFailed("it changes other code than it was given")
    return found


def architectures(
    places: Sequence[Place], modules: Sequence[Place], models: tuple[Judged, ...], progress: Progress
) -> dict[str, str]:
    """Paths of weights, each with what in the code builds the model that they are loaded into: `model.py:build`."""
    if not places or not any(one.kind == "weights" for one in models):
        return {}
    with ExitStack() as stack:
        bundle, ask, _ = asked(stack, places, modules, models)
        try:
            found = isolated.run_isolated(
                _BUILT, {"source": bundle.file}, _NAMES, ask, _twice(bundle), Host(progress, {})
            )
        except (EnvironmentProblem, UsageError):
            raise
        except DimorderError:  # told of the code already
            return {}
    read, known = {one.path for one in ask.pieces}, {one.path for one in models}
    return {path: way for path, way in found.pairs if path in known and way.rpartition(":")[0] in read}


def _twice(bundle: Bundle) -> Limits:
    """What reading the code takes, and as much again for what becomes of it."""
    once = limits(bundle)
    return replace(once, use=replace(once.use, memory=2 * once.use.memory))
