"""The comment on the pull request: written by the check itself where its token may, else by a job that trusts nothing.

The second job runs after the first on `workflow_run`, checks nothing out, and takes the report from an artifact that a
stranger may have made: size, form and text are looked at, and which pull request it is about is asked from GitHub.
"""

from __future__ import annotations

import os

import msgspec

from dimorder.action.environment import Environment
from dimorder.action.event import Event, PullRequest, WorkflowRun
from dimorder.action.inputs import Inputs
from dimorder.action.judging import Ran, retold
from dimorder.action.telling import page
from dimorder.errors import DimorderError, UsageError
from dimorder.flow.inputs import small
from dimorder.flow.told_report import LARGEST, ROLE, TOLD
from dimorder.hub import sticky
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem
from dimorder.sandbox.files import open_input

_MOST_PULLS = 5


def on_own_pull(environment: Environment, event: Event, ran: Ran) -> str:
    """Comment on the pull request that was checked; what became of it, one sentence. No failure of the check."""
    pull = event.pull_request
    if pull is None:
        return "no comment was written: this run is not about a pull request"
    if not environment.token:
        return "no comment was written: there is no token"
    try:
        written = _put(_client(environment), environment, pull, ran)
    except DimorderError as problem:
        return f"no comment was written: {_why(problem, pull)}"
    return f"the comment was {written.word} {written.url}"


def _why(problem: DimorderError, pull: PullRequest) -> str:
    if not (isinstance(problem, ApiProblem) and problem.is_refusal):
        return problem.sentence
    if pull.is_from_fork:
        return (
            "a pull request from a fork has a token that only reads "
            "(docs/action.md shows a second job that writes it)"
        )
    return f"it takes the permission pull-requests: write ({problem.sentence})"


def after_the_run(environment: Environment, event: Event, inputs: Inputs) -> str:
    """Comment what the run of another job found; what became of it, one sentence. Raises ApiProblem."""
    run = event.workflow_run
    if run is None:
        raise UsageError("mode comment is for jobs that run on workflow_run", hint="see docs/action.md")
    if not environment.token:
        raise UsageError("mode comment takes a token", hint="token: ${{ github.token }}")
    if run.event != "pull_request":
        return "no comment was written: the run was not about a pull request"
    ran = _reported(environment.workspace, inputs.report)
    client = _client(environment)
    pulls = _pulls(client, environment.repository, run)
    if not pulls:
        return "no comment was written: no open pull request has the commit that was judged as its head any more"
    written = [_put(client, environment, pull, ran) for pull in pulls]
    return "; ".join(f"the comment was {one.word} {one.url}" for one in written)


def _client(environment: Environment) -> Client:
    """One for all that is written: a second lies between its writes."""
    return Client(environment.api, environment.token, environment.graphql)


def _put(client: Client, environment: Environment, pull: PullRequest, ran: Ran) -> sticky.Written:
    footer = _footer(environment.server, environment.repository, pull.number)
    return sticky.put(client, environment.repository, pull.number, page(ran, footer=footer))


def _reported(workspace: str, path: str) -> Ran:
    """The report in the artifact, read where foreign bytes are read."""
    place = os.path.join(workspace, path)
    if os.path.commonpath((os.path.realpath(place), workspace)) != workspace:
        raise UsageError(f"report {path!r} leads out of the workspace", hint="name where the artifact was put")
    with open_input(place, follow=False) as opened:
        if opened.identity.size > LARGEST:
            raise UsageError(f"report {path!r} is larger than {LARGEST} bytes", hint="it is none of a check")
        report = small(TOLD, {ROLE: opened})
    return retold(report)


def _pulls(client: Client, repository: str, run: WorkflowRun) -> list[PullRequest]:
    """Open pull requests whose head is the commit that was judged, as GitHub tells."""
    fork = run.head_repository
    if fork is None or not fork.owner.login or not run.head_branch:
        return []
    owner, name = owned(repository)
    query = {"state": "open", "head": f"{fork.owner.login}:{run.head_branch}", "per_page": "100"}
    told = client.get("repos", owner, name, "pulls", query=query)
    try:
        found = msgspec.convert(told, list[PullRequest])
    except msgspec.ValidationError as problem:
        raise ApiProblem(f"GitHub's list of pull requests is none ({problem})", 0) from None
    return [one for one in found if _is_of(one, run)][:_MOST_PULLS]


def _is_of(pull: PullRequest, run: WorkflowRun) -> bool:
    fork, ours = run.head_repository, pull.head.repo
    return fork is not None and ours is not None and fork.id == ours.id and pull.head.sha == run.head_sha


def _footer(server: str, repository: str, number: int) -> str:
    """Where the whole of it stands. The same for every run, so that a comment which says the same is left alone."""
    url = f"{server}/{repository}/pull/{number}/checks"
    return f"[The runs with all their reports]({url})" if url.startswith("https://") and url.isprintable() else ""
