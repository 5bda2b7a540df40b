"""All routes of the API, and which of them a path is for."""

from __future__ import annotations

import re
from urllib.parse import unquote

from github_com import rest_apps, rest_commits, rest_git, rest_issues, rest_pulls, rest_repositories
from github_com.wire import Route

ROUTES: tuple[Route, ...] = (
    *rest_repositories.ROUTES, *rest_git.ROUTES, *rest_commits.ROUTES, *rest_issues.ROUTES, *rest_pulls.ROUTES,
    *rest_apps.ROUTES,
)  # fmt: skip
_WITH_SLASHES = frozenset({"ref", "path", "basehead", "branch"})


def _pattern(template: str) -> re.Pattern[str]:
    named = re.sub(
        r"\{(\w+)\}", lambda found: f"(?P<{found[1]}>{'.+' if found[1] in _WITH_SLASHES else '[^/]+'})", template
    )
    return re.compile(named)


_PATTERNS = [(route, _pattern(route.template)) for route in ROUTES]


def matched(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route and what stands in its braces. path: as it was sent, escaped."""
    for route, pattern in _PATTERNS:
        found = pattern.fullmatch(path) if route.method == method else None
        if found:
            return route, {name: unquote(value) for name, value in found.groupdict().items()}
    if method == "GET" and path.endswith("/contents/"):
        return matched(method, path.rstrip("/") + "/%2F")
    return None
