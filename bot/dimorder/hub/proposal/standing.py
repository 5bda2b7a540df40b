"""What of ours stands in a repository already, and whether it, or somebody there, has said no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dimorder.hub.author import Author
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.body import STOP, is_ticked
from dimorder.hub.proposal.content import INVITATION, Mark, content_of, mark_in, mark_of

ENOUGH = 2
"""Pull requests that people closed: no for the repository."""
_MOST = 50_000
"""Pull requests of a repository: 500 calls."""
_HIDDEN = (403, 410)
"""Our token may not see issues, or they are switched off."""


@dataclass(frozen=True, slots=True)
class Ours:
    """A pull request, or an issue, that we wrote. branch, head: "" of an issue. home: of the branch, "" if it is gone.

    is_done: merged. labels: in small letters.
    """

    number: int
    url: str
    is_open: bool
    is_done: bool
    mark: Mark
    title: str
    body: str
    labels: frozenset[str]
    branch: str = ""
    head: str = ""
    home: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether a person closed it."""
        return not self.is_open and not self.is_done and not self.mark.closed

    @property
    def counts(self) -> bool:
        """Whether it stands for or against another one; what we closed ourselves does not."""
        return self.is_open or not self.mark.closed

    @property
    def is_asked_for(self) -> bool:
        """Whether somebody ticked the box that asks for a new branch."""
        return self.is_open and is_ticked(self.body)


@dataclass(frozen=True, slots=True)
class Standing:
    """pulls: all that we ever opened there, the newest first. no: why the repository wants nothing; "" if it may."""

    pulls: tuple[Ours, ...]
    no: str

    @property
    def open(self) -> tuple[Ours, ...]:
        """Those that are not closed; one that we closed and a person has opened again is that person's."""
        return tuple(one for one in self.pulls if one.is_open and not one.mark.closed)

    @property
    def proposals(self) -> tuple[Ours, ...]:
        """Those of them that bring weights or code: an invitation holds whatever there is to convert."""
        return tuple(one for one in self.open if one.mark.content != content_of(INVITATION))

    def of(self, content: str) -> Ours | None:
        """The newest for this content, unless it is closed and that was us."""
        return next((one for one in self.pulls if content.startswith(one.mark.content) and one.counts), None)


def standing(client: Client, repository: str, us: Author) -> Standing:
    """Look it up: a call for every hundred pull requests, and one for the label.

    GitHub is not asked to choose by author, for that may find nothing where there is something: the filter does not
    know the names of apps everywhere (https://github.com/renovatebot/renovate/issues/44730).
    """
    owner, name = owned(repository)
    query = {"state": "all", "sort": "created", "direction": "desc"}
    pulls = ours(client.pages("repos", owner, name, "pulls", query=query, most=_MOST), us)
    refused = [one for one in pulls if one.is_refused]
    if any(one.is_open and not one.mark.said for one in pulls):
        return Standing(pulls, "somebody has rewritten the text of our pull request")
    if any(STOP in one.labels for one in pulls) or _is_labelled(client, repository):
        return Standing(pulls, f"the label {STOP} is set there")
    if len(refused) >= ENOUGH:
        return Standing(pulls, f"{len(refused)} of our pull requests were closed there")
    return Standing(pulls, "")


def ours(found: Iterable[dict[str, Any]], us: Author) -> tuple[Ours, ...]:
    """Those among them that we wrote: anybody can copy a mark, and nobody else can be us."""
    return tuple(one for told in found if (one := own(told, us)))


def own(told: Any, us: Author) -> Ours | None:
    """A pull request or issue as GitHub describes it, if it is ours: it has a mark, or at least the branch of one."""
    user = told.get("user") if isinstance(told, dict) else None
    if not isinstance(user, dict) or user.get("id") != us.id or not isinstance(told.get("number"), int):
        return None
    body = str(told.get("body") or "")
    head = told.get("head") if isinstance(told.get("head"), dict) else {}
    mark = mark_in(body) or mark_of(_text(head, "ref"))
    if mark is None:
        return None
    return Ours(
        told["number"], _text(told, "html_url"), told.get("state") == "open",
        bool(told.get("merged_at")), mark, _text(told, "title"), body,
        _labels(told),
        _text(head, "ref"), _text(head, "sha"), _text(head.get("repo"), "full_name"),
    )  # fmt: skip


def _is_labelled(client: Client, repository: str) -> bool:
    """Whether anything there has the label: who may set it may speak for the repository."""
    owner, name = owned(repository)
    try:
        found = client.get("repos", owner, name, "issues", query={"labels": STOP, "state": "all", "per_page": "1"})
    except ApiProblem as problem:
        if problem.status in _HIDDEN and not problem.wait:
            return False
        raise
    return any(STOP in _labels(one) for one in found or ())


def _labels(told: Any) -> frozenset[str]:
    """In small letters: to GitHub capitals make no other label."""
    return frozenset(_text(label, "name").lower() for label in told.get("labels") or ())


def _text(told: Any, key: str) -> str:
    value = told.get(key) if isinstance(told, dict) else None
    return value if isinstance(value, str) else ""
