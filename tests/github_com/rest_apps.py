"""GitHub Apps: who the App is, where it is installed, tokens for an installation; and who asks in GraphQL."""

from __future__ import annotations

import secrets
from typing import Any

from github_com.apps import App, Installation, key_pair
from github_com.refusal import Refusal, not_found
from github_com.shapes import Document, moment, repository, user
from github_com.wire import Request, Response, Route, page
from github_com.world import Account, Credential, Repository, World

_LEVELS = ("read", "write", "admin")


def create_app(world: World, slug: str, permissions: dict[str, str], owner: str = "makers") -> App:
    """A new App; `key` is the private one."""
    private, public = key_pair()
    number = world.number()
    bot = world.account(f"{slug}[bot]", "Bot")
    world.apps[number] = App(
        number, slug, world.account(owner), bot, private, public, {"metadata": "read", **permissions}
    )
    return world.apps[number]


def install(world: World, app: App, account: Account, repositories: list[Repository] | None = None) -> Installation:
    """Let the account have the App; on all of its repositories unless some are named."""
    chosen = None if repositories is None else frozenset(one.id for one in repositories)
    made = Installation(world.number(), account, dict(app.permissions), chosen)
    app.installations[made.id] = made
    return made


def _app(request: Request) -> App:
    if request.caller.app is None:
        raise Refusal(401, "A JSON web token could not be decoded")
    return request.caller.app


def _myself(request: Request) -> Response:
    app, now = _app(request), moment(request.world.now())
    return Response(200, {
        "id": app.id, "slug": app.slug, "node_id": f"A_{app.id}", "owner": user(request, app.owner), "name": app.slug,
        "description": None, "external_url": request.web, "html_url": f"{request.web}/apps/{app.slug}",
        "created_at": now,
        "updated_at": now, "permissions": app.permissions, "events": [], "client_id": f"Iv1.{app.slug}",
    })  # fmt: skip


def _shape(request: Request, app: App, one: Installation) -> Document:
    base, now = f"{request.address}/app/installations/{one.id}", moment(request.world.now())
    return {
        "id": one.id, "account": user(request, one.account), "app_id": app.id, "app_slug": app.slug,
        "target_id": one.account.id, "target_type": one.account.type, "single_file_name": None,
        "repository_selection": "all" if one.repositories is None else "selected",
        "access_tokens_url": f"{base}/access_tokens",
        "html_url": f"{request.web}/settings/installations/{one.id}", "events": [], "permissions": one.permissions,
        "repositories_url": f"{request.address}/installation/repositories", "created_at": now, "updated_at": now,
        "suspended_by": None, "suspended_at": moment(0) if one.suspended else None,
    }  # fmt: skip


def _installations(request: Request) -> Response:
    app = _app(request)
    told = page(request, list(app.installations.values()))
    told.document = [_shape(request, app, one) for one in told.document]
    return told


def _of_account(request: Request) -> Response:
    app, login = _app(request), (request.parts.get("org") or request.parts.get("username") or "").lower()
    for one in app.installations.values():
        if one.account.login.lower() == login:
            return Response(200, _shape(request, app, one))
    raise not_found()


def _of_repository(request: Request) -> Response:
    app = _app(request)
    found = request.world.repositories.get(f"{request.parts['owner']}/{request.parts['repo']}".lower())
    for one in app.installations.values():
        if found and one.account is found.owner and (one.repositories is None or found.id in one.repositories):
            return Response(200, _shape(request, app, one))
    raise not_found()


def _mint(request: Request) -> Response:
    """A token with no more than was asked for; 422 for what the installation has not."""
    app = _app(request)
    one = app.installations.get(int(request.parts["installation_id"]))
    if one is None:
        raise not_found()
    if one.suspended:
        raise Refusal(403, "This installation has been suspended")
    asked: dict[str, str] = request.given("permissions") or one.permissions
    for name, level in asked.items():
        if name not in one.permissions or _LEVELS.index(level) > _LEVELS.index(one.permissions[name]):
            raise Refusal(422, "The permissions requested are not granted to this installation.")
    chosen = _chosen(request, one)
    value, expires = f"ghs_{secrets.token_hex(18)}", request.world.now() + request.world.token_life
    permissions = {"metadata": "read", **asked}
    ids = None if chosen is None else frozenset(each.id for each in chosen)
    request.world.credentials[value] = Credential(
        value, app.bot, expires, permissions, _limited(request.world, one, ids), app.slug
    )
    told: dict[str, Any] = {
        "token": value, "expires_at": moment(expires), "permissions": permissions,
        "repository_selection": "all" if chosen is None and one.repositories is None else "selected",
    }  # fmt: skip
    if chosen is not None:
        told["repositories"] = [repository(request, each) for each in chosen]
    return Response(201, told)


def _chosen(request: Request, one: Installation) -> list[Repository] | None:
    names, ids = request.given("repositories"), request.given("repository_ids")
    if names is None and ids is None:
        return None
    of_account = [each for each in request.world.repositories.values() if each.owner is one.account]
    found = [each for each in of_account if each.name in (names or ()) or each.id in (ids or ())]
    held = [each for each in found if one.repositories is None or each.id in one.repositories]
    if len(held) < len(names or ids):
        raise Refusal(
            422, "There is at least one repository that does not exist or is not accessible to the parent installation."
        )
    return held


def _limited(world: World, one: Installation, ids: frozenset[int] | None) -> frozenset[int]:
    """Never more than the account's own repositories."""
    own = frozenset(each.id for each in world.repositories.values() if each.owner is one.account)
    held = own if one.repositories is None else own & one.repositories
    return held if ids is None else held & ids


def _revoke(request: Request) -> Response:
    credential = request.caller.credential
    if credential is None or credential.permissions is None:
        raise Refusal(401, "Requires authentication")
    del request.world.credentials[credential.value]
    return Response(204)


def ask(request: Request) -> Response:
    """GraphQL, as far as anybody asks here: who am I, and what a repository is called now."""
    me, query = request.caller.account, str(request.given("query", ""))
    if me is None:
        raise Refusal(401, "This endpoint requires you to be authenticated.")
    if "nameWithOwner" in query:
        asked = request.given("variables", {})
        key = f"{asked['owner']}/{asked['name']}".lower()
        found = request.world.repositories.get(key) or request.world.renamed.get(key)
        return Response(200, {"data": {"repository": {"nameWithOwner": found.full_name} if found else None}})
    if "viewer" not in query:
        return Response(200, {"errors": [{"message": "the fake knows no other question"}]})
    told = {"login": me.login, "databaseId": me.id, "__typename": me.type}
    return Response(200, {"data": {"viewer": {name: value for name, value in told.items() if name in query}}})


ROUTES = (
    Route("GET", "/app", _myself),
    Route("GET", "/app/installations", _installations),
    Route("GET", "/orgs/{org}/installation", _of_account),
    Route("GET", "/users/{username}/installation", _of_account),
    Route("GET", "/repos/{owner}/{repo}/installation", _of_repository),
    Route("POST", "/app/installations/{installation_id}/access_tokens", _mint, "token"),
    Route("DELETE", "/installation/token", _revoke, "token"),
)
