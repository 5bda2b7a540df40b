"""Running a flow apart from the caller.

For the time being in the same process: what matters is that nothing but open files goes in and nothing but a plain
value comes out, so that a child process can slip underneath without a change above.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO, TypeVar

Options = TypeVar("Options")
Report = TypeVar("Report")
Files = Mapping[str, BinaryIO]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def run_isolated(
    flow: Callable[[Files, Mapping[str, str], Options, Progress], Report],
    files: Files,
    names: Mapping[str, str],
    options: Options,
    progress: Progress,
) -> Report:
    """The report of `flow` on open files.

    files: by role: source, target (opened for writing and reading), architecture, samples, expect.
    names: by role the path to show in messages and reports; it is never opened.
    """
    return flow(files, names, options, progress)
