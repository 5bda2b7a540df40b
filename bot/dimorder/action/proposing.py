"""Mode `propose`: what was mended becomes a pull request of its own, or at least the statement of one."""

from __future__ import annotations

import os

from dimorder.action.environment import Environment
from dimorder.action.event import Event
from dimorder.action.judging import Ran
from dimorder.errors import DimorderError
from dimorder.flow import git_change
from dimorder.flow.git import work_tree
from dimorder.flow.git_held import unheld
from dimorder.flow.proposed import made
from dimorder.hub.author import of_token
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.asked import asked
from dimorder.hub.proposal.closing import retire
from dimorder.hub.proposal.content import Manners, Outcome, Proposal
from dimorder.hub.proposal.drafted import drafted
from dimorder.hub.proposal.publish import publish
from dimorder.proposal import Made, Nothing
from dimorder.report.escape import as_json

NAME, TEXT = "proposal.json", "proposal.md"
_RIGHTS = (
    "it takes the permissions contents: write and pull-requests: write, and in the repository's settings for actions "
    "that they may create pull requests"
)


def proposal(environment: Environment, ran: Ran) -> Proposal | Nothing:
    """The pull request as it would be sent."""
    top = environment.workspace
    found = made(ran.report, top, ran.code_before)
    if isinstance(found, Nothing):
        return found
    odd = next((told for one in found.moved if _is_there(one.path, found) and (told := _unheld(top, one.path))), "")
    if odd:
        return Nothing("refused", odd)
    tree = work_tree(top)
    base = git_change.commit(tree, "HEAD") if tree and tree.top == top else ""
    return drafted(found, environment.repository, environment.branch, base, asked(ran.bot, Manners()))


def _is_there(path: str, found: Made) -> bool:
    """As it was: edited code is no longer what git holds."""
    return path not in {one.path for one in found.code}


def _unheld(top: str, path: str) -> str:
    """Why nobody else has this original; "" if the repository holds it as it lies there."""
    told = unheld([os.path.join(top, path)])
    return f"{path}: the checkout lies in no git repository" if told is None else told


def documents(proposed: Proposal | Nothing) -> dict[str, str]:
    """What it would hold, for later steps, by names of files. commit: what it was made on; paths from the top."""
    if isinstance(proposed, Nothing):
        return {NAME: as_json({"format": 1, "commit": "", "files": []})}
    files = [{"path": one.path, "sha256": one.sha256} for one in proposed.files]
    told = {"commit": proposed.base, "branch": proposed.branch, "title": proposed.title}
    return {NAME: as_json({"format": 1, **told, "files": files}), TEXT: proposed.body}


def opened(environment: Environment, happened: Event, ran: Ran, proposed: Proposal | Nothing) -> Outcome:
    """Bring it to GitHub; where that cannot be, the outcome says why. No failure of the check."""
    because = _unfit(environment, happened, ran, proposed)
    if because:
        return Outcome("refused", "", because)
    client = Client(environment.api, environment.token, environment.graphql)
    try:
        return _sent(client, environment, ran, proposed)
    except ApiProblem as problem:
        return Outcome("refused", "", f"{_RIGHTS} ({problem.sentence})" if problem.is_refusal else problem.sentence)
    except DimorderError as problem:
        return Outcome("refused", "", problem.sentence)


def _sent(client: Client, environment: Environment, ran: Ran, proposed: Proposal | Nothing) -> Outcome:
    repository, manners = environment.repository, asked(ran.bot, Manners())
    default = client.get("repos", *owned(repository)).get("default_branch")
    if environment.branch != default:
        return Outcome("refused", "", f"it is proposed to the default branch, {default}, and from a run on it")
    if isinstance(proposed, Proposal):
        return publish(client, proposed, manners, of_token(client))
    whole = proposed.word == "nothing" and not environment.inputs.get("paths")
    closed = retire(client, repository, of_token(client), manners, "nothing is left to convert") if whole else None
    return closed or Outcome("refused", "", proposed.because)


def _unfit(environment: Environment, happened: Event, ran: Ran, proposed: Proposal | Nothing) -> str:
    if ran.bot and ran.bot.enabled is False:
        return "the configuration says enabled: false"
    if happened.pull_request or not environment.branch:
        return "it is proposed to a branch: run it on push, schedule or workflow_dispatch"
    if isinstance(proposed, Proposal) and not proposed.base:
        return "the checkout's top holds no git repository with its newest commit"
    return "" if environment.token else "there is no token"


def sentence(outcome: Outcome, folder: str) -> str:
    """For the log."""
    if outcome.word in ("opened", "updated", "unchanged", "closed"):
        return f"the pull request was {outcome.word}: {outcome.url} ({outcome.because})"
    if outcome.word == "issue":
        return f"an issue says what to do: {outcome.url} ({outcome.because})"
    where = f" {outcome.url}" if outcome.url else ""
    return f"no pull request was opened: {outcome.because}{where}; {folder}/{NAME} says what it would hold"
