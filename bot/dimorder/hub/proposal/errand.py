"""One proposal on its way to GitHub: by whom, by whose token, and in which manner."""

from __future__ import annotations

from dataclasses import dataclass

from dimorder.hub.author import Author
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.proposal.content import Manners, Person, Proposal


@dataclass(frozen=True, slots=True)
class Errand:
    """us: by whose number something is known to be ours."""

    client: Client
    proposal: Proposal
    manners: Manners
    us: Author

    @property
    def repository(self) -> tuple[str, str, str]:
        """The beginning of its API's paths."""
        return ("repos", *owned(self.proposal.repository))

    @property
    def person(self) -> Person:
        """Whom commits name."""
        return self.manners.author or Person(self.us.login, self.us.email)
