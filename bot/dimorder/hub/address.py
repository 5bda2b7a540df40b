"""Where a GitHub is: its API, and the place that serves git and LFS."""

from __future__ import annotations

from urllib.parse import urlsplit

from dimorder.errors import UsageError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_ENTERPRISE = "/api/v3"


def safe(url: str) -> str:
    """The address without a slash at its end; anything that would send the token in the clear is refused."""
    try:
        parts = urlsplit(url)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        is_safe = is_safe and bool(parts.hostname) and not (parts.username or parts.query or parts.fragment)
    except ValueError:
        is_safe = False
    if not is_safe or not url.isprintable() or " " in url:
        raise UsageError(f"{url!r} is no address of GitHub's API", hint="for example https://api.github.com")
    return url.rstrip("/")


def web(api: str) -> str:
    """Where the git of an API is served: api.github.com and github.com, HOST/api/v3 and HOST; else the same place."""
    parts = urlsplit(api)
    host = parts.netloc
    if parts.path.endswith(_ENTERPRISE):
        return f"{parts.scheme}://{host}{parts.path.removesuffix(_ENTERPRISE)}"
    return f"{parts.scheme}://{host.removeprefix('api.')}"


def graphql(api: str) -> str:
    """Where GraphQL is asked: https://docs.github.com/en/enterprise-server@3.17/graphql (HOST/api/graphql)."""
    return f"{api.removesuffix('/v3') if api.endswith(_ENTERPRISE) else api}/graphql"
