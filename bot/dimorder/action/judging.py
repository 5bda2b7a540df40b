"""The run that a workflow asks for: what is judged, by whose settings, and what the pull request keeps quiet itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from dimorder.action.base import Asked, Basis, basis
from dimorder.action.environment import Environment
from dimorder.action.event import Event, PullRequest
from dimorder.action.inputs import Inputs
from dimorder.action.quiet import few, is_about_quiet, quieted
from dimorder.errors import UsageError
from dimorder.flow import git_change
from dimorder.flow.configured import Found, configuration, settings
from dimorder.flow.git import WorkTree, work_tree
from dimorder.flow.on_paths import check_paths, fix_paths
from dimorder.flow.settings import Settings
from dimorder.flow.stated import Bot, Stated
from dimorder.flow.two_sides import of_both, wanted
from dimorder.hub.problem import ApiProblem
from dimorder.report_data import FindingsReport
from dimorder.sandbox.outside import Progress

if TYPE_CHECKING:
    from dimorder.hub.client import Client

_EVERYTHING = (".",)


@dataclass(frozen=True, slots=True)
class Ran:
    """quieted: what the pull request adds to keep findings quiet, one sentence each. notes: the run's own.

    changed: real paths of what the pull request changes. bot: what the repository wants of pull requests to it.
    code_before: sha256 of the code by real path, before it may have been edited.
    """

    report: FindingsReport
    quieted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    changed: frozenset[str] = frozenset()
    bot: Bot | None = None
    code_before: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ground:
    """By whose settings a run goes, and what is known of the pull request."""

    found: Found
    basis: Basis | None = None
    quieted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def judged(environment: Environment, event: Event, inputs: Inputs, progress: Progress) -> Ran:
    """What is wrong with the checkout; the current folder is its top."""
    paths = _inside(inputs.paths or _EVERYTHING, environment.workspace)
    _inside(tuple(filter(None, (inputs.config, inputs.samples, _architecture(inputs)))), environment.workspace)
    ground = _ground(environment, event, inputs, paths)
    change = ground.basis.change if ground.basis else None
    merged = settings(
        Stated(fail_on=inputs.fail_on), ground.found, Settings(changed=change if inputs.scope == "changed" else None)
    )
    before: Mapping[str, str] = {}
    if inputs.mode == "check":
        report = check_paths(paths, merged, progress)
    else:
        from dimorder.flow.on_fixes import Fixing  # which loads what reads code
        from dimorder.flow.proposed import code_before

        before = code_before(environment.workspace) if inputs.unsafe_fixes else {}
        fixing = Fixing(
            unsafe=inputs.unsafe_fixes, accept=inputs.accept,
            architecture=inputs.architecture, samples=inputs.samples,
        )  # fmt: skip
        report = fix_paths(paths, merged, fixing, progress)
    notes = few((*ground.notes, *report.notes), "notes")
    told = replace(report, notes=(*ground.quieted, *notes))
    files = change.files if change else frozenset()
    return Ran(told, ground.quieted, notes, files, ground.found.stated.bot, before)


def retold(report: FindingsReport) -> Ran:
    """A run by its report, whose notes begin with what the change keeps quiet."""
    notes: dict[bool, list[str]] = {True: [], False: []}  # by whether they are about what is kept quiet
    for one in report.notes:
        notes[is_about_quiet(one)].append(one)
    return Ran(report, tuple(notes[True]), tuple(notes[False]))


def _ground(environment: Environment, event: Event, inputs: Inputs, paths: tuple[str, ...]) -> _Ground:
    pull = event.pull_request
    if environment.event_name == "pull_request_target":
        raise UsageError(
            "pull_request_target gives strangers' changes the rights of the base", hint="run on pull_request"
        )
    if pull is None:
        return _Ground(configuration(paths, inputs.config or None))
    tree = work_tree(paths[0] if os.path.isdir(paths[0]) else os.path.dirname(paths[0]))
    if tree is None:
        raise UsageError(f"{paths[0]!r} lies in no git repository", hint="check out the pull request first")
    return _of_pull(environment, pull, inputs, tree, paths)


def _of_pull(
    environment: Environment, pull: PullRequest, inputs: Inputs, tree: WorkTree, paths: tuple[str, ...]
) -> _Ground:
    client = partial(_client, environment) if environment.token else None
    known = basis(Asked(tree, pull, environment.repository, inputs.base_ref, client))
    head = partial(git_change.content, tree, "HEAD")
    where = wanted(tree.top, paths[0], inputs.config)
    notes = [known.how]
    try:
        sides = of_both(where, known.base, head)
    except ApiProblem as problem:
        notes.append(f"GitHub does not tell the base's configuration: {problem.sentence}")
        sides = of_both(where, None, head)
    return _Ground(sides.found, known, quieted(known, sides.found, tree), (*notes, *sides.notes))


def _client(environment: Environment) -> Client:
    from dimorder.hub.client import Client  # which loads what speaks HTTP: most checkouts need no network

    return Client(environment.api, environment.token, environment.graphql)


def _architecture(inputs: Inputs) -> str:
    """The file that it lies in; "" where none is named."""
    if not inputs.architecture or inputs.architecture.startswith("app:"):
        return ""
    from dimorder.flow.code_files import split  # which loads what reads code

    return split(inputs.architecture)[0]


def _inside(paths: tuple[str, ...], workspace: str) -> tuple[str, ...]:
    """The paths, none of which leads out of the checkout."""
    for path in paths:
        real = os.path.realpath(path)
        if os.path.commonpath((real, workspace)) != workspace:
            raise UsageError(f"{path!r} leads out of the checkout", hint="name paths from its top")
    return paths
