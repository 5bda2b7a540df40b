"""Git for what the API cannot do: one commit on a base, with large files in LFS, and many small files at once."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import time
from pathlib import Path

import pytest

from dimorder.errors import EnvironmentProblem
from dimorder.hub import bare, git
from dimorder.hub.client import Client
from dimorder.hub.gate import LocalGate, Pace
from dimorder.hub.problem import ApiProblem
from dimorder.hub.proposal.content import Person
from dimorder.hub.proposal.declined import Declined
from dimorder.hub.token import Token
from dimorder.proposal import NewFile
from github_com.hub import Hub

needs_lfs = pytest.mark.skipif(not shutil.which("git-lfs"), reason="git-lfs is not installed: apt-get install git-lfs")
BRANCH = "dimorder/nets-1"
TRACKED = b"*.h5 filter=lfs diff=lfs merge=lfs -text\n"


class Nets:
    """A repository of acme's that our bot may write to."""

    def __init__(self, github: Hub, folder: Path) -> None:
        self.github, self.folder = github, folder
        self.files = {"net.py": b"x = 1\n", "deep/run.sh": b"#!/bin/sh\n", ".gitattributes": TRACKED}
        self.there = github.repository("acme/nets", self.files, roles={"bot": "write"})
        self.client = self.of("bot")

    def of(self, login: str) -> Client:
        return Client(self.github.address, Token(self.github.token(login)), gate=LocalGate(Pace(between=0)))

    def head(self, branch: str = "main") -> str:
        return self.there.bare.refs()[f"refs/heads/{branch}"]

    def file(self, path: str, content: bytes) -> NewFile:
        source = self.folder / path.replace("/", "-")
        source.write_bytes(content)
        return NewFile(path, str(source), hashlib.sha256(content).hexdigest(), len(content))

    def commit(self, *files: NewFile, base: str = "", lfs: frozenset[str] = frozenset(), expected: str = "") -> str:
        person = Person("Bot", "bot@example.org")
        base = base or self.head()
        return git.committed(self.client, "acme/nets", base, files, lfs, "Add it\n\nbody\n", person, BRANCH, expected)

    def content(self, path: str) -> bytes:
        (entry,) = self.there.bare.entries(BRANCH, path)
        return self.there.bare.blob(entry.sha)


@pytest.fixture
def nets(github: Hub, tmp_path: Path) -> Nets:
    return Nets(github, tmp_path)


def refused(nets: Nets, status: int, **given: str) -> None:
    before = nets.there.bare.refs()
    with pytest.raises(ApiProblem) as told:
        nets.commit(nets.file("model.bin", b"weights"), **given)  # type: ignore[arg-type]
    assert told.value.status == status, told.value
    assert nets.there.bare.refs() == before


# What must not happen.


def test_a_branch_that_others_have_made_is_left_alone(nets: Nets) -> None:
    nets.github.world.push(nets.there, {"theirs.py": b"y = 2\n"}, BRANCH)
    refused(nets, 409)
    refused(nets, 409, expected=nets.head())


def test_nothing_is_pushed_onto_what_is_no_commit(nets: Nets) -> None:
    refused(nets, 404, base="1" * 40)
    refused(nets, 404, base="--upload-pack=touch x")
    refused(nets, 404, expected="main")


def test_a_token_that_may_not_push_does_not(nets: Nets) -> None:
    nets.client = nets.of("eve")
    refused(nets, 403)


def test_a_token_that_is_none_does_not(nets: Nets) -> None:
    nets.client = Client(nets.github.address, Token("ghp_" + "x" * 36), gate=LocalGate(Pace(between=0)))
    refused(nets, 401)


def test_what_has_changed_since_it_was_proven_is_not_pushed(nets: Nets) -> None:
    file = nets.file("model.bin", b"weights")
    Path(file.source).write_bytes(b"other")
    with pytest.raises(ApiProblem, match="no longer what was proven"):
        nets.commit(file)
    assert list(nets.there.bare.refs()) == ["refs/heads/main"]


@pytest.mark.parametrize("path", ["net.py/model.bin", "../model.bin", ".git/config", "/model.bin"])
def test_a_path_that_git_does_not_take_is_refused(nets: Nets, path: str) -> None:
    file = nets.file("model.bin", b"weights")
    with pytest.raises((Declined, ApiProblem)):
        nets.commit(NewFile(path, file.source, file.sha256, file.size))
    assert list(nets.there.bare.refs()) == ["refs/heads/main"]


def test_git_hears_of_the_token_by_one_variable_only(
    nets: Nets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, heard, program = shutil.which("git"), tmp_path / "heard", tmp_path / "bin" / "git"
    program.parent.mkdir()
    # The fake's own git runs elsewhere.
    says = f'{{ echo "argv=$*"; env; find . -type f -exec cat {{}} +; }} >>"{heard}"'
    program.write_text(f'#!/bin/sh\ncase $GIT_DIR in *dimorder-git-*) {says};; esac\nexec "{real}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    nets.commit(nets.file("model.bin", b"weights"))
    token = nets.client.token
    secrets = [word.split(" ")[1].encode() for word in (token.header(), token.basic())]
    holding = [line for line in heard.read_bytes().split(b"\n") if any(secret in line for secret in secrets)]
    assert len(holding) >= 2, "fetch and push have it"
    assert all(re.match(rb"GIT_CONFIG_VALUE_\d+=Authorization: Basic ", line) for line in holding)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".gitconfig", "[http]\n proxy = http://127.0.0.1:1"),
        (".gitconfig", '[url "http://127.0.0.1:1/"]\n insteadOf = http://127.0.0.1'),
        (".netrc", "default login somebody password else"),
    ],
)
def test_the_operators_own_settings_have_no_say(
    nets: Nets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / name).write_text(text)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    assert nets.commit(nets.file("model.bin", b"weights")) == nets.head(BRANCH)


