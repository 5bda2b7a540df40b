"""What a pull request says: that the predictions did not move, on which assumptions, and how to be rid of the bot.

Foreign text (paths, names of layers) reaches it through `report.escape` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dimorder.hub.proposal.content import Manners
from dimorder.proposal import Made
from dimorder.report import words
from dimorder.report.escape import cell, code, inert, prose
from dimorder.report.markdown import COMMENT
from dimorder.report.markdown_convert import added, evidence
from dimorder.report.markdown_parts import folded, listed, section, table
from dimorder.report_data import ConvertReport, Fixed, Unfixed

STOP = "dimorder:stop"
"""The label that ends it."""
TICKED, UNTICKED = "- [x] <!-- dimorder:rebase -->", "- [ ] <!-- dimorder:rebase -->"
_AS_IT_IS = "unconverted"
"""The control that feeds the original to the target's Keras: engine.proof.mistakes."""
_RAISES = "would raise"
_ADDRESS = re.compile(r"https://[A-Za-z0-9._~/?=&%:-]+")
_CUT = "The whole report of each conversion does not fit here; its certificate, in this pull request, holds everything."


def title(made: Made, manners: Manners) -> str:
    """One line without a word of others."""
    if not made.reports:
        return f"{manners.prefix}Move model code to TensorFlow's layout"
    and_code = ", and move the code to it" if made.code else ""
    return f"{manners.prefix}Add TensorFlow-ordered weights, proven to predict the same{and_code}"


def text(made: Made, manners: Manners) -> str:
    """The body with as many rows as there is room for; without the single reports where there is next to none."""
    for rows in COMMENT.rows:
        written = _whole(made, manners, rows)
        if written:
            return written
    rows = COMMENT.rows[-1]
    return _text([*_above(made, rows), "", _CUT, *_below(made, manners, rows)])


def _whole(made: Made, manners: Manners, rows: int) -> str:
    """All of it; "" as soon as it is known not to fit."""
    above, below = _above(made, rows), _below(made, manners, rows)
    room, told = COMMENT.most - _size(above) - _size(below), list[str]()
    for one in made.reports:
        lines = ["", *added(one, rows)]
        room -= _size(lines)
        if room < 0:
            return ""
        told += lines
    return _text([*above, *told, *below])


def _size(lines: list[str]) -> int:
    """Bytes of UTF-8, at least; `inert` adds a few to what looks like a command."""
    return sum(len(line.encode("utf-8", "replace")) + 1 for line in lines)


def is_ticked(body: str) -> bool:
    """Whether somebody asks for the branch to be made anew."""
    return TICKED in body or TICKED.replace("x", "X", 1) in body


def _text(lines: list[str]) -> str:
    return inert("\n".join(lines) + "\n")


def _above(made: Made, rows: int) -> list[str]:
    """The verdict, what it rests on, and one line for each file."""
    return [*_verdict(made), *_assumed(made.reports, rows), *_to_do(made), *_table(made.reports, rows)]


def _verdict(made: Made) -> Iterator[str]:
    if not made.reports:
        yield "**Model code is moved to TensorFlow's layout**, as this repository asks for. Look at every change."
        return
    yield f"**The predictions did not move.** {_worst(made.reports)}"
    yield ""
    count = len(made.reports)
    files, it = ("a weight file", "it") if count == 1 else (f"{count} weight files", "them")
    yield (
        f"This repository holds {files} in Theano's layout. {_today(made.reports, it)} This adds the same weights in "
        "TensorFlow's layout, with a certificate beside each. "
        + ("Code is edited as listed below; no other file is changed." if made.code else "No existing file is changed.")
    )


