"""Who asks, and what they may: tokens of people, Apps and their installations."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from github_com.apps import App
from github_com.refusal import Refusal, bad_credentials, not_accessible, not_found
from github_com.wire import Level
from github_com.world import ROLES, Account, Credential, Repository, Role, World

_LEVELS: tuple[Level, ...] = ("read", "write", "admin")
_LONGEST_JWT = 600
"""Seconds that GitHub lets an App's own token live."""
Needs = tuple[tuple[str, Level], ...]


@dataclass(frozen=True)
class Caller:
    """account: None for nobody. credential: None for an App's own token, or nobody."""

    account: Account | None = None
    credential: Credential | None = None
    app: App | None = None

    @property
    def name(self) -> str:
        """What answers differ by."""
        if self.app is not None and self.credential is None:
            return f"app/{self.app.slug}"
        return self.credential.value if self.credential else ""


def secret_of(header: str) -> str:
    """The token in a header Authorization, of whatever scheme."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return value
    try:
        return base64.b64decode(value).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def caller(world: World, header: str) -> Caller:
    """Raises Refusal 401 for what no longer counts, as GitHub does even where nobody need be known."""
    if not header:
        return Caller()
    secret = secret_of(header)
    if secret.count(".") == 2:
        return Caller(app=_by_jwt(world, secret))
    known = world.credentials.get(secret)
    if known is None or (known.expires is not None and world.now() >= known.expires):
        raise bad_credentials()
    return Caller(known.account, known)


def _by_jwt(world: World, token: str) -> App:
    import jwt

    try:
        said = jwt.decode(token, options={"verify_signature": False})
        app = world.apps[int(said["iss"])] if str(said["iss"]).isdecimal() else _by_client(world, str(said["iss"]))
        said = jwt.decode(
            token, app.public, algorithms=["RS256"], leeway=0, options={"verify_iat": False, "verify_exp": False}
        )
    except (jwt.PyJWTError, KeyError, ValueError):
        raise Refusal(401, "A JSON web token could not be decoded") from None
    now = world.now()
    if not now < said["exp"] <= now + _LONGEST_JWT + 1:
        raise Refusal(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time")
    if said["iat"] > now + 1:
        raise Refusal(401, "'Issued at' claim ('iat') must be an Integer representing the time of assertion")
    return app


def _by_client(world: World, client: str) -> App:
    return next(app for app in world.apps.values() if f"Iv1.{app.slug}" == client)


def seen(world: World, who: Caller, owner: str, name: str) -> Repository:
    """The repository, where the caller may know of it; else 404, whatever the reason."""
    key = f"{owner}/{name}".lower()
    found = world.repositories.get(key)
    if found is None and key in world.renamed and reads(world, who, world.renamed[key]):
        raise Refusal(301, "Moved Permanently")
    if found is None or not reads(world, who, found):
        raise not_found()
    world.settle(found)
    return found


def reads(world: World, who: Caller, repository: Repository) -> bool:
    """Whether the caller may know that it is there."""
    if not repository.private:
        return True
    if who.credential is None:
        return False
    if who.credential.permissions is not None:
        return _covers(who.credential, repository)
    return world.role(who.credential.account, repository) is not None


def _covers(credential: Credential, repository: Repository) -> bool:
    return credential.repositories is None or repository.id in credential.repositories


def allow(world: World, who: Caller, repository: Repository, needs: Needs, wanted: Role) -> None:
    """Raises Refusal where the caller may not. needs: of an App's token, any of them does. wanted: a person's role."""
    writes = any(level != "read" for _, level in needs)
    if writes and repository.archived:
        raise Refusal(403, "Repository was archived so is read-only.")
    if not needs or (not writes and not repository.private):
        return
    if who.credential is None:
        raise Refusal(401, "Requires authentication") if who.app is None else not_accessible()
    if who.credential.permissions is not None:
        if not _covers(who.credential, repository):
            raise not_accessible()
        if not any(_has(who.credential.permissions, name, level) for name, level in needs):
            raise not_accessible()
        return
    role = world.role(who.credential.account, repository)
    if role is None or ROLES.index(role) < ROLES.index(wanted):
        raise not_found()


def _has(permissions: dict[str, str], name: str, level: Level) -> bool:
    return name in permissions and _LEVELS.index(permissions[name]) >= _LEVELS.index(level)
