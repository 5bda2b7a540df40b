"""Whether a repository has to be judged, found out without a clone: two requests at most where nothing has changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timezone

from dimorder.fleet import Line, Word
from dimorder.hub.access import Access
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem
from dimorder.hub.sweep.candidate import Candidate
from dimorder.hub.sweep.kept import is_shown, place
from dimorder.hub.sweep.ledger import Entry, Ledger
from dimorder.hub.sweep.task import Task, Wishes

MERGED = "merged"
"""Nothing changes that any more."""
_EMPTY = 409
"""https://docs.github.com/en/rest/git/refs: a repository without a commit."""
_PAST = 120.0
"""Seconds; by so much clocks may differ."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A pull request when we looked. at: when it was last changed, as GitHub writes it; `MERGED`, "" for a closed one.

    tag: of GitHub's answer; asked by it, an answer that is still the same counts for no limit.
    """

    at: str = ""
    tag: str = ""


NOT_SEEN = Seen()


def due(access: Access, ledger: Ledger, one: Candidate, wishes: Wishes, run: str) -> Task | Line:
    """The job to be done, or the line of a repository that needs none. Raises ApiProblem."""
    entry = ledger.entry(one.name, applied=wishes.apply)
    key = wishes.key(named=one.named)
    same = entry is not None and _holds(entry, one, wishes, key)
    is_quiet = bool(entry and same and one.pushed and entry.pushed == one.pushed)
    if entry and is_quiet and (known := _untouched(access, entry)):
        if known != entry:
            ledger.remember(known, applied=wishes.apply)
        return _remembered(known, wishes)
    client = access.reading(_owner(one.name))
    commit = head(client, one.name, one.branch)
    if not commit:
        return Line(one.name, "excluded", "it is empty")
    if entry and same and not is_quiet and entry.commit == commit and (known := _untouched(access, entry)):
        ledger.remember(replace(known, pushed=_of_the_past(one.pushed)), applied=wishes.apply)
        return _remembered(known, wishes)
    return Task(
        one.name, one.branch, commit, _of_the_past(one.pushed), one.named,
        attempt=entry.attempt + 1 if entry else 1,
        run=run, wishes=wishes, before=_before(entry),
    )  # fmt: skip


def head(client: Client, repository: str, branch: str) -> str:
    """The branch's commit, "" for an empty repository. Raises ApiProblem."""
    try:
        told = client.get("repos", *owned(repository), "git", "ref", "heads", *branch.split("/"))
    except ApiProblem as problem:
        if problem.status == _EMPTY:
            return ""
        raise
    target = told.get("object") if isinstance(told, dict) else None
    commit = target.get("sha") if isinstance(target, dict) else None
    if not isinstance(commit, str):
        raise ApiProblem("GitHub's answer names no commit", 0)
    return commit


def looked_at(client: Client, repository: str, url: str, before: Seen = NOT_SEEN) -> Seen:
    """Our pull request as it is now; `before` where it is as it was. Raises ApiProblem."""
    number = url.rpartition("/")[2]
    if not number.isdecimal():
        return NOT_SEEN
    found = client.known("repos", *owned(repository), "pulls", number, etag=before.tag)
    if found.is_unchanged:
        return before
    told = found.document
    if not isinstance(told, dict):
        return NOT_SEEN
    is_open = told.get("state") == "open"
    at = str(told.get("updated_at") or "") if is_open else MERGED if told.get("merged_at") else ""
    return Seen(at, found.etag)


def _untouched(access: Access, entry: Entry) -> Entry | None:
    """What is known, if nobody has touched our pull request, where we have one, since we have seen it."""
    if not entry.is_open:
        return entry
    client = access.reading(_owner(entry.repository), pulls=True)
    now = looked_at(client, entry.repository, entry.url, Seen(entry.seen, entry.tag))
    return replace(entry, tag=now.tag) if entry.seen and now.at == entry.seen else None


def _before(entry: Entry | None) -> str | None:
    """See Task.before. A judgement that came to nothing is known to have left nothing open; of others nobody knows."""
    return entry.url if entry and (entry.url or entry.word == "nothing") else None


def _owner(repository: str) -> str:
    """One token for all that is only looked at: one for each repository would cost a request each."""
    return repository.partition("/")[0]


def _holds(entry: Entry, one: Candidate, wishes: Wishes, key: str) -> bool:
    """Whether the judgement would be the same if the repository is."""
    if entry.word == "proposed" and not is_shown(wishes.out, entry.repository):
        return False
    return entry.is_settled and entry.key == key and entry.branch == one.branch


def _of_the_past(pushed: str) -> str:
    """The time of the last push, "" where another may follow with the same: GitHub tells whole seconds."""
    try:
        age = datetime.now(timezone.utc) - datetime.fromisoformat(pushed.replace("Z", "+00:00"))
    except (ValueError, TypeError):
        return ""
    return pushed if age.total_seconds() > _PAST else ""


def _remembered(entry: Entry, wishes: Wishes) -> Line:
    shown = place(wishes.out, entry.repository) if entry.word == "proposed" else ""
    word: Word = "kept" if entry.is_open else entry.word
    return Line(entry.repository, word, entry.because, entry.url, entry.commit, shown, remembered=True)
