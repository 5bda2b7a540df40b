"""A run told: files, the log with its annotations, the step's summary and outputs."""

from __future__ import annotations

import os
from dataclasses import replace

from dimorder import cli_show
from dimorder.action.environment import Environment
from dimorder.action.files import Folder, append, fresh, kept, outputs
from dimorder.action.inputs import Form, Inputs
from dimorder.action.judging import Ran
from dimorder.cli_options import FINDING_FORMATS, Sink, Told
from dimorder.flow.naming import CERTIFICATE
from dimorder.report import markdown
from dimorder.report.escape import prose
from dimorder.report_data import FindingsReport

SUMMARY = 900 << 10
"""Bytes; GitHub takes 1,024 KiB from one step: https://docs.github.com/en/actions/reference/workflows-and-actions."""
_READ: Form = "json"
_MOST_QUIETED = 20
_LONGEST_NOTES = 4000


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
    """The text for whoever reads the log, then the annotations."""
    for form in ("text", "github"):
        sink = Sink("text" if form == "text" else "github")
        cli_show.show(ran.report, Told((sink,), quiet=False, verbose=False, colour=False))
    cli_show.show_walls(Told((), quiet=False, verbose=True, colour=False))


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


def page(ran: Ran, *, footer: str = "") -> str:
    """The report as Markdown: the verdict, then what the change keeps quiet itself, then all the rest."""
    verdict, _, rest = markdown.render(replace(ran.report, notes=())).partition("\n")
    parts = [verdict, _quieted(ran.quieted), rest.strip("\n"), _notes(ran.notes), footer]
    return "\n\n".join(part for part in parts if part) + "\n"


def summary(text: str, report: FindingsReport) -> str:
    """What fits into a step's summary: the page, else its beginning, else the verdict."""
    if len(text.encode("utf-8", "replace")) <= SUMMARY:
        return text
    more = f"\n\n(cut here: {len(report.findings)} findings stand in the JSON report)\n"
    head = text.encode("utf-8", "replace")[: SUMMARY - len(more)].decode("utf-8", "ignore")
    return head.rpartition("\n")[0] + more


def _quieted(told: tuple[str, ...]) -> str:
    if not told:
        return ""
    left = len(told) - _MOST_QUIETED
    more = [f"* and {left} more"] if left > 0 else []
    return "\n".join(["### Kept quiet by this change", "", *_bullets(told[:_MOST_QUIETED]), *more])


def _notes(told: tuple[str, ...]) -> str:
    return "\n".join(["### About this run", "", *_bullets(told)])[:_LONGEST_NOTES] if told else ""


def _bullets(told: tuple[str, ...]) -> list[str]:
    return [f"* {prose(one, 400)}" for one in told]
