"""The secret that GitHub knows a job by."""

from __future__ import annotations

from typing import NoReturn

from dimorder.errors import UsageError


class Token:
    """A secret that shows itself to nobody but the header that it is sent in."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not value.isascii() or not value.isprintable() or " " in value:
            raise UsageError("the token is none", hint="pass ${{ github.token }}")
        self._value = value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Token(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not sent to other processes")

    def header(self) -> str:
        """What the header Authorization says."""
        return f"Bearer {self._value}"

    def hidden_in(self, text: str) -> str:
        """The text without it."""
        return text.replace(self._value, "***") if self._value else text
