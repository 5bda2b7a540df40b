"""A GitHub App: its installations, and tokens minted for one repository and few rights, an hour at most."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlsplit

from dimorder.hub.author import Author, of_app
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.gate import Gate, LocalGate
from dimorder.hub.key import Key, SignedIn
from dimorder.hub.problem import ApiProblem
from dimorder.hub.token import Token

PUBLIC: Mapping[str, str] = {"metadata": "read"}
READ: Mapping[str, str] = {"metadata": "read", "contents": "read"}
WRITE: Mapping[str, str] = {"metadata": "read", "contents": "write", "pull_requests": "write"}
PULLS: Mapping[str, str] = {"pull_requests": "read"}
ISSUES: Mapping[str, str] = {"metadata": "read", "issues": "write"}
_MOST_TOKENS = 1000
_MARGIN = 300.0
"""Seconds before its end in which a token is used no more: the longest upload begins before."""


@dataclass(frozen=True, slots=True)
class Minted:
    """until: when it ends, in seconds since 1970."""

    token: Token
    until: float


class Installed:
    """What an installation's requests are signed with: minted when needed, and anew before its end or when refused."""

    def __init__(self, mint: Callable[[], Minted], clock: Callable[[], float]) -> None:
        self._mint, self._clock = mint, clock
        self._now: Minted | None = None
        self._one = threading.Lock()

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "Installed(***)"

    def header(self) -> str:
        """What the header Authorization says to the API."""
        return self._current().header()

    def basic(self) -> str:
        """What it says where git and LFS are served."""
        return self._current().basic()

    def hidden_in(self, text: str) -> str:
        """The text without the token of now."""
        return self._now.token.hidden_in(text) if self._now else text

    def renewed(self, refused: str) -> bool:
        """Another one is minted, unless somebody else was faster."""
        with self._one:
            if self._now and self._now.token.header() == refused:
                self._now = None
        return self._current().header() != refused

    def _current(self) -> Token:
        with self._one:
            if self._now is None or self._clock() >= self._now.until - _MARGIN:
                self._now = self._mint()
            return self._now.token


@dataclass
class AppAccess:
    """By a GitHub App. number: its id, or its client's. clock, sleep: so that tests need not wait."""

    api: str
    number: str
    key: Key
    web: str = ""
    gate_of: Callable[[str], Gate] = field(default=lambda key: LocalGate())
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    _known: dict[str, int] = field(default_factory=dict, init=False, repr=False)
    _tokens: dict[tuple[str, tuple[str, ...]], Installed] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self._gate = self.gate_of(f"{urlsplit(self.api).netloc}/app/{self.number}")

    def reading(self, where: str, *, pulls: bool = False) -> Client:
        """For a repository, or for all that the app may see of an owner; "" for what everybody may see."""
        return self._client(where, {**(READ if where else PUBLIC), **(PULLS if pulls else {})})

    def writing(self, repository: str, *, issues: bool = False) -> Client:
        """To push and to open pull requests in one repository; issues: to write issues there, and nothing else."""
        owned(repository)
        client = self._client(repository, ISSUES if issues else WRITE)
        client.token.header()  # minted now, so that what is missing is told before anything is written
        return client

    def author(self) -> Author:
        """The app's bot."""
        return self._author

    def owners(self) -> tuple[str, ...]:
        """Who has installed it."""
        self._known = self._installations()
        return tuple(self._known)

    def _client(self, where: str, permissions: Mapping[str, str]) -> Client:
        rights = tuple(f"{name}: {right}" for name, right in sorted(permissions.items()))
        if len(self._tokens) >= _MOST_TOKENS:
            self._tokens.clear()  # who works with one of them has it
        fresh = Installed(partial(self._minted, where, permissions), self.clock)
        token = self._tokens.setdefault((where, rights), fresh)  # of whoever comes first, for all threads
        return Client(self.api, token, web=self.web, sleep=self.sleep, gate=self._gate)

    def _minted(self, where: str, permissions: Mapping[str, str]) -> Minted:
        """Asked again where the answer is lost: a token that nobody has seen ends by itself, and changes nothing."""
        installation = self._installation(where)
        _, _, name = where.partition("/")
        wanted = {"permissions": dict(permissions), **({"repositories": [name]} if name else {})}
        made = self._app.mint("app", "installations", str(installation), "access_tokens", document=wanted)
        try:
            end = datetime.fromisoformat(made["expires_at"].replace("Z", "+00:00"))
            return Minted(Token(made["token"]), end.timestamp())
        except (KeyError, TypeError, AttributeError, ValueError):
            raise ApiProblem("GitHub's token for the app is none", 0) from None

    def _installation(self, where: str) -> int:
        """Of the owner; looked up again for one that is new. For "" of anybody."""
        owner = where.partition("/")[0]
        for _ in range(2):
            for login, number in self._known.items():
                if login.lower() == owner.lower() or not owner:
                    return number
            self._known = self._installations()
        raise ApiProblem(f"the app is not installed for {where!r}", 404)

    def _installations(self) -> dict[str, int]:
        found = self._app.pages("app", "installations")
        try:
            return {str(one["account"]["login"]): int(one["id"]) for one in found if not one.get("suspended_at")}
        except (KeyError, TypeError, ValueError):
            raise ApiProblem("GitHub's list of the app's installations is none", 0) from None

    @cached_property
    def _app(self) -> Client:
        return Client(self.api, SignedIn(self.number, self.key, self.clock), web=self.web, sleep=self.sleep)

    @cached_property
    def _author(self) -> Author:
        told: Any = self._app.get("app")
        slug = told.get("slug") if isinstance(told, dict) else None
        if not isinstance(slug, str):
            raise ApiProblem("GitHub does not say what the app is called", 0)
        return of_app(self.reading(""), slug)
