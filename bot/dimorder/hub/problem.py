"""What GitHub did not do."""

from __future__ import annotations

from dimorder.errors import EnvironmentProblem

NO_REPOSITORY = "there is no such repository, or the token may not see it"
"""What 404 means where a repository was asked for."""


class ApiProblem(EnvironmentProblem):
    """GitHub did not do it.

    status: of its answer, 0 where none came, so that nobody knows what was done. wait: seconds that it asks for.
    told: what it says of the reasons, "" where it says nothing.
    """

    def __init__(self, sentence: str, status: int, *, wait: float = 0.0, told: str = "") -> None:
        super().__init__(sentence, hint="see the status of GitHub, and the permissions of the token")
        self.status, self.wait, self.told = status, wait, told

    @property
    def is_in_doubt(self) -> bool:
        """Whether it may have been done all the same."""
        return self.status == 0 or self.status >= 500

    @property
    def is_refusal(self) -> bool:
        """Whether the token may not do it, and no waiting helps."""
        return self.status in (401, 403, 404) and not self.wait
