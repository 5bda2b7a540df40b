"""The secret that GitHub knows us by."""

from __future__ import annotations

import base64
from typing import NoReturn, Protocol

from dimorder.errors import UsageError

_USER = "x-access-token"
"""What git calls itself beside a token: https://docs.github.com/en/apps (authenticating as an installation)."""


class Credential(Protocol):
    """What signs a request: one token for good, or tokens that are minted as they are needed."""

    def __bool__(self) -> bool: ...

    def header(self) -> str:
        """What the header Authorization says to the API."""

    def basic(self) -> str:
        """What it says where git and LFS are served."""

    def hidden_in(self, text: str) -> str:
        """The text without the secret."""

    def renewed(self, refused: str) -> bool:
        """Whether there is another secret than the one of the header that GitHub refused."""


class Token:
    """A secret that shows itself to nobody but the header that it is sent in."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not value.isascii() or not value.isprintable() or " " in value:
            raise UsageError(
                "the token holds what no token has: blanks, line breaks or signs beyond ASCII",
                hint="pass it as GitHub gave it; in a workflow that is ${{ github.token }}",
            )
        self._value = value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Token(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not sent to other processes")

    def header(self) -> str:
        """What the header Authorization says to the API."""
        return f"Bearer {self._value}"

    def basic(self) -> str:
        """What it says where git and LFS are served."""
        return f"Basic {self._encoded()}"

    def hidden_in(self, text: str) -> str:
        """The text without it."""
        return text.replace(self._value, "***").replace(self._encoded(), "***") if self._value else text

    def renewed(self, refused: str) -> bool:
        """There is no other."""
        return False

    def _encoded(self) -> str:
        return base64.b64encode(f"{_USER}:{self._value}".encode()).decode()
