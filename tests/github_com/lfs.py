"""git-lfs over HTTP by giftless: GitHub's door in front of it, and its storage at another address, as GitHub's is."""

from __future__ import annotations

import io
import json
import secrets
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from github_com.access import Caller
from github_com.refusal import Refusal
from github_com.world import Repository, World

MEDIA = "application/vnd.git-lfs+json"
_TOO_LARGE = 2 << 30


@dataclass
class Lfs:
    """folder: where objects lie. storage: host:port of the other address."""

    folder: Path
    storage: str = ""
    _app: Any = field(default=None, repr=False)

    @property
    def app(self) -> Callable[..., Iterable[bytes]]:
        """The program giftless, loaded when first asked for."""
        if self._app is None:
            from giftless.app import init_app

            options = {"storage_options": {"path": str(self.folder)}, "action_lifetime": 900}
            adapters = {"basic": {"factory": "giftless.transfer.basic_streaming:factory", "options": options}}
            signing = {
                "algorithm": "HS256", "private_key": secrets.token_hex(32), "default_lifetime": 60, "key_id": "storage",
            }  # fmt: skip
            settings = {
                "PRE_AUTHORIZED_ACTION_PROVIDER": {"factory": "giftless.auth.jwt:factory", "options": signing},
                "LEGACY_ENDPOINTS": False, "TRANSFER_ADAPTERS": adapters,
                "AUTH_PROVIDERS": ["github_com.lfs:somebody"],
            }  # fmt: skip
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._app = init_app(additional_config=settings)
        return self._app

    def has(self, repository: Repository, oid: str) -> bool:
        root = _root(repository)
        return any(found.is_file() for found in (self.folder / root.owner.login / root.name).rglob(oid))

    def put(self, repository: Repository, oid: str, content: bytes) -> None:
        """Store an object, as a person's push has."""
        root = _root(repository)
        place = self.folder / root.owner.login / root.name / oid
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    def batch(self, world: World, who: Caller, repository: Repository, body: bytes) -> tuple[int, bytes]:
        """What may be fetched or sent, and where. A public fork takes no new objects: GitHub's words."""
        told = json.loads(body)
        uploads = told.get("operation") == "upload"
        wanted = [one["oid"] for one in told.get("objects", [])]
        if uploads:
            _may_send(world, who, repository)
            if repository.parent and not repository.private and not all(self.has(repository, oid) for oid in wanted):
                login = who.account.login if who.account else ""
                raise Refusal(403, f"@{login} can not upload new objects to public fork {repository.full_name}")
            if any(one["size"] > _TOO_LARGE for one in told["objects"]):
                raise Refusal(422, "Size must be less than or equal to 2147483648")
        root = _root(repository)
        return self.call("POST", f"/{root.owner.login}/{root.name}.git/info/lfs/objects/batch", body, self.storage)

    def call(
        self, method: str, path: str, body: bytes, host: str, query: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """What the program answers."""
        name, _, port = host.partition(":")
        said: list[str] = []
        given = headers or {}
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "", "SERVER_NAME": name,
            "SERVER_PORT": port, "HTTP_HOST": host, "SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": given.get("Content-Type") or MEDIA, "HTTP_ACCEPT": given.get("Accept") or MEDIA,
            "HTTP_AUTHORIZATION": given.get("Authorization", ""),
            "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        answered = self.app(environ, lambda status, headers, *more: said.append(status))
        try:
            content = b"".join(answered)
        finally:
            getattr(answered, "close", lambda: None)()
        return int(said[0].split()[0]), content


def somebody(ignored: Any) -> Any:
    """Who giftless takes whoever passed GitHub's door for. The id is text: PyJWT takes no token of nobody."""
    from giftless.auth.identity import DefaultIdentity, Permission

    known = DefaultIdentity(name="somebody", id="1")
    known.allow(permissions=Permission.all())
    return known


def _root(repository: Repository) -> Repository:
    """Forks share their parent's objects."""
    return _root(repository.parent) if repository.parent else repository


def _may_send(world: World, who: Caller, repository: Repository) -> None:
    credential = who.credential
    if credential is None:
        raise Refusal(401, "Credentials needed")
    if credential.permissions is None:
        may = world.role(credential.account, repository) in ("write", "admin")
    else:
        may = credential.permissions.get("contents") in ("write", "admin") and repository.id in (
            credential.repositories or ()
        )
    if not may or repository.archived:
        raise Refusal(403, "You must have push access to verify locks")
