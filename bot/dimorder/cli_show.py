"""What reaches the user: reports in the formats asked for, errors, the progress bar, bug reports."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Literal, TextIO

from click import ClickException

from dimorder.cli_options import Sink, Told
from dimorder.errors import DimorderError
from dimorder.report import escape
from dimorder.report_data import FindingsReport, Report
from dimorder.sandbox import isolated
from dimorder.sandbox.files import explaining
from dimorder.sandbox.publish import publish
from dimorder.sandbox.temporary import temporary

PATIENCE = 1.0
"""Seconds before a progress bar appears."""
Progress = Callable[[str, int, int], None]


def prepare(told: Told) -> None:
    """Load what most runs tell their report with, while others still start."""
    if any(sink.form == "text" for sink in told.sinks):
        from dimorder.report import text  # noqa: F401


def show(report: Report, told: Told) -> None:
    """The report in every format asked for."""
    for sink in told.sinks:
        _put(sink, _rendered(report, sink, told))


def show_error(error: DimorderError, told: Told | None = None, source: str = "") -> None:
    """One sentence and a way out; JSON sinks get a document that says the same, GitHub a command.

    SARIF and GitLab's reports would say that all earlier findings are mended: there a missing file is the truth.
    """
    say(f"error[{error.code}]" if error.code else "error", error.sentence)
    if error.hint:
        _to(sys.stderr, escape.inert(f"    hint: {escape.plain(error.hint, 1000)}\n"))
    for sink in told.sinks if told else ():
        if sink.form == "json":
            from dimorder.report import as_json

            _put(sink, escape.as_json(as_json.refused(error, source)))
        if sink.form == "github":
            from dimorder.report import github

            _put(sink, github.refused(error))


def show_misuse(error: ClickException) -> None:
    """What is wrong with the call, in click's words; the words of the call in it are escaped."""
    told = StringIO()
    error.show(told)
    _to(sys.stderr, escape.lines(told.getvalue()))


def say(what: str, sentence: str) -> None:
    """One line to the standard error."""
    colour = has_colour(sys.stderr, None)
    label = f"\x1b[1;31m{what}:\x1b[0m" if colour else f"{what}:"
    _to(sys.stderr, escape.inert(f"{label} {escape.plain(sentence, 2000)}\n"))


def show_walls(told: Told) -> None:
    """What closed the readers off, for those who want to know, and for all where that was nothing."""
    found = isolated.walls()
    if found and (told.verbose or not (found.seccomp or found.landlock or told.quiet)):
        _to(sys.stderr, f"files were read behind: {found}\n")


def show_bug(problem: BaseException | None, arguments: Sequence[str]) -> None:
    """A report ready to paste; foreign text in it is escaped."""
    import platform
    from shlex import join

    from dimorder import __version__
    from dimorder.hub.redaction import redacted

    told = "".join(traceback.format_exception(problem)) if problem else ""
    lines = [
        "this is a bug of dimorder; the original was not touched.",
        "Please report it with the lines between the marks (check them for names you do not want to share).",
        "----8<----",
        f"dimorder {__version__}, Python {platform.python_version()}, {platform.platform()}",
        ", ".join(f"{name} {_version(name)}" for name in ("numpy", "h5py", "msgspec", "click", "rich")),
        escape.plain(f"$ {join(['dimorder', *arguments])}", 10_000),
        *told.splitlines(),
        "----8<----",
    ]
    say("bug", lines[0])
    _to(sys.stderr, escape.lines(redacted("\n".join(lines[1:]))) + "\n")


def has_colour(stream: TextIO, wanted: bool | None) -> bool:
    """Colours on terminals only, unless --no-color, NO_COLOR or TERM=dumb say otherwise."""
    if wanted is False or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """A signal raises KeyboardInterrupt at once, and once more where the function given here is called.

    The second time counts where the first was lost: Python drops what is raised in its garbage collector.
    """
    came: list[int] = []

    def stop(number: int, frame: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    def check() -> None:
        if came:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield check
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def watched(told: Told) -> Iterator[Progress]:
    """A progress bar on the standard error, where that is a terminal and the work takes long."""
    if told.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    console = Console(stderr=True, no_color=not has_colour(sys.stderr, told.colour))
    bar = Progress(*columns, console=console, transient=True)
    start, task = time.monotonic(), bar.add_task("")

    def watch(stage: str, done: int, total: int) -> None:
        if not bar.live.is_started and time.monotonic() - start > PATIENCE:
            bar.start()
        bar.update(task, description=escape.plain(stage), completed=done, total=max(total, 1))

    try:
        yield watch
    finally:
        bar.stop()


def _rendered(report: Report, sink: Sink, told: Told) -> str:
    """Each renderer is loaded when it is asked for."""
    if sink.form == "json":
        from dimorder.report import as_json

        return as_json.render(report)
    if sink.form == "markdown":
        from dimorder.report import markdown

        return markdown.render(report)
    if sink.form == "html":
        from dimorder.report.html.render import render

        return render(report)
    if sink.form != "text":
        assert isinstance(report, FindingsReport), "the options offer these formats to `check` only"
        return _findings(report, sink.form)
    from dimorder.report import text
    from dimorder.report.paper import Look

    if sink.path:
        return text.render(report, Look(width=100, verbose=told.verbose, quiet=told.quiet))
    width = shutil.get_terminal_size((100, 24)).columns
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    colour = has_colour(sys.stdout, told.colour)
    return text.render(report, Look(width, colour, unicode, told.verbose, told.quiet))


def _findings(report: FindingsReport, form: Literal["sarif", "github", "junit", "gitlab"]) -> str:
    if form == "sarif":
        from dimorder.flow.rule_pages import pages
        from dimorder.report import sarif

        return sarif.render(report, pages())
    from dimorder.report import github, gitlab, junit

    return {"github": github.render, "junit": junit.render, "gitlab": gitlab.render}[form](report)


def _put(sink: Sink, text: str) -> None:
    if not sink.path:
        _to(sys.stdout, text)
    elif os.path.exists(sink.path) and not os.path.isfile(sink.path):
        with explaining(f"cannot write {sink.path!r}"), open(sink.path, "w", encoding="utf-8") as pipe:
            pipe.write(text)
    else:
        with temporary(sink.path) as temp:
            temp.file.write(text.encode("utf-8"))
            publish(temp, force=True)


def _to(stream: TextIO, text: str) -> None:
    """Write and flush; a reader that went away (`| head`) is no failure of ours."""
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        text = text.encode("ascii", "backslashreplace").decode("ascii")
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # Nothing more goes there, or the interpreter would fail on it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            with explaining("cannot write the report to the standard output"):
                raise


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # nobody waits for it but who has met a bug

    try:
        return version(name)
    except PackageNotFoundError:
        return "?"
