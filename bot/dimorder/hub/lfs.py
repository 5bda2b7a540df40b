"""Files that Git LFS keeps: asked for by hash and size, taken from the hosts that GitHub keeps them on, and checked.

Source: https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md. Where a repository's own .lfsconfig points is
not looked at: it could be anywhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit

from dimorder.errors import UsageError
from dimorder.hub import address
from dimorder.hub.answer import Answer, Room, problem
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem

_KIND = "application/vnd.git-lfs+json"
_MOST, _LARGEST = 100, 4 << 20
"""Objects in one question, bytes of its answer."""
_OID = re.compile(r"[0-9a-f]{64}")
_OF_GITHUB = ("github-cloud.githubusercontent.com", "github-cloud.s3.amazonaws.com", "media.githubusercontent.com")
_GONE = (404, 410, 422)
"""What some servers answer as a whole where they have none of the objects."""
_ENDED = (401, 403, 410)
"""What a storage answers once the address that was given for it has expired."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a pointer file says. oid: the sha256 of the bytes, in hex."""

    oid: str
    size: int


@dataclass(frozen=True, slots=True)
class _Source:
    """Where an object can be had for a while, and what to sign the request with."""

    href: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


def fetched(
    client: Client, repository: str, wanted: Iterable[Pointed], folder: str, hosts: tuple[str, ...] = ()
) -> dict[str, str | ApiProblem]:
    """Fetch objects into a folder; where each lies, or why it could not be had, by its oid.

    hosts: further ones that an Enterprise server keeps files on. Raises ApiProblem where the server says nothing.
    """
    wire = _Wire(client, repository, (*_OF_GITHUB, *hosts))
    found: dict[str, str | ApiProblem] = {}
    for some in _parts(dict.fromkeys(wanted)):
        sources = wire.sources(some)
        found |= {one.oid: wire.saved(one, sources[one.oid], folder) for one in some}
    return found


class _Wire:
    """The LFS server of one repository, and the hosts that it sends us to."""

    def __init__(self, client: Client, repository: str, hosts: tuple[str, ...]) -> None:
        from dimorder.hub.transport import session

        owner, name = owned(repository)
        self._client, self._hosts = client, hosts
        self._batch = f"{client.web}/{quote(owner)}/{quote(name)}.git/info/lfs/objects/batch"
        self._session = session(client.web)

    def sources(self, wanted: tuple[Pointed, ...]) -> dict[str, _Source | ApiProblem]:
        """Where each of them can be had, or why not. Raises ApiProblem where it is not about them."""
        objects = [{"oid": one.oid, "size": one.size} for one in wanted]
        asked = {"operation": "download", "transfers": ["basic"], "hash_algo": "sha256", "objects": objects}
        try:
            told = self._client.persistently(partial(self._told, json.dumps(asked)))
        except ApiProblem as met:
            if met.status not in _GONE:
                raise
            return dict.fromkeys((one.oid for one in wanted), met)
        listed = told.get("objects") if isinstance(told, dict) else None
        named = {one["oid"]: one for one in (listed or ()) if isinstance(one, dict) and isinstance(one.get("oid"), str)}
        return {one.oid: self._source(one, named.get(one.oid)) for one in wanted}

    def saved(self, one: Pointed, source: _Source | ApiProblem, folder: str) -> str | ApiProblem:
        """Where it lies now, or why not. An address that has expired is asked for once more."""
        met = self._tried(one, source, folder)
        if isinstance(source, ApiProblem) or isinstance(met, str) or met.status not in _ENDED:
            return met
        return self._tried(one, self.sources((one,))[one.oid], folder)

    def _tried(self, one: Pointed, source: _Source | ApiProblem, folder: str) -> str | ApiProblem:
        if isinstance(source, ApiProblem):
            return source
        try:
            return self._client.persistently(partial(self._saved, one, source, folder))
        except ApiProblem as met:
            return met

    def _saved(self, one: Pointed, source: _Source, folder: str) -> str:
        path, told, size = os.path.join(folder, one.oid), hashlib.sha256(), 0
        try:
            with open(f"{path}.part", "wb") as file:

                def put(piece: bytes) -> None:
                    told.update(piece)
                    file.write(piece)

                self._sent("GET", source.href, source.headers, None, Room(one.size, put))
                size = file.tell()
            if (told.hexdigest(), size) != (one.oid, one.size):
                raise ApiProblem(f"LFS object {one.oid[:12]}: what came is not what was asked for", 0)
            os.replace(f"{path}.part", path)
        except BaseException:
            with suppress(OSError):
                os.unlink(f"{path}.part")
            raise
        return path

    def _source(self, one: Pointed, told: Any) -> _Source | ApiProblem:
        what = f"LFS object {one.oid[:12]}"
        error = told.get("error") if isinstance(told, dict) else None
        if isinstance(error, dict):
            code = error.get("code")
            said = self._client.token.hidden_in(_word(error.get("message")))
            return ApiProblem(f"{what}: {said}", code if isinstance(code, int) else 0)
        try:
            action = told["actions"]["download"]
            href, headers = str(action["href"]), {str(k): str(v) for k, v in (action.get("header") or {}).items()}
        except (TypeError, KeyError, AttributeError):
            return ApiProblem(f"{what}: the server does not say where it lies", 404)
        if not self._is_allowed(href):
            return ApiProblem(f"{what}: it lies at {_word(href.partition('?')[0])}, which is no host of GitHub's", 403)
        return _Source(href, headers)

    def _is_allowed(self, href: str) -> bool:
        try:
            address.safe(href.partition("?")[0])
            place, own = urlsplit(href), urlsplit(self._client.web)
            return place.hostname in self._hosts or (place.scheme, place.netloc) == (own.scheme, own.netloc)
        except (UsageError, ValueError):
            return False

    def _told(self, asked: str) -> Any:
        headers = {"Accept": _KIND, "Content-Type": _KIND}
        return self._sent("POST", self._batch, headers, asked, Room(_LARGEST)).document()

    def _sent(self, method: str, url: str, headers: Mapping[str, str], body: str | None, room: Room) -> Answer:
        """Our own signature goes to the server itself only, and only where it has given none for its storage."""
        from dimorder.hub.transport import Question, answered

        token, names = self._client.token, {name.lower() for name in headers}
        is_ours = bool(token) and url.startswith(f"{self._client.web}/") and "authorization" not in names
        used = token.header() if is_ours else ""
        signed = {**headers, **({"Authorization": token.basic()} if is_ours else {})}
        answer = answered(self._session, Question(method, url, signed, body, room))
        if answer.status == 401 and is_ours and token.renewed(used):
            signed = {**headers, "Authorization": token.basic()}
            answer = answered(self._session, Question(method, url, signed, body, room))
        if answer.status != 200:
            raise problem(f"LFS {method} {urlsplit(url).path}", answer, token.hidden_in)
        return answer


def _parts(wanted: Iterable[Pointed]) -> Iterator[tuple[Pointed, ...]]:
    rest = iter(wanted)
    while some := tuple(islice(rest, _MOST)):
        for one in some:
            if not _OID.fullmatch(one.oid) or one.size < 0:
                raise ApiProblem(f"{one.oid[:80]!r} is no object of LFS", 404)
        yield some


def _word(told: Any) -> str:
    return " ".join(str(told).split())[:200]
