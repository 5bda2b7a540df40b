"""A GitHub App's private key, and the short-lived word that it signs.

The key stays in this process: it is shown to nobody, sent to no other process, and no child inherits it.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable
from typing import NoReturn

from dimorder.errors import EnvironmentProblem, UsageError

_LIFE, _MARGIN = 480, 60
"""Seconds. GitHub takes 600 at most, from a clock that may be a minute off."""
_LARGEST = 1 << 16
_BEGIN, _END = "-----BEGIN ", "PRIVATE KEY-----"


class Key:
    """PEM, as GitHub gives it out."""

    __slots__ = ("_pem",)

    def __init__(self, pem: str) -> None:
        # Stores of secrets that take one line only hold it with its ends of lines spelled out.
        text = pem.replace("\\n", "\n").strip() + "\n"
        if not text.startswith(_BEGIN) or _END not in text:
            raise UsageError("the app's key is none", hint="it is the .pem file that GitHub gave out for the app")
        self._pem = text

    def __repr__(self) -> str:
        return "Key(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not sent to other processes")

    def signer(self, app: str) -> Callable[[], str]:
        """Makes words by which the app signs in. Raises EnvironmentProblem without PyGithub, UsageError for no key."""
        try:
            from github.Auth import AppAuth
            from jwt import PyJWTError
        except ModuleNotFoundError as missing:
            raise EnvironmentProblem(
                f"to sign in as an app takes {missing.name}, which is not installed",
                hint="pip install 'dimorder[github]'",
            ) from None
        make = AppAuth(app, self._pem, jwt_expiry=_LIFE).create_jwt

        def made() -> str:
            try:
                return make()
            except (PyJWTError, ValueError, TypeError):  # whose words may quote the key
                raise UsageError("the app's key cannot be read", hint="it is RSA in PEM, without a password") from None

        return made


class SignedIn:
    """What an app signs its requests with: a word for eight minutes, made anew before it ends."""

    def __init__(self, app: str, key: Key, clock: Callable[[], float] = time.time) -> None:
        self._app, self._key, self._clock = app, key, clock
        self._word, self._until = "", 0.0
        self._one = threading.Lock()

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"SignedIn({self._app!r})"

    def header(self) -> str:
        """What the header Authorization says to the API."""
        with self._one:
            if self._clock() >= self._until:
                self._word = self._key.signer(self._app)()
                self._until = self._clock() + _LIFE - _MARGIN
            return f"Bearer {self._word}"

    def basic(self) -> str:
        """Apps themselves have no git."""
        raise AssertionError("an app reads and writes by the tokens of its installations only")

    def hidden_in(self, text: str) -> str:
        """The text without the word."""
        return text.replace(self._word, "***") if self._word else text

    def renewed(self, refused: str) -> bool:
        """Another word of the same key would be refused as well."""
        return False


def read_key(path: str) -> Key:
    """The key in a file. Raises UsageError for what is none, EnvironmentProblem where others may read it."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK), encoding="ascii") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
                raise UsageError(f"{path!r} is no key", hint="it is the .pem file that GitHub gave out for the app")
            if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO) & ~stat.S_IRGRP:
                raise EnvironmentProblem(f"others than its owner may use the key {path!r}", hint=f"chmod 600 {path}")
            return Key(file.read())
    except UnicodeDecodeError:
        raise UsageError(f"{path!r} is no key", hint="it is the .pem file that GitHub gave out for the app") from None
    except OSError as error:
        raise UsageError(f"the key {path!r} cannot be read: {error.strerror}", hint="name its file") from None
