"""Repositories to sweep, of all sorts, and what must be true of them however often the sweep was cut off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from github_com.hub import Hub
from github_com.world import Issue, Repository
from support.places import PART_OF_ZOO

TH = (PART_OF_ZOO / "k208-theano-th" / "flatten_dense" / "full.h5").read_bytes()
LIKELY = (PART_OF_ZOO / "k122-theano-th" / "advact_net" / "full.h5").read_bytes()
"""Its kernels are only likely Theano's."""
TF = (PART_OF_ZOO / "k122-theano-th" / "advact_net" / "expected_tf.h5").read_bytes()
INVITED = b"bot:\n  enabled: true\n"
TRACKED = b"*.h5 filter=lfs diff=lfs merge=lfs -text\n"
QUIET = 3600.0
"""Seconds since somebody pushed: what is younger is looked at twice, since GitHub tells whole seconds."""
BOT = "bot"
OWN = "acme"
MODEL = {"nets/model.h5": TH, ".dimorder.yml": INVITED}
OTHERS = (
    *({"README.md": b"nobody is invited\n"} for _ in range(10)),
    {"README.md": b"nets\n", ".dimorder.yml": INVITED},
    {"nets/model.h5": TH, "README.md": b"nobody is invited\n"},
    {"nets/model.h5": TH, ".dimorder.yml": b"bot:\n  enabled: false\n"},
    {"nets/model.h5": LIKELY, ".dimorder.yml": INVITED},
    {"nets/model.h5": TF, ".dimorder.yml": INVITED},
)
"""In which nothing is to be proposed."""


@dataclass
class Town:
    """wanted: repositories that must get their pull request. others: where nothing must be written."""

    hub: Hub
    wanted: list[Repository] = field(default_factory=list)
    others: list[Repository] = field(default_factory=list)

    def model(self, name: str, owner: str = OWN, *, tracked: bool = False) -> Repository:
        """One with a model in Theano's layout, which asks for the bot. tracked: LFS keeps such files there."""
        roles = {"ann": "admin", **({BOT: "write"} if owner == OWN else {})}
        held = {**MODEL, **({".gitattributes": TRACKED} if tracked else {})}
        made = self.hub.repository(f"{owner}/{name}", held, organization=owner == OWN, roles=roles)  # type: ignore[arg-type]
        made.pushed -= QUIET
        self.wanted.append(made)
        return made

    def other(self, number: int) -> Repository:
        files = dict(OTHERS[number % len(OTHERS)])
        made = self.hub.repository(
            f"{OWN}/other{number:03}", files, organization=True, roles={BOT: "write"}, archived=number % 3 == 0
        )
        made.pushed -= QUIET
        self.others.append(made)
        return made

    def build(self, models: int, *, tracked: int = 0, foreign: int = 0) -> None:
        """Models: in the first LFS keeps such files, to the next we have no right to push."""
        for number in range(models):
            owner = f"somebody{number}" if tracked <= number < tracked + foreign else OWN
            self.model(f"model{number:03}", owner, tracked=number < tracked)

    @property
    def arguments(self) -> list[str]:
        """What a sweep of all of it is told: the organisation, and others' repositories by name."""
        names = [one.full_name for one in self.wanted if one.owner.login != OWN]
        return ["--organization", OWN, *(word for name in names for word in ("--repository", name))]

    def problems(self) -> list[str]:
        """One sentence for each thing that is not as it must be."""
        return [*(word for one in self.wanted for word in _wrong(self.hub, one)), *_written(self.others)]


def town(hub: Hub, *, models: int = 0, others: int = 0) -> Town:
    made = Town(hub)
    hub.account(OWN, "Organization")
    made.build(models)
    for number in range(others):
        made.other(number)
    return made


def own_pulls(repository: Repository) -> list[Issue]:
    return [one for one in repository.pulls if one.author.login == BOT]


def _wrong(hub: Hub, repository: Repository) -> Iterator[str]:
    name, pulls = repository.full_name, own_pulls(repository)
    if len(pulls) != 1 or pulls[0].state != "open":
        yield f"{name}: its pull requests are {[(one.title, one.state) for one in pulls]}"
        return
    (issue,) = pulls
    pull = issue.pull
    assert pull is not None
    said = [one for one in issue.comments if one.author.login == BOT]
    if len(said) > 1:
        yield f"{name}: {len(said)} comments"
    paths = sorted(one.path for one in pull.head.bare.changed(pull.base_sha, pull.head_sha))
    if paths != ["nets/model.tf.h5", "nets/model.tf.h5.proof.json"]:
        yield f"{name}: its pull request holds {paths}"
    if pull.head.bare.resolved(f"refs/heads/{pull.head_ref}") != pull.head_sha:
        yield f"{name}: its branch is gone"
    branches = [ref for ref in pull.head.bare.refs() if "/dimorder/" in ref]
    if len(branches) > 1:
        yield f"{name}: {len(branches)} branches"
    # Of a large file the pointer is committed, and its object must be in the storage.
    (twin,) = pull.head.bare.entries(pull.head_sha, "nets/model.tf.h5")
    content = pull.head.bare.blob(twin.sha)
    is_tracked = any(one.path == ".gitattributes" for one in repository.bare.entries(pull.base_sha))
    if is_tracked != content.startswith(b"version https://git-lfs"):
        yield f"{name}: LFS was {'passed over' if is_tracked else 'used'}"
    if is_tracked and not hub.lfs.has(repository, content.split(b"sha256:")[1][:64].decode()):
        yield f"{name}: the storage lacks its object"


def _written(others: Iterable[Repository]) -> Iterator[str]:
    counts = Counter(one.full_name for one in others for issue in one.issues.values() if issue.author.login == BOT)
    yield from (f"{name}: {count} issues or pull requests" for name, count in counts.items())
    yield from (f"{one.full_name}: branches" for one in others if len(one.bare.refs()) != 1)
