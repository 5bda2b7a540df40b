"""What GitHub's runner says by variables.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/variables, and for inputs
actions/runner ContainerActionHandler.cs@v2.336.0: `INPUT_` and the name in capitals, spaces as underscores.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from dimorder.action.inputs import INPUTS
from dimorder.action.secret import TOKEN
from dimorder.errors import UsageError
from dimorder.hub.token import Token

_API = "https://api.github.com"
_HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Environment:
    """Paths are absolute; "" where the runner says nothing. inputs: by name, as they were given.

    output, summary: files that take the step's outputs and its summary. branch: that the run is about, "" for none.
    """

    workspace: str
    event_name: str
    event_path: str
    output: str
    summary: str
    repository: str
    branch: str
    api: str
    graphql: str
    server: str
    inputs: Mapping[str, str]
    token: Token


def taken(variables: Mapping[str, str], secrets: Mapping[str, str]) -> Environment:
    """What the runner says. secrets: what was taken out of the variables before."""
    workspace = variables.get("GITHUB_WORKSPACE", "")
    if not os.path.isdir(workspace):
        raise UsageError("GITHUB_WORKSPACE names no folder", hint="this runs as a step of GitHub Actions")
    return Environment(
        workspace=os.path.realpath(workspace),
        event_name=variables.get("GITHUB_EVENT_NAME", ""),
        event_path=variables.get("GITHUB_EVENT_PATH", ""),
        output=variables.get("GITHUB_OUTPUT", ""),
        summary=variables.get("GITHUB_STEP_SUMMARY", ""),
        repository=variables.get("GITHUB_REPOSITORY", ""),
        branch=_branch(variables.get("GITHUB_REF", "")),
        api=variables.get("GITHUB_API_URL", "") or _API,
        graphql=variables.get("GITHUB_GRAPHQL_URL", ""),
        server=variables.get("GITHUB_SERVER_URL", ""),
        inputs={one.name: variables[_variable(one.name)] for one in INPUTS if variables.get(_variable(one.name))},
        token=Token(secrets.get(TOKEN, "")),
    )


def _branch(ref: str) -> str:
    return ref.removeprefix(_HEADS) if ref.startswith(_HEADS) else ""


def _variable(name: str) -> str:
    """Hyphens stay."""
    return f"INPUT_{name.upper()}"
