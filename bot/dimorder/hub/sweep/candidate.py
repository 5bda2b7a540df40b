"""A repository as a listing tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dimorder.hub.problem import ApiProblem


@dataclass(frozen=True, slots=True)
class Candidate:
    """name: `owner/name` as GitHub writes it. branch: the default one. pushed: when the last push came.

    named: the operator named it, rather than a list that it is in.
    """

    name: str
    branch: str
    pushed: str
    named: bool
    fork: bool = False
    archived: bool = False
    disabled: bool = False
    empty: bool = False


def candidate(document: Mapping[str, Any], *, named: bool = False) -> Candidate:
    """Source: https://docs.github.com/en/rest/repos/repos#get-a-repository. Raises ApiProblem for what is none."""
    name, branch = document.get("full_name"), document.get("default_branch")
    if not (isinstance(name, str) and isinstance(branch, str) and name.count("/") == 1 and branch):
        raise ApiProblem("GitHub's answer describes no repository", 0)
    return Candidate(
        name=name,
        branch=branch,
        pushed=str(document.get("pushed_at") or ""),
        named=named,
        fork=bool(document.get("fork")),
        archived=bool(document.get("archived")),
        disabled=bool(document.get("disabled")),
        empty=document.get("size") == 0 and not document.get("pushed_at"),
    )
