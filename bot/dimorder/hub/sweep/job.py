"""What happens for one repository, from its commit to its pull request. Knows nothing of queues and databases.

`examined` fetches and judges, and has a client that can only read. `sent` is called with what it has proven, and only
then is the token made that may write.
"""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import dataclass
from datetime import date

from dimorder.errors import UsageError
from dimorder.fleet import Word
from dimorder.flow.configured import in_folder
from dimorder.flow.counted_from import counted_from
from dimorder.flow.proposed import Wishes as Proposing
from dimorder.flow.proposed import proposed
from dimorder.flow.stated import Bot
from dimorder.hub.access import Access
from dimorder.hub.client import Client
from dimorder.hub.proposal.content import Outcome
from dimorder.hub.proposal.drafted import drafted
from dimorder.hub.proposal.publish import held, publish
from dimorder.hub.sweep import tree
from dimorder.hub.sweep.fetch import check_bounds, fetched
from dimorder.hub.sweep.invitation import manners, refusal
from dimorder.hub.sweep.kept import Kept
from dimorder.hub.sweep.task import Task
from dimorder.hub.sweep.weights import with_weights
from dimorder.proposal import Made, Nothing
from dimorder.sandbox.files import explaining
from dimorder.sandbox.isolated import ChildFailed
from dimorder.sandbox.outside import Progress

_ONE_AT_A_TIME = threading.Lock()
"""Jobs are threads. Fetching waits for the network, and many may; proving takes the machine, and what it keeps of its
children and of half-made fixes is the process's."""
PROVING = "proving a repository"
_FILES = "files"
_EMPTY = "no file in it is called like Keras weights (.h5, .hdf5, .keras)"


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found. kept: the proposal, where there is one; its files lie in the job's folder."""

    word: Word
    because: str
    kept: Kept | None = None


def examined(client: Client, task: Task, folder: str, today: date, progress: Progress) -> Examined:
    """Judge the repository at the task's commit. folder: new, of this job; its content is worth nothing afterwards
    where there is no proposal. progress: told PROVING before a file is opened. Raises DimorderError.
    """
    files = _fresh(folder)
    every = tree.blobs(client, task.repository, task.commit)
    told = tree.settings(every)
    fetched(client, task.repository, told, files)
    bot = _bot(files)
    no = refusal(bot, task.wishes, today, named=task.named)
    if no:
        return Examined(no.word, no.because)
    needed = tuple(one for one in tree.needed(every) if one not in told)
    if not needed:
        return Examined("nothing", _EMPTY)
    check_bounds(needed, task.wishes.largest)
    fetched(client, task.repository, needed, files)
    with_weights(client, task, needed, files)
    made = _made(task, bot, files, progress)
    if isinstance(made, Nothing):
        return _nothing(made)
    tree.check_room([one.path for one in made.files], (*told, *needed), every)
    own = manners(bot, task.wishes)
    proposal = drafted(made, task.repository, task.branch, task.commit, own)
    return Examined("proposed", held(proposal), Kept(proposal, own))


def sent(access: Access, kept: Kept) -> Outcome:
    """See that the pull request is there. Safe to be done again: it looks first what is there."""
    proposal = kept.proposal
    return publish(access.writing(proposal.repository), proposal, kept.manners, access.author())


def _made(task: Task, bot: Bot | None, files: str, progress: Progress) -> Made | Nothing:
    told = bot or Bot()
    wishes = Proposing(
        unsafe=task.wishes.code if told.code is None else told.code,
        accept=told.accept or task.wishes.accept,
    )
    with _ONE_AT_A_TIME:
        progress(PROVING, 0, 1)
        return proposed(files, wishes, progress)


def _nothing(made: Nothing) -> Examined:
    if made.word == "failed":
        raise ChildFailed(made.because)
    return Examined("refused" if made.word == "refused" else "nothing", made.because)


def _bot(files: str) -> Bot | None:
    try:
        with _ONE_AT_A_TIME:
            found = in_folder(files)
    except UsageError as wrong:  # its path is of our folder, which means nothing to whoever mends it
        raise UsageError(counted_from(wrong.sentence, os.path.relpath(files)), hint=wrong.hint) from None
    return found.stated.bot if found else None


def _fresh(folder: str) -> str:
    """A new folder for the repository's files; what an earlier try left is gone."""
    files = os.path.join(folder, _FILES)
    with explaining(f"cannot make {files!r}"):
        if os.path.lexists(folder):
            shutil.rmtree(folder)
        os.makedirs(files, mode=0o700)
    return files
