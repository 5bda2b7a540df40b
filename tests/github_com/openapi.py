"""GitHub's own description of its API, and what in an exchange is not as it says.

The description is GitHub's work and large, so it is not in this repository: tests/github_com/prepare.sh brings it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from github_com.journal import Exchange

FOLDER = "DIMORDER_GITHUB"
"""The variable that says where prepare.sh has put it."""
_HOST = "https://api.github.com"


def folder() -> Path:
    """Only where it is named: beside all other tests these take too long."""
    return Path(os.environ.get(FOLDER) or os.devnull)


def why_not() -> str:
    """Why no exchange can be held to it; empty where it can."""
    if not os.environ.get(FOLDER):
        return "takes minutes, and GitHub's description of its API: make bot"
    if not find_spec("openapi_core"):
        return "openapi-core is not installed: make bot"
    if not (folder() / "api.github.com.json").is_file():
        return "GitHub's description of its API is not here: tests/github_com/prepare.sh says why"
    return ""


@cache
def _whole() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder() / "api.github.com.json").read_bytes())
    told["servers"] = [{"url": _HOST}]
    _read_aright(told)
    return told


@cache
def _description(templates: frozenset[str]) -> Any:
    """Only with the paths that are asked about: finding one among 800 takes longer than all else."""
    from jsonschema_path import SchemaPath
    from openapi_core import Config, OpenAPI

    told = _whole()
    told = {**told, "paths": {path: item for path, item in told["paths"].items() if path in templates}}
    return OpenAPI(SchemaPath.from_dict(told), config=Config(spec_validator_cls=None))


def _read_aright(node: Any) -> None:
    """Three things that the library takes otherwise than they are meant, mended in place.

    allOf of two kinds of account, one nullable (where an App is installed): it is the one or the other.

    nullable beside oneOf: null is an answer (the author of a commit whom GitHub does not know), not one more thing that
    must match a branch. A discriminator with the word "array": no array has a property by which it could be told.
    """
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _read_aright(inner)
    if not isinstance(node, dict):
        return
    if {"Simple User", "Enterprise"} == {one.get("title") for one in node.get("allOf", ()) if isinstance(one, dict)}:
        node["anyOf"] = node.pop("allOf")
    for word in ("oneOf", "anyOf"):
        if node.get("nullable") is True and isinstance(node.get(word), list):
            node[word] = [*node[word], {"nullable": True, "enum": [None]}]
    discriminator = node.get("discriminator")
    if isinstance(discriminator, dict) and "array" in discriminator.get("mapping", {}):
        del node["discriminator"]


def problems(exchanges: Iterable[Exchange]) -> Iterator[str]:
    """One sentence for each that is not as GitHub says."""
    from github_com.table import ROUTES

    description = _description(frozenset(route.template for route in ROUTES))
    for one in exchanges:
        for what, problem in _problems(description, one):
            yield f"{one.method} {one.path} {one.status}: {what}: {problem}"


def _problems(description: Any, one: Exchange) -> Iterator[tuple[str, str]]:
    from openapi_core.exceptions import OpenAPIError
    from openapi_core.templating.responses.exceptions import ResponseNotFound

    asked, told = _Request(one), _Response(one)
    try:
        if one.status < 400:  # a request that was refused may be wrong
            description.validate_request(asked)
    except OpenAPIError as problem:
        yield "request", _said(problem)
    try:
        if (one.status < 400 and one.media == "application/json") or one.status >= 400:
            description.validate_response(asked, told)
    except ResponseNotFound as problem:
        # Not each path states that it may be forbidden, or hidden behind 404: these are stated once, for all of them,
        # https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api.
        if one.status not in (401, 403, 404) or not _is_error(one.answer):
            yield "response", _said(problem)
    except OpenAPIError as problem:
        yield "response", _said(problem)


def _is_error(answer: bytes) -> bool:
    """Whether it is what GitHub's schema `basic-error` calls one."""
    told = json.loads(answer)
    return isinstance(told, dict) and all(isinstance(told.get(key), str) for key in ("message", "documentation_url"))


def _said(problem: BaseException) -> str:
    causes = [problem, problem.__cause__, problem.__context__]
    inner = [str(getattr(each, "schema_errors", ""))[:1500] for each in causes if each]
    return f"{problem!r} {' '.join(one for one in inner if one)}"


class _Request:
    """As openapi-core looks at one."""

    def __init__(self, one: Exchange) -> None:
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        self.host_url, self.path, self.method = _HOST, one.path, one.method.lower()
        self.parameters = RequestParameters(query=ImmutableMultiDict(one.query), header=Headers())
        self.body, self.content_type = one.body, "application/json"


class _Response:
    """As openapi-core looks at one."""

    def __init__(self, one: Exchange) -> None:
        from werkzeug.datastructures import Headers

        self.status_code, self.data, self.content_type = one.status, one.answer, one.media
        self.headers = Headers({**one.headers})
