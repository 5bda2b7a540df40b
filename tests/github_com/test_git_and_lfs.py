"""git and git-lfs as they are installed, against the fake: clone, push, large files, and who may not."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from github_com.hub import Hub

needs_lfs = pytest.mark.skipif(not shutil.which("git-lfs"), reason="git-lfs is not installed: apt-get install git-lfs")
ATTRIBUTES = b"*.h5 filter=lfs diff=lfs merge=lfs -text\n"


class Desk:
    """A person's clone. told: what git said last."""

    def __init__(self, folder: Path, url: str, token: str = "") -> None:
        web = "/".join(url.split("/")[:3])
        self.folder, self.told = folder, ""
        header = "Basic " + base64.b64encode(f"x-access-token:{token}".encode()).decode()
        # For this host alone: git-lfs sends a header without an address to the storage, too.
        settings = {f"http.{web}/.extraHeader": f"Authorization: {header}"} if token else {}
        settings |= {"user.name": "Ann", "user.email": "ann@example.org", "credential.helper": ""}
        settings |= {"lfs.locksverify": "false", "lfs.transfer.maxretries": "1", "lfs.concurrenttransfers": "1"}
        self.env = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "HOME": str(folder.parent)}
        self.env["GIT_CONFIG_COUNT"] = str(len(settings))
        for number, (key, value) in enumerate(settings.items()):
            self.env |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        self.url = url

    def git(self, *words: str, inside: bool = True) -> bool:
        place = self.folder if inside else self.folder.parent
        ran = subprocess.run(["git", *words], cwd=place, env=self.env, capture_output=True, text=True, check=False)
        self.told = ran.stdout + ran.stderr
        return ran.returncode == 0

    def cloned(self) -> bool:
        return self.git("clone", "-q", self.url, str(self.folder), inside=False)


@pytest.fixture
def desk(hub: Hub, tmp_path: Path) -> Desk:
    hub.repository("acme/nets", {"net.py": b"x = 1\n"}, roles={"bot": "write"})
    return Desk(tmp_path / "desk", f"{hub.web}/acme/nets.git", hub.token("bot"))


def committed(desk: Desk, name: str, content: bytes) -> None:
    (desk.folder / name).write_bytes(content)
    assert desk.git("add", name), desk.told
    assert desk.git("commit", "-q", "-m", "Add"), desk.told


def test_a_push_arrives(hub: Hub, desk: Desk) -> None:
    assert desk.cloned(), desk.told
    committed(desk, "more.py", b"y = 2\n" * 500_000)  # longer than git sends in one piece
    assert desk.git("push", "-q", "origin", "HEAD:refs/heads/dimorder/x"), desk.told
    assert "refs/heads/dimorder/x" in hub.world.repositories["acme/nets"].bare.refs()
    assert [one.by for one in hub.journal.of("push")] == ["bot"]


def test_a_lease_that_has_run_out_is_refused(hub: Hub, desk: Desk) -> None:
    assert desk.cloned(), desk.told
    committed(desk, "more.py", b"y = 2\n")
    hub.world.push(hub.world.repositories["acme/nets"], {"theirs.py": b"z = 3\n"}, "dimorder/x")
    assert not desk.git("push", "-q", "--force-with-lease=dimorder/x:", "origin", "HEAD:refs/heads/dimorder/x")
    assert hub.journal.of("push") == []


@pytest.mark.parametrize("who", ["eve", ""])
def test_nobody_else_pushes(hub: Hub, desk: Desk, tmp_path: Path, who: str) -> None:
    other = Desk(tmp_path / "other", desk.url, hub.token(who) if who else "")
    assert other.cloned(), other.told
    committed(other, "more.py", b"y = 2\n")
    assert not other.git("push", "-q", "origin", "HEAD:refs/heads/x")
    assert hub.journal.of("push") == []


def test_some_objects_are_fetched_alone(hub: Hub, desk: Desk) -> None:
    (entry,) = hub.world.repositories["acme/nets"].bare.entries("main")
    words = ("clone", "-q", "--bare", "--filter=blob:none", "--depth=1", desk.url, str(desk.folder))
    assert desk.git(*words, inside=False), desk.told
    assert desk.git("cat-file", "-p", entry.sha), desk.told
    assert desk.told == "x = 1\n"


@needs_lfs
def test_large_files_go_to_the_storage_without_the_token(hub: Hub, desk: Desk) -> None:
    weights = b"\x89HDF" + bytes(1000)
    oid = hashlib.sha256(weights).hexdigest()
    assert desk.cloned(), desk.told
    assert desk.git("lfs", "install", "--local"), desk.told
    committed(desk, ".gitattributes", ATTRIBUTES)
    committed(desk, "model.h5", weights)
    assert desk.git("push", "-q", "origin", "HEAD:refs/heads/x"), desk.told
    home = hub.world.repositories["acme/nets"]
    assert hub.lfs.has(home, oid)
    assert home.bare.blob(home.bare.entries("x", "model.h5")[0].sha).startswith(b"version https://git-lfs")
    assert [one.kind for one in hub.journal.of()] == ["lfs", "push"]


@needs_lfs
def test_a_public_fork_takes_no_new_objects(hub: Hub, desk: Desk, tmp_path: Path) -> None:
    home = hub.world.repositories["acme/nets"]
    hub.world.fork(home, hub.account("eve"), "nets")
    other = Desk(tmp_path / "other", f"{hub.web}/eve/nets.git", hub.token("eve"))
    assert other.cloned(), other.told
    assert other.git("lfs", "install", "--local"), other.told
    committed(other, ".gitattributes", ATTRIBUTES)
    committed(other, "model.h5", b"weights")
    assert not other.git("push", "-q", "origin", "HEAD:refs/heads/x")
    assert "can not upload new objects to public fork" in other.told


@needs_lfs
def test_large_files_come_back(hub: Hub, desk: Desk) -> None:
    weights = b"\x89HDF" + bytes(1000)
    oid = hashlib.sha256(weights).hexdigest()
    home = hub.world.repositories["acme/nets"]
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(weights)}\n".encode()
    hub.world.push(home, {".gitattributes": ATTRIBUTES, "model.h5": pointer})
    hub.lfs.put(home, oid, weights)
    assert desk.cloned(), desk.told
    assert desk.git("lfs", "install", "--local"), desk.told
    assert desk.git("lfs", "pull"), desk.told
    assert (desk.folder / "model.h5").read_bytes() == weights
