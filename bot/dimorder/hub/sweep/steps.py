"""The steps of a job, as DBOS calls them: plain values in, plain values out; what goes wrong is what comes out."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from dimorder.errors import DimorderError, EnvironmentProblem
from dimorder.fleet import Line, Word
from dimorder.hub.access import Access
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.closing import retire
from dimorder.hub.proposal.content import Outcome
from dimorder.hub.proposal.publish import AS_IT_SHOULD
from dimorder.hub.proposal.standing import standing
from dimorder.hub.redaction import redacted
from dimorder.hub.sweep import kept as on_disk
from dimorder.hub.sweep.discovery import NOT_SEEN, Seen, head, looked_at
from dimorder.hub.sweep.invitation import manners
from dimorder.hub.sweep.job import PROVING, Examined, examined, sent
from dimorder.hub.sweep.kept import Kept
from dimorder.hub.sweep.ledger import Entry, Ledger
from dimorder.hub.sweep.limits import Limits
from dimorder.hub.sweep.scratch import Scratch
from dimorder.hub.sweep.task import Task, restored
from dimorder.hub.sweep.tries import Tries
from dimorder.sandbox.outside import Progress

LONGEST = 7200.0
"""Seconds for judging one repository, in which no other is judged: a model may ask for days of computing."""
_LONGEST_WORD = 1000
_IN_VAIN = ("stopped", "refused")
_OBSOLETE = "the repository holds no weights any more that it would convert"
_PUSHED = "somebody has pushed since it was judged: the next sweep judges it anew"
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What a step hands on. digest: of the proposal on our disk. content: its name. shown: a dry run's folder."""

    word: Word
    because: str
    url: str = ""
    digest: str = ""
    content: str = ""
    shown: str = ""


class _TooLong(BaseException):
    """A repository takes more time than it is given: no error of the file that is just being judged."""


