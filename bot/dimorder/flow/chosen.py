"""Which files a run of `check` looks at: by paths, by what is excluded, by what changed, or the standard input."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from dimorder.errors import UsageError
from dimorder.flow.concerned import concerned
from dimorder.flow.git_answers import changed_since
from dimorder.flow.hook import of_index
from dimorder.flow.kinds import by_name
from dimorder.flow.naming import CERTIFICATE
from dimorder.flow.settings import Settings
from dimorder.flow.stdin import DASH, place
from dimorder.flow.walk import Passed, Place, places


def chosen(stack: ExitStack, paths: Sequence[str], settings: Settings) -> list[Place | Passed]:
    """Files, and what is passed over, in order; what stands on the standard input is kept as long as the stack."""
    if DASH in paths:
        if len(paths) > 1 or settings.base or settings.write_baseline:
            raise UsageError("- is checked alone", hint="leave out other paths, --base and --write-baseline")
        return [place(stack, settings.stdin_filename, settings.max_size)]
    if settings.stdin_filename:
        raise UsageError("--stdin-filename names the standard input", hint="add - as the only path")
    if settings.hook:
        return of_index(paths, settings.excludes)
    found = list(places(paths, settings.excludes))
    found = concerned(found, settings.changed) if settings.changed else found
    if not settings.base:
        return found
    changed = changed_since(settings.base, paths[0] if os.path.isdir(paths[0]) else os.path.dirname(paths[0]))
    return list(_changed(found, changed))


def _changed(found: Sequence[Place | Passed], changed: frozenset[str]) -> Iterator[Place | Passed]:
    """Those that changed; a model also where a certificate beside it did, which may have kept it silent."""
    certified = {os.path.dirname(path) for path in changed if path.endswith(CERTIFICATE)}
    for one in found:
        path = one.path if isinstance(one, Place) else one.skipped.path
        folder = os.path.realpath(os.path.dirname(path))
        is_model = by_name(path) in ("model", "text")
        if os.path.join(folder, os.path.basename(path)) in changed or (is_model and folder in certified):
            yield one
