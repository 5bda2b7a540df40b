"""What the runner's variables hold that nothing started from here may see."""

from __future__ import annotations

from collections.abc import MutableMapping

TOKEN = "INPUT_TOKEN"
_SECRETS = (
    TOKEN, "GITHUB_TOKEN", "GH_TOKEN", "ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_RESULTS_URL", "ACTIONS_CACHE_URL", "ACTIONS_RUNTIME_URL",
)  # fmt: skip


def hide(variables: MutableMapping[str, str]) -> dict[str, str]:
    """The secrets, which the variables hold no more."""
    return {name: variables.pop(name, "") for name in _SECRETS}
