"""The libraries of the extra [bot], which only those need who go to GitHub's repositories."""

from __future__ import annotations

from importlib.util import find_spec

from dimorder.errors import EnvironmentProblem

_LIBRARIES = ("github", "requests", "dbos", "sqlalchemy")


def require(command: str) -> None:
    """Raises EnvironmentProblem where one of them is not installed; loads none."""
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        raise EnvironmentProblem(
            f"{command} needs the extra [bot], which is not installed", hint="pip install 'dimorder[bot]'"
        )
