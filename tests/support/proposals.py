"""A repository on the fake GitHub with one model, proposals to it, and processes that end anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dimorder.hub.author import Author, of_token
from dimorder.hub.client import Client
from dimorder.hub.gate import LONGEST, LocalGate, Pace
from dimorder.hub.proposal.content import Manners, Moved, NewFile, Outcome, Proposal, marked
from dimorder.hub.proposal.publish import publish
from dimorder.hub.token import Token
from github_com.hub import Hub
from github_com.world import Issue, Label, Repository

OLD, TWIN, CERTIFICATE = b"\x89HDF th", b"\x89HDF tf", b'{"verdict": "equivalent"}\n'
SAID, OTHER = "0" * 16, "1" * 16


class Killed(BaseException):
    """The process has ended: nothing catches it."""


@dataclass
class Gate(LocalGate):
    """Lets through at once. struck: called in front of each write with its number, from 1."""

    pace: Pace = field(default_factory=lambda: Pace(between=0.0, per_hour=10_000))
    sleep: Callable[[float], None] = lambda seconds: None
    struck: Callable[[int], None] = lambda number: None
    count: int = 0

    @contextmanager
    def passage(self, longest: float = LONGEST) -> Iterator[None]:
        self.count += 1
        self.struck(self.count)
        with super().passage(longest):
            yield


@dataclass
class Nets:
    """A repository with one model. token: of the bot. dead: the process is to end as soon as it would wait."""

    hub: Hub
    repository: Repository
    folder: Path
    token: str
    dead: bool = False
    gate: Gate = field(default_factory=Gate)

    def client(self) -> Client:
        hub = self.hub
        return Client(hub.address, Token(self.token), hub.graphql, hub.web, sleep=self._wait, gate=self.gate)

    def _wait(self, seconds: float) -> None:
        if self.dead:
            raise Killed

    @property
    def us(self) -> Author:
        return of_token(self.client())

    def proposal(
        self, original: bytes = OLD, *, said: str = SAID, title: str = "Add weights", text: str = "proven",
        files: dict[str, bytes] | None = None,
    ) -> Proposal:  # fmt: skip
        """Of what stands at the head of main."""
        base = self.repository.bare.resolved("main")
        assert base is not None
        moved = (Moved("nets/model.h5", hashlib.sha256(original).hexdigest(), "tf/tf"),)
        held = {"nets/model.tf.h5": TWIN, "nets/model.tf.h5.proof.json": CERTIFICATE} if files is None else files
        made = tuple(self.file(path, content) for path, content in held.items())
        return Proposal(self.repository.full_name, "main", base, moved, made, title, marked(text, moved, said))

    def file(self, path: str, content: bytes) -> NewFile:
        digest = hashlib.sha256(content).hexdigest()
        place = self.folder / digest
        place.write_bytes(content)
        return NewFile(path, str(place), digest, len(content))

    def publish(self, proposal: Proposal | None = None, manners: Manners | None = None) -> Outcome:
        return publish(self.client(), proposal or self.proposal(), manners or Manners(), self.us)

    def writes(self) -> int:
        return len(self.hub.journal.writes)

    def pulls(self, state: str = "all") -> list[Issue]:
        return self.hub.pulls(self.repository.full_name, state)

    def branches(self) -> list[str]:
        return [name for name in self.repository.bare.word(
            "for-each-ref", "--format=%(refname:short)", "refs/heads/dimorder").split("\n") if name]  # fmt: skip

    def amend(self, branch: str, message: str, author: str, committer: str) -> None:
        """Put the branch's files into another commit in place of its last. author, committer: addresses."""
        bare = self.repository.bare
        named = {f"GIT_{side}_{what}": value for side, email in (("AUTHOR", author), ("COMMITTER", committer))
                 for what, value in (("NAME", "somebody"), ("EMAIL", email))}  # fmt: skip
        tree = ("commit-tree", f"{branch}^{{tree}}", "-p", f"{branch}^")
        made = bare.git(*tree, given=message.encode(), also=named).decode().strip()
        bare.git("update-ref", f"refs/heads/{branch}", made)

    def publish_url(self, number: int) -> str:
        return f"{self.hub.web}/{self.repository.full_name}/pull/{number}"

    def held(self, ref: str) -> dict[str, bytes]:
        """The files of a commit."""
        bare = self.repository.bare
        names = [name for name in bare.word("ls-tree", "-r", "--name-only", ref).split("\n") if name]
        return {name: bare.git("cat-file", "blob", f"{ref}:{name}") for name in names}

    def label(self, issue: Issue, name: str) -> None:
        """As a person does on the page."""
        self.repository.labels.setdefault(name, Label(self.hub.world.number(), name, description=""))
        issue.labels.append(name)

    def commit_by_somebody(self, branch: str, name: str = "nets/mine.txt") -> str:
        return self.hub.world.push(self.repository, {name: b"mine\n"}, branch)


def nets_in(hub: Hub, name: str, folder: Path) -> Nets:
    """A new repository `name`, to which the bot may push."""
    files = {"nets/model.h5": OLD, "README.md": b"nets\n"}
    repository = hub.repository(name, files, roles={"bot": "write", "ann": "admin"})
    folder.mkdir(exist_ok=True)
    return Nets(hub, repository, folder, hub.token("bot"))
