"""Whose name stands at what we write: by this number, and by no name or text, something is known to be ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from dimorder.hub.client import Client
from dimorder.hub.problem import ApiProblem

_VIEWER = "query{viewer{databaseId login}}"


@dataclass(frozen=True, slots=True)
class Author:
    """id: the account's number. email: by which GitHub knows whose commits are, and where no letter arrives."""

    id: int
    login: str
    email: str


def of_token(client: Client) -> Author:
    """The account that a token writes as. Raises ApiProblem where GitHub does not say.

    Tokens of jobs and of apps may not read `user`, and GitHub's relatives may know no GraphQL.
    """
    try:
        return author(client, _viewer(client.ask(_VIEWER)))
    except ApiProblem as met:
        if met.status == 401:
            raise
    return author(client, client.get("user"))


def of_app(client: Client, slug: str) -> Author:
    """The account that an app writes as: https://docs.github.com/en/apps (its bot)."""
    return author(client, client.get("users", f"{slug}[bot]"))


def author(client: Client, told: Any) -> Author:
    """From GitHub's description of an account."""
    number, login = (told.get("id"), told.get("login")) if isinstance(told, dict) else (None, None)
    if not isinstance(number, int) or not isinstance(login, str):
        raise ApiProblem("GitHub does not say who we are", 0)
    host = urlsplit(client.web).hostname
    return Author(number, login, f"{number}+{login}@users.noreply.{host}")


def _viewer(told: Any) -> Any:
    viewer = (told.get("data") or {}).get("viewer") if isinstance(told, dict) else None
    if not isinstance(viewer, dict) or not isinstance(viewer.get("databaseId"), int):
        raise ApiProblem("GitHub's GraphQL does not say who we are", 404)
    return {"id": viewer["databaseId"], "login": viewer.get("login")}
