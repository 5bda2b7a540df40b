"""Whoever asks GitHub nothing loads nothing for it, and without it is told in one sentence what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

_HEAVY = ("github", "requests", "urllib3", "cryptography", "jwt", "sqlalchemy", "dbos", "psycopg")
_SAYS = "import sys, {module}; print(' '.join(name for name in {heavy!r} if name in sys.modules))"
_WITHOUT = """
import sys
for name in {heavy!r}:
    sys.modules[name] = None
from dimorder.hub.client import Client
from dimorder.hub.token import Token
try:
    Client("https://api.github.com", Token("t")).get("user")
except Exception as error:
    print(type(error).__name__, error.exit_class, error)
"""


def said(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    "module",
    ["dimorder", "dimorder.cli", "dimorder.action.step", "dimorder.action.commenting", "dimorder.hub.client",
     "dimorder.hub.access", "dimorder.hub.git", "dimorder.hub.lfs"],
)  # fmt: skip
def test_nothing_is_loaded_that_is_not_used(module: str) -> None:
    assert said(_SAYS.format(module=module, heavy=_HEAVY)) == ""


def test_without_it_one_sentence_says_what_to_install() -> None:
    told = said(_WITHOUT.format(heavy=_HEAVY))
    assert told.startswith("EnvironmentProblem environment to talk to GitHub takes")
    assert "pip install 'dimorder[github]'" in told
