"""What GitHub says when it does not do it, in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DOCS = "https://docs.github.com/rest"


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(
        self, status: int, message: str, *, errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status, self.message, self.errors, self.headers = status, message, errors, dict(headers or {})

    @property
    def document(self) -> dict[str, Any]:
        told: dict[str, Any] = {"message": self.message, "documentation_url": DOCS, "status": str(self.status)}
        return told if self.errors is None else {**told, "errors": self.errors}


def not_found() -> Refusal:
    return Refusal(404, "Not Found")


def bad_credentials() -> Refusal:
    return Refusal(401, "Bad credentials")


def not_accessible() -> Refusal:
    return Refusal(403, "Resource not accessible by integration")


def invalid(resource: str, field: str, code: str = "invalid", message: str = "") -> Refusal:
    error = {"resource": resource, "field": field, "code": code}
    return Refusal(422, "Validation Failed", errors=[{**error, "message": message} if message else error])


def custom(resource: str, message: str) -> Refusal:
    error = {"resource": resource, "code": "custom", "message": message}
    return Refusal(422, "Validation Failed", errors=[error])


def secondary(seconds: int = 60) -> Refusal:
    told = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return Refusal(403, told, headers={"Retry-After": str(seconds)})


def primary(reset: int) -> Refusal:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    return Refusal(403, "API rate limit exceeded for user ID 1.", headers=headers)