def test_a_command_that_does_not_end_is_ended_with_all_it_started(
    nets: Nets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bare, "PATIENCE", 0.3)
    start = time.monotonic()
    with bare.bare(nets.client, "acme/nets") as place, pytest.raises(ApiProblem, match="no end") as told:
        place.ask("-c", "alias.wait=!sleep 30; true", "wait")
    assert told.value.is_in_doubt
    assert time.monotonic() - start < 20, "what still ran would have held the pipes"


def test_without_git_lfs_it_is_said_before_anything_is_sent(
    nets: Nets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(shutil.which("git") or "")
    file, asked = nets.file("model.h5", b"weights"), len(nets.github.journal.asked)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(EnvironmentProblem, match="git-lfs is not installed"):
        nets.commit(file, base="1" * 40, lfs=frozenset({"model.h5"}))
    assert len(nets.github.journal.asked) == asked


# What must.


def test_a_branch_holds_the_files_and_all_that_was_there(nets: Nets) -> None:
    weights = nets.file("deep/model.bin", bytes(range(256)) * 40)
    commit = nets.commit(weights, nets.file("deep/run.sh", b"#!/bin/sh\necho\n"))
    assert nets.head(BRANCH) == commit
    assert nets.content("deep/model.bin") == bytes(range(256)) * 40
    assert nets.content("deep/run.sh") == b"#!/bin/sh\necho\n"
    assert nets.content("net.py") == b"x = 1\n"
    told = nets.there.bare.commits(commit)[0]
    assert (told.parents, told.author.name, told.message) == ((nets.head(),), "Bot", "Add it\n\nbody")


def test_a_script_can_still_be_run(nets: Nets) -> None:
    place = nets.there.bare
    (script,) = place.entries("main", "deep/run.sh")
    tree = place.write_tree(nets.head(), [("100755", script.sha, "deep/run.sh")])
    (before,) = place.commits("main")
    base = place.write_commit(tree, [before.sha], "Run", before.author, before.author)
    place.set_ref("refs/heads/runs", base)
    commit = nets.commit(nets.file("deep/run.sh", b"#!/bin/sh\necho\n"), base=base)
    modes = {entry.path: entry.mode for entry in place.entries(commit, recursive=True)}
    assert (modes["deep/run.sh"], modes["net.py"]) == ("100755", "100644")


def test_a_branch_of_ours_is_moved(nets: Nets) -> None:
    first = nets.commit(nets.file("model.bin", b"weights"))
    second = nets.commit(nets.file("model.bin", b"better"), expected=first)
    assert nets.head(BRANCH) == second
    assert nets.content("model.bin") == b"better"


def test_a_base_that_others_have_moved_on_from_costs_no_more(nets: Nets) -> None:
    base = nets.head()
    nets.github.world.push(nets.there, {"later.py": b"y = 2\n"})
    commit = nets.commit(nets.file("model.bin", b"weights"), base=base)
    assert nets.there.bare.commits(commit)[0].parents == (base,)


@needs_lfs
def test_a_tracked_file_goes_to_lfs(nets: Nets) -> None:
    file = nets.file("model.h5", b"weights" * 1000)
    nets.commit(file, lfs=frozenset({"model.h5"}))
    assert nets.content("model.h5").startswith(b"version https://git-lfs.github.com/spec/v1\noid sha256:")
    assert nets.github.lfs.has(nets.there, file.sha256)


@needs_lfs
def test_a_public_fork_takes_no_new_files_into_lfs(nets: Nets) -> None:
    fork = nets.github.world.fork(nets.there, nets.github.account("bot"), "nets")
    file = nets.file("model.h5", b"weights" * 1000)
    person = Person("Bot", "bot@example.org")
    with pytest.raises(ApiProblem, match="public fork") as told:
        git.committed(nets.client, "bot/nets", nets.head(), (file,), {"model.h5"}, "x\n", person, BRANCH, "")
    assert told.value.status == 403
    assert f"refs/heads/{BRANCH}" not in fork.bare.refs()


# Many files at once.


def test_files_are_fetched_by_their_names_in_one_go(nets: Nets, tmp_path: Path) -> None:
    oids = {entry.path: entry.sha for entry in nets.there.bare.entries("main", recursive=True) if entry.kind == "blob"}
    asked = len(nets.github.journal.asked)
    found = git.blobs(nets.client, "acme/nets", list(oids.values()), str(tmp_path))
    assert {path: Path(found[oid]).read_bytes() for path, oid in oids.items()} == nets.files
    assert len(nets.github.journal.asked) - asked <= 2


def test_a_file_that_did_not_come_is_told(tmp_path: Path) -> None:
    with pytest.raises(ApiProblem, match="is no file"):
        git._saved(io.BytesIO(b"%s missing\n" % (b"1" * 40)), "1" * 40, str(tmp_path))


def test_a_file_that_is_not_there_is_told(nets: Nets, tmp_path: Path) -> None:
    with pytest.raises(ApiProblem) as told:
        git.blobs(nets.client, "acme/nets", ["1" * 40], str(tmp_path))
    assert told.value.status == 404
    assert git.blobs(nets.client, "acme/nets", [], str(tmp_path)) == {}


@pytest.mark.parametrize("oid", ["main", "--stdin", "1" * 39, "HEAD\n" + "1" * 40])
def test_what_is_no_name_of_a_file_is_not_asked_for(nets: Nets, tmp_path: Path, oid: str) -> None:
    with pytest.raises(ApiProblem, match="is no commit or file"):
        git.blobs(nets.client, "acme/nets", [oid], str(tmp_path))
    assert nets.github.journal.asked == []
