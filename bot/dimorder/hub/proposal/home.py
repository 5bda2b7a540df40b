"""Where the branch of a proposal lives: in the repository, or in a fork of ours where we may not push."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.declined import Declined
from dimorder.hub.proposal.errand import Errand
from dimorder.hub.proposal.insisting import again, once

APP = "[bot]"
_ABSENT, _EMPTY = 404, 409
_LOOKS, _BETWEEN = 20, 3.0
"""Seconds: GitHub makes forks in the background, in up to five minutes for large ones."""


@dataclass(frozen=True, slots=True)
class Home:
    """repository: that has the branch. is_fork: it is another one than the proposal's."""

    repository: str
    is_fork: bool

    @property
    def parts(self) -> tuple[str, str, str]:
        """The beginning of its API's paths."""
        return ("repos", *owned(self.repository))

    def head(self, branch: str) -> str:
        """The branch as a pull request names it."""
        return f"{owned(self.repository)[0]}:{branch}"


def home(errand: Errand) -> Home:
    """Find it. Raises Declined where nobody may propose anything, ApiProblem where GitHub does not answer."""
    repository = errand.proposal.repository
    told = errand.client.get(*errand.repository)
    if told.get("archived"):
        raise Declined(f"{repository} is archived", hint="only its owner can change that")
    # What GitHub says of permissions is about users: of an app, or a job, the token's own permissions decide.
    if is_app(errand) or (told.get("permissions") or {}).get("push"):
        return Home(repository, is_fork=False)
    return forked(errand, may=told.get("allow_forking") is not False)


def is_app(errand: Errand) -> bool:
    """Whether we are no person, and have no place of our own for forks."""
    return errand.us.login.endswith(APP)


def forked(errand: Errand, *, may: bool = True) -> Home:
    """Our fork, made where there is none. Raises Declined where that is not wanted."""
    if not (may and errand.manners.fork):
        raise Declined(
            f"the token may not push to {errand.proposal.repository}, and there is to be no fork of it",
            hint="give it the permission contents: write, or allow forks",
        )
    return Home(_fork(errand), is_fork=True)


def caught_up(errand: Errand, fork: Home) -> None:
    """Wait until a fork has the commit that the proposal was made on. Raises ApiProblem where it does not get it."""
    for look in range(_LOOKS):
        try:
            errand.client.get(*fork.parts, "git", "commits", errand.proposal.base)
        except ApiProblem as problem:
            if problem.status not in (_ABSENT, _EMPTY) or look == _LOOKS - 1:
                raise
        else:
            return
        if look == 1:  # it is not new, but old
            _catch_up(errand, fork)
        errand.client.sleep(_BETWEEN)


def _catch_up(errand: Errand, fork: Home) -> None:
    merge = partial(
        errand.client.write, "POST", *fork.parts, "merge-upstream", document={"branch": errand.proposal.base_branch}
    )
    with suppress(ApiProblem):  # the commit is looked for whatever GitHub says to this
        again(errand.client, merge)


def _fork(errand: Errand) -> str:
    """The name of our fork: the original's own, or with its owner in front where we have another of that name."""
    owner, name = owned(errand.proposal.repository)
    for called in (name, f"{owner}-{name}"):
        with suppress(_Taken):
            return once(errand.client, partial(_fork_called, errand, called), partial(_forked, errand, called))
    raise Declined(
        f"{errand.us.login} has other repositories called {name} and {owner}-{name}", hint="rename one of them"
    )


class _Taken(Exception):
    """Another repository has the name."""


def _fork_called(errand: Errand, called: str) -> str | None:
    try:
        told = errand.client.get("repos", errand.us.login, called)
    except ApiProblem as problem:
        if problem.status == _ABSENT:
            return None
        raise
    above = [_text(told.get(origin), "full_name").lower() for origin in ("parent", "source")]
    if not told.get("fork") or errand.proposal.repository.lower() not in above:
        raise _Taken
    return _text(told, "full_name")


def _forked(errand: Errand, called: str) -> str:
    wanted: dict[str, Any] = {"default_branch_only": True}
    if called != errand.repository[-1]:
        wanted["name"] = called
    return _text(errand.client.write("POST", *errand.repository, "forks", document=wanted), "full_name")


def _text(told: Any, key: str) -> str:
    value = told.get(key) if isinstance(told, dict) else None
    return value if isinstance(value, str) else ""
