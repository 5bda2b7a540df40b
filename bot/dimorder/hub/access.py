"""Who we are on GitHub, and clients that may do as little as they need: first to read, later to write.

A client that may write is made once there is a proven proposal, by whoever publishes it; what fetches and judges never
holds one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from dimorder.errors import UsageError
from dimorder.hub.app import AppAccess
from dimorder.hub.author import Author, of_token
from dimorder.hub.client import Client
from dimorder.hub.gate import Gate, LocalGate
from dimorder.hub.key import Key, read_key
from dimorder.hub.token import Token

TOKEN, READ_TOKEN = "DIMORDER_TOKEN", "DIMORDER_READ_TOKEN"
APP, KEY, KEY_FILE = "DIMORDER_APP_ID", "DIMORDER_APP_KEY", "DIMORDER_APP_KEY_FILE"
GateOf = Callable[[str], Gate]
"""The gate of an owner of tokens, by its key."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the operator gave. app: its number. read: a token of its own to read with."""

    token: Token | None = None
    read: Token | None = None
    app: str = ""
    key: Key | None = None


def taken(variables: MutableMapping[str, str]) -> Secrets:
    """The secrets, which the variables hold no more, so that nothing started from here inherits them."""
    token, read, key, file = (variables.pop(name, "") for name in (TOKEN, READ_TOKEN, KEY, KEY_FILE))
    if key and file:
        raise UsageError(f"both {KEY} and {KEY_FILE} are set", hint="leave one of them out")
    found = Key(key) if key else read_key(file) if file else None
    return Secrets(Token(token) if token else None, Token(read) if read else None, variables.get(APP, ""), found)


class Access(Protocol):
    """A token's, or a GitHub App's."""

    def reading(self, where: str, *, pulls: bool = False) -> Client:
        """For a repository `owner/name`, for all that an owner has, or "" for what everybody may see.

        pulls: and its pull requests. Raises ApiProblem where we have no access.
        """

    def writing(self, repository: str, *, issues: bool = False) -> Client:
        """To push and to open pull requests in one repository; issues: to write issues there, and nothing else.

        Raises ApiProblem.
        """

    def author(self) -> Author:
        """Whose name stands at what we write. Raises ApiProblem where GitHub does not say."""

    def owners(self) -> tuple[str, ...]:
        """Who has installed the app. Raises ApiProblem, and UsageError where there is no app."""


@dataclass
class TokenAccess:
    """By a token of a user or of a job; read: another one to read with, so that what reads cannot write."""

    api: str
    token: Token
    read: Token | None = None
    web: str = ""
    gate_of: GateOf = field(default=lambda key: LocalGate())
    _known: tuple[Author, Gate] | None = field(default=None, init=False, repr=False)
    _one: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def reading(self, where: str, *, pulls: bool = False) -> Client:
        """The token decides what it may see."""
        return self._client(self.read or self.token)

    def writing(self, repository: str, *, issues: bool = False) -> Client:
        """The token decides what it may do."""
        return self._client(self.token)

    def author(self) -> Author:
        """The token's account."""
        return self._who()[0]

    def owners(self) -> tuple[str, ...]:
        """Tokens are not installed: whoever asks for it took one for a GitHub App. Raises UsageError."""
        raise UsageError(
            "--installed goes where a GitHub App is installed, and a token is none",
            hint=f"sign in as an App: {APP} with {KEY} or {KEY_FILE}",
        )

    def _client(self, token: Token) -> Client:
        return Client(self.api, token, web=self.web, gate=self._who()[1])

    def _who(self) -> tuple[Author, Gate]:
        """Asked once. All tokens of an account share a gate."""
        with self._one:
            if self._known is None:
                author = of_token(Client(self.api, self.token, web=self.web))
                self._known = author, self.gate_of(f"{urlsplit(self.api).netloc}/{author.id}")
            return self._known


def granted(secrets: Secrets, api: str, *, web: str = "", gate_of: GateOf) -> Access:
    """What the secrets open. Raises UsageError where that is nothing, or two doors at once."""
    if secrets.token and not (secrets.app or secrets.key):
        return TokenAccess(api, secrets.token, secrets.read, web, gate_of)
    if secrets.app and secrets.key and not secrets.token:
        return AppAccess(api, secrets.app, secrets.key, web, gate_of)
    raise UsageError(
        "it is not clear how to sign in to GitHub", hint=f"set either {TOKEN}, or {APP} with {KEY} or {KEY_FILE}"
    )
