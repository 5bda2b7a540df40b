"""A request is carried out, or not, as the fault that struck it has it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from github_com.answering import Answered, Sent
from github_com.faults import LEAVE_NO_TRACE, Kind
from github_com.hub import Hub
from github_com.refusal import Refusal, bad_credentials, not_found, primary, secondary
from github_com.wire import Response

_LATE = 0.05
"""Seconds after the connection has ended."""
_PAGE = b"<html><body>Whoa there!</body></html>"
_ALREADY = {
    "ref": "Reference already exists", "ref-delete": "Reference does not exist",
    "pull": "A pull request already exists.",
}  # fmt: skip
_DOUBLED = frozenset({"issue", "comment"})
"""GitHub makes two of them for whoever sends them twice, and nobody can help it."""
Carry = Callable[[Hub, Sent], Answered]


def answer(hub: Hub, sent: Sent, carry: Carry) -> tuple[Answered, str]:
    """What is answered, and what becomes of it on its way: a kind of fault, or nothing."""
    kind = hub.faults.choose(sent.method, sent.target.removeprefix("/api/v3"))
    if kind in LEAVE_NO_TRACE:
        return Answered(_instead(hub, kind), None, ""), kind
    if kind == "late":
        hub.late.append(threading.Thread(target=_later, args=(hub, sent, carry), daemon=True))
        hub.late[-1].start()
        return Answered(Response(0), None, ""), kind
    told = carry(hub, sent)
    if kind == "twice" and told.write is not None and told.write.kind not in _DOUBLED:
        told = carry(hub, sent)
    if kind == "502 after":
        told.response = Response(502, raw=_PAGE, media="text/html")
    if kind == "already exists" and told.write is not None and told.write.kind in _ALREADY:
        told.response = _refused(Refusal(422, _ALREADY[told.write.kind]))
    return told, "" if kind == "fine" else kind


def _later(hub: Hub, sent: Sent, carry: Carry) -> None:
    time.sleep(_LATE)
    carry(hub, sent)


def _refused(refusal: Refusal) -> Response:
    return Response(refusal.status, refusal.document, headers=refusal.headers)


def _instead(hub: Hub, kind: Kind) -> Response:
    if kind == "500":
        return Response(500, {"message": "Server Error"})
    if kind == "html":
        return Response(200, raw=_PAGE, media="text/html")
    refusals = {
        "secondary": secondary(hub.faults.wait), "primary": primary(int(hub.world.now()) + hub.faults.wait),
        "429": Refusal(429, "Too Many Requests"), "expired": bad_credentials(), "not found": not_found(),
        "conflict": Refusal(409, "Conflict"),
    }  # fmt: skip
    return _refused(refusals[kind]) if kind in refusals else Response(0)
