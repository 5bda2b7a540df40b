"""A run told: files, the log with its annotations, the step's summary and outputs."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from dimorder import cli_show
from dimorder.action.environment import Environment
from dimorder.action.files import Folder, append, fresh, kept, outputs
from dimorder.action.inputs import Form, Inputs
from dimorder.action.judging import Ran
from dimorder.cli_options import FINDING_FORMATS, Sink, Told
from dimorder.flow.naming import CERTIFICATE
from dimorder.report import github, markdown
from dimorder.report.escape import prose
from dimorder.report.markdown import Room

SUMMARY = 900 << 10
"""Bytes; GitHub takes 1,024 KiB from one step: https://docs.github.com/en/actions/reference/workflows-and-actions."""
_READ: Form = "json"
_ANNOTATED = 10
"""Sentences in one annotation."""
_LONGEST = 4000
"""Characters of what stands around the report, each part of it."""
_SUMMARY = replace(markdown.SUMMARY, most=SUMMARY - 1024)
_COMMENT = replace(markdown.COMMENT, most=64_000)
"""Room for the whole page; GitHub takes 65,536 characters, and the comment's mark is among them."""


def files(ran: Ran, environment: Environment, inputs: Inputs) -> tuple[Folder, tuple[str, ...]]:
    """The reports that were asked for, and the certificates, as files; the paths of the latter."""
    folder = fresh(environment.workspace)
    # The JSON is what the job that comments reads.
    for form in dict.fromkeys((*inputs.output, _READ)):
        if form in FINDING_FORMATS:
            told = Told((Sink(form, folder.file(form)),), quiet=False, verbose=False, colour=False)
            cli_show.show(ran.report, told)
    fixes = ran.report.fixes
    written = {os.path.realpath(one.path) for one in fixes.fixed} if fixes and fixes.written else set()
    return folder, kept(folder, (path for path in written | ran.changed if path.endswith(CERTIFICATE)))


def log(ran: Ran) -> None:
    """The text for whoever reads the log, then the annotations, of which the run's page shows ten of each kind."""
    cli_show.show(ran.report, Told((Sink("text"),), quiet=False, verbose=False, colour=False))
    if ran.quieted:
        left = len(ran.quieted) - _ANNOTATED
        _annotate("warning", "dimorder: kept quiet by this change",
                  [*ran.quieted[:_ANNOTATED], *([f"and {left} more"] if left > 0 else [])])  # fmt: skip
    cli_show.show(ran.report, Told((Sink("github"),), quiet=False, verbose=False, colour=False))
    cli_show.show_walls(Told((), quiet=False, verbose=True, colour=False))


def notice(sentence: str) -> None:
    """A word in the log that the run's page shows too."""
    _annotate("notice", "dimorder", [sentence])


def _annotate(level: github.Level, title: str, lines: list[str]) -> None:
    sys.stdout.write(github.command(level, {"title": title}, lines) + "\n")
    sys.stdout.flush()


def finished(environment: Environment, inputs: Inputs, ran: Ran, folder: Folder, certificates: tuple[str, ...]) -> None:
    """What later steps are told."""
    there = {form: f"{folder.name}/{os.path.basename(folder.file(form))}" for form in inputs.output}
    there = {form: path for form, path in there.items() if os.path.isfile(os.path.join(environment.workspace, path))}
    values = {
        "verdict": ran.report.outcome,
        "findings": str(len(ran.report.findings)),
        "report": there.get("html", f"{folder.name}/report.json"),
        "sarif": there.get("sarif", ""),
        "certificate": "\n".join(certificates),
        "folder": folder.name,
    }
    append(environment.output, outputs(values))


def page(ran: Ran, room: Room = _COMMENT, *, footer: str = "") -> str:
    """The report as Markdown: the verdict, then what the change keeps quiet itself, then all the rest."""
    quieted, notes = _section("Kept quiet by this change", ran.quieted), _section("About this run", ran.notes)
    left = room.most - len("\n\n".join((quieted, notes, footer)).encode("utf-8", "replace")) - 100
    text = markdown.render(replace(ran.report, notes=()), replace(room, most=left))
    verdict, _, rest = text.partition("\n")
    return "\n\n".join(part for part in (verdict, quieted, rest.strip("\n"), notes, footer) if part) + "\n"


def summary(ran: Ran) -> str:
    """The page for the step's summary, which has room for more rows; cut where that is not enough."""
    data = page(ran, _SUMMARY).encode("utf-8", "replace")
    if len(data) <= SUMMARY:
        return data.decode()
    more = "\n\n(cut here: the JSON report holds everything)\n"
    return data[: SUMMARY - len(more)].decode("utf-8", "ignore").rpartition("\n")[0] + more


def _section(title: str, told: tuple[str, ...]) -> str:
    """As many of the sentences as there is room for; nothing where there are none."""
    if not told:
        return ""
    shown, room = [], _LONGEST
    for line in _bullets(told):
        room -= len(line)
        if room < 0:
            break
        shown.append(line)
    left = len(told) - len(shown)
    more = [f"* and {left} more: see the JSON report"] if left else []
    return "\n".join([f"### {title}", "", *shown, *more])


def _bullets(told: tuple[str, ...]) -> list[str]:
    return [f"* {prose(one, 400)}" for one in told]
