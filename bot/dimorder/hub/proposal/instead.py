"""An issue in place of a pull request, where Git LFS takes no new objects through a fork: one, with the command."""

from __future__ import annotations

from functools import partial
from typing import Any

from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.carriage import Carriage
from dimorder.hub.proposal.content import CODE, Outcome, marked
from dimorder.hub.proposal.errand import Errand
from dimorder.hub.proposal.insisting import again, once
from dimorder.hub.proposal.standing import ENOUGH, Ours, ours, own
from dimorder.report import words
from dimorder.report.escape import code, inert, verbatim
from dimorder.report.markdown_parts import section

TITLE = "Weights in Theano's layout: one command converts them, proven"
_GONE = 410
_ROWS = 40


def issue(errand: Errand, carriage: Carriage) -> Outcome:
    """See that it is there; closed by somebody, it is a no."""
    try:
        there = once(errand.client, partial(_found, errand), partial(_written, errand, carriage))
    except ApiProblem as problem:
        if problem.status == _GONE:
            return Outcome("refused", "", "Git LFS takes nothing through a fork, and issues are switched off")
        raise
    if not there.is_open:
        return Outcome("stopped", there.url, "it was closed, which is a no for these files")
    if there.mark.content != errand.proposal.content:
        place = (*errand.repository, "issues", str(there.number))
        again(errand.client, partial(errand.client.write, "PATCH", *place, document=_document(errand, carriage)))
    return Outcome("issue", there.url, "Git LFS takes no new objects through a fork")


def _found(errand: Errand) -> Ours | None:
    """The one about these files; else one that is open, or the newest of those that people closed, if that is enough:
    there is never a second one.
    """
    query = {"state": "all", "sort": "created", "direction": "desc"}
    listed = errand.client.pages(*errand.repository, "issues", query=query)
    found = ours((told for told in listed if not told.get("pull_request")), errand.us)
    same = [one for one in found if one.mark.content == errand.proposal.content]
    others = [one for one in found if one.is_open] or (found if len(found) >= ENOUGH else ())
    return next(iter((*same, *others)), None)


def _document(errand: Errand, carriage: Carriage) -> dict[str, str]:
    return {"title": f"{errand.manners.prefix}{TITLE}", "body": _body(errand, carriage)}


def _written(errand: Errand, carriage: Carriage) -> Ours:
    document = _document(errand, carriage)
    told: Any = errand.client.write("POST", *errand.repository, "issues", document=document)
    one = own(told, errand.us)
    assert one is not None, "we wrote it, with its mark"
    return one


def _body(errand: Errand, carriage: Carriage) -> str:
    originals = [one.path for one in errand.proposal.moved if one.target != CODE]
    files, they = ("a weight file", "It") if len(originals) == 1 else (f"{len(originals)} weight files", "They")
    lines = [
        f"This repository holds {files} in Theano's layout. {they} can be converted to TensorFlow's, with a proof that "
        "the predictions do not move.",
        *section("Assumed, not proven", errand.proposal.assumed, _ROWS),
        "",
        "### What to do",
        "",
        "A pull request cannot bring them: Git LFS keeps "
        f"{', '.join(code(path) for path in sorted(carriage.lfs)[:_ROWS])}, and it takes no new objects through a "
        "public fork. With dimorder installed, this command writes the converted files and their certificates beside "
        "the originals:",
        "",
        verbatim(words.command("dimorder", "check", "--fix", *errand.proposal.accepting, *originals[:_ROWS])),
        "",
        "This issue is automated, and there is one. Closed, it does not come back for these files as they are now.",
    ]
    return marked(inert("\n".join(lines)), errand.proposal.moved, "0" * 16)