def _today(reports: tuple[ConvertReport, ...], it: str) -> str:
    """What becomes of the originals, as far as the proofs have tried it."""
    as_is = "as it is" if it == "it" else "as they are"
    tried = [one for report in reports if report.proof for one in report.proof.controls if one.name == _AS_IT_IS]
    loads = {not one.because.startswith(_RAISES) for one in tried if one.told_apart or one.because}
    if loads == {True}:
        return f"A model in TensorFlow's layout loads {it} {as_is} without a word, and predicts wrongly."
    if loads == {False}:
        return f"A model in TensorFlow's layout cannot load {it} {as_is}."
    return f"A model in TensorFlow's layout cannot load {it} {as_is}, or loads {it} and predicts wrongly."


def _worst(reports: tuple[ConvertReport, ...]) -> str:
    """The figure that is nearest to its limit."""
    proofs = [one.proof for one in reports if one.proof and one.proof.relative_l2 is not None]
    if not proofs:
        return ""
    worst = max(proofs, key=lambda proof: (proof.relative_l2 or 0.0) / words.limit(proof))
    return f"{words.measured(worst)[:1].upper()}{words.measured(worst)[1:]}."


def assumed(reports: tuple[ConvertReport, ...]) -> tuple[str, ...]:
    """What is not proven, each once, in foreign words as well."""
    return tuple(dict.fromkeys(one for report in reports for one in report.assumptions))


def _assumed(reports: tuple[ConvertReport, ...], rows: int) -> list[str]:
    """What is not known for certain, with its evidence, before anything else is told."""
    found = assumed(reports)
    if not found:
        return []
    seen = tuple(dict.fromkeys(one for report in reports if report.assumptions for one in report.evidence))
    return [*section("Assumed, not proven", found, rows), *folded("What speaks for it", evidence(seen, rows))]


def _table(reports: tuple[ConvertReport, ...], rows: int) -> list[str]:
    heads = ("original", "added", " relative L2", " same class", " mistakes told apart")
    return table(heads, reports, _row, max(rows, 15), "files") if len(reports) > 1 else []


def _row(one: ConvertReport) -> tuple[str, ...]:
    figures = [words.NONE, words.NONE, words.NONE]
    if one.proof:
        tried = [control for control in one.proof.controls if control.applicable]
        apart = f"{sum(control.told_apart for control in tried)} of {len(tried)}"
        figures = [words.figure(one.proof.relative_l2), words.share(one.proof.top1_agreement), apart]
    return cell(one.source), cell(one.target), *figures


def _below(made: Made, manners: Manners, rows: int) -> list[str]:
    return [
        *listed("Edits of code", made.code, _edited, rows),
        *listed("Not converted", made.left, _left, rows),
        *_automated(manners),
    ]


def _edited(one: Fixed) -> str:
    return f"{code(one.path)}: {prose('; '.join(one.edits))}"


def _left(one: Unfixed) -> str:
    return f"{code(one.path)}: {prose(one.because)}"


def _to_do(made: Made) -> list[str]:
    merge = "Merge it, then let code load the new files; the originals may stay or go." if made.reports else "Merge it."
    again = " The command at the end of each proof runs it again, with dimorder installed." if made.reports else ""
    return ["", "### What to do", "", f"- {merge}{again}", "- Close it if you do not want it."]


def _automated(manners: Manners) -> list[str]:
    """Who wrote it, and how to be rid of him."""
    return [
        "",
        "---",
        "",
        f"This pull request is automated: {_name(manners.home)} wrote it, and nobody has looked at it before you. "
        "How to stop it:",
        "",
        "- Closed, it does not come back for these files as they are now.",
        f"- Two closed ones, or the label `{STOP}` on any issue or pull request, mean no for the whole repository.",
        "- So does `enabled: false` below `bot:` in `.dimorder.yml` "
        "(`[tool.dimorder.bot] enabled = false` in `pyproject.toml`).",
        "- Once somebody else commits to its branch, it is left alone.",
        "",
        f"{UNTICKED} Tick this box to have the branch made anew on the newest base.",
    ]


def _name(home: str) -> str:
    """With a link to whoever runs it, where that is an address."""
    return f"[dimorder]({home})" if _ADDRESS.fullmatch(home) else "dimorder"