@dataclass(frozen=True, slots=True)
class Work:
    """What jobs of this process work with. progress: raises where the process is to stop. done: told of each line."""

    access: Access
    ledger: Ledger
    limits: Limits
    tries: Tries
    scratch: Scratch
    progress: Progress
    done: Callable[[Line], None]

    def prove(self, task: Plain) -> Plain:
        """Fetch, judge, convert, prove: one step, since what it makes lies on this machine's disk."""
        return asdict(_told(lambda: self._proven(restored(task))))

    def publish(self, task: Plain, found: Plain) -> Plain:
        """See that the pull request is there, or gone."""
        return asdict(_told(lambda: self._published(restored(task), Found(**found))))

    def remember(self, task: Plain, found: Plain) -> Plain:
        """Write the ledger; the line of the fleet's report."""
        line = self._remembered(restored(task), Found(**found))
        self.done(line)
        return asdict(line)

    def _proven(self, task: Task) -> Found:
        self.progress("", 0, 1)
        found = self._examined(task)
        if found.kept is None:
            return Found(found.word, found.because)
        content = found.kept.proposal.content
        if task.wishes.apply:
            digest = on_disk.keep(self.scratch.folder(task.key), found.kept)
            return Found(found.word, found.because, digest=digest, content=content)
        shown = on_disk.shown(task.wishes.out, found.kept.proposal)
        return Found(found.word, found.because, content=content, shown=shown)

    def _examined(self, task: Task) -> Examined:
        client = self.access.reading(task.repository)
        today, until = datetime.now(timezone.utc).date(), float("inf")

        def watch(stage: str, done: int, total: int) -> None:
            nonlocal until
            self.progress(stage, done, total)
            if stage == PROVING:
                until = time.monotonic() + LONGEST
                self.tries.one_more(task.about)
            elif time.monotonic() > until:
                raise _TooLong

        found = examined(client, task, self.scratch.folder(task.key), today, watch)
        self.tries.done(task.about)
        return found

    def _published(self, task: Task, found: Found) -> Found:
        if found.word != "proposed":
            return self._retired(task, found) if found.word == "nothing" else found
        kept = on_disk.found(self.scratch.folder(task.key), found.digest) or self._again(task, found)
        # A sweep may have been cut off in between, a week ago: what was pushed since may be a no, or another original.
        if self._is_outdated(task):
            return Found("later", _PUSHED)
        because = "" if task.before != "" and self._is_known(task, found) else self.limits.take(task)
        if because:
            return Found("later", because)
        outcome = sent(self.access, kept)
        if outcome.word in _IN_VAIN:
            self.limits.give_back(task)
        return Found(_word(outcome), _said(found, outcome), outcome.url)

    def _retired(self, task: Task, found: Found) -> Found:
        """Close what is open there and has no reason any more. Only where there is such a thing may anything write."""
        if task.before == "":
            return found
        us = self.access.author()
        there = standing(self.access.reading(task.repository, pulls=True), task.repository, us)
        # Of one that we closed the branch may be left, where that run ended in between.
        if not (there.proposals or any(one.mark.closed for one in there.pulls)):
            return found
        if self._is_outdated(task):
            return Found("later", _PUSHED)
        client, own = self.access.writing(task.repository), manners(None, task.wishes)
        outcome = retire(client, task.repository, us, own, _OBSOLETE)
        return Found(_word(outcome), outcome.because, outcome.url) if outcome else found

    def _is_known(self, task: Task, found: Found) -> bool:
        """Whether there was a pull request with this content before, whatever became of it: none will be opened."""
        client = self.access.reading(task.repository, pulls=True)
        return standing(client, task.repository, self.access.author()).of(found.content) is not None

    def _is_outdated(self, task: Task) -> bool:
        """Whether what was judged is no longer what stands there."""
        return head(self.access.reading(task.repository), task.repository, task.branch) != task.commit

    def _again(self, task: Task, found: Found) -> Kept:
        """The proposal, proven again: another machine goes on, or our disk was emptied."""
        again = self._examined(task).kept
        if again is None or again.proposal.content != found.content:
            raise EnvironmentProblem("proving it again came to something else", hint="the next sweep judges it anew")
        return again

    def _remembered(self, task: Task, found: Found) -> Line:
        seen = NOT_SEEN
        if found.url and found.word in ("opened", "updated", "kept"):
            seen = self._seen(task, found.url)
        entry = Entry(
            task.repository, task.commit, task.judged_by, task.branch, task.pushed, found.word, found.because,
            found.url, seen.at, seen.tag, task.attempt,
        )  # fmt: skip
        self.ledger.remember(entry, applied=task.wishes.apply)
        self.scratch.clear(task.key)
        self.tries.done(task.about)
        return Line(task.repository, found.word, found.because, found.url, task.commit, found.shown)

    def _seen(self, task: Task, url: str) -> Seen:
        """Not known is not seen: the next sweep looks more closely."""
        try:
            return looked_at(self.access.reading(task.repository, pulls=True), task.repository, url)
        except ApiProblem:
            return NOT_SEEN


def _told(step: Callable[[], Found]) -> Found:
    """What the step finds, or what went wrong in it: no repository keeps others from being judged."""
    try:
        return step()
    except ApiProblem as problem:
        return Found("later" if problem.wait else "failed", problem.sentence[:_LONGEST_WORD])
    except DimorderError as problem:
        # What lies in the repository (its configuration, too many files) stays so, and is no failure of the sweep.
        word: Word = "failed" if problem.exit_class == "environment" else "refused"
        way_out = f" ({problem.hint})" if problem.hint else ""
        return Found(word, f"{problem.sentence}{way_out}"[:_LONGEST_WORD])
    except sa.exc.SQLAlchemyError as problem:
        return Found("failed", f"the database does not answer ({type(problem).__name__})")
    except _TooLong:
        return Found("refused", f"it takes more than {LONGEST / 3600:.0f} hours to be judged")
    except Exception:  # noqa: BLE001 - a door of its own: our bug in one repository is told in its line
        return Found("bug", redacted(traceback.format_exc())[-4 * _LONGEST_WORD :])


def _said(found: Found, outcome: Outcome) -> str:
    """What is in the pull request, and what else there is to be said of it."""
    if outcome.word not in ("updated", "unchanged"):
        return outcome.because
    return found.because if outcome.because == AS_IT_SHOULD else f"{found.because}; {outcome.because}"


def _word(outcome: Outcome) -> Word:
    return "kept" if outcome.word == "unchanged" else outcome.word
