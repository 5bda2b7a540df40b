"""The image, run as GitHub runs it: it judges, closes itself off, and needs neither root nor a network."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from container.engine import Engine, Image
from support.check_files import model
from support.places import REPOSITORY
from support.pull_request import Pull, Runner, pull_request

FOUND, USAGE = 1, 2
TOKEN = "ghs_sentinel0123456789"
CERTAIN = REPOSITORY / "tests" / "zoo" / "k231-theano-th" / "flatten_dense" / "full.h5"
WALLS = "files were read behind: seccomp, Landlock"
FOREIGN = 1001
CLOSED = ("--network", "none", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "all")


@pytest.fixture
def pull(tmp_path: Path) -> Pull:
    return pull_request(tmp_path, {"old.h5": model(tmp_path / "th.h5")}, {"w.h5": CERTAIN})


def runner(pull: Pull, depth: int = 2) -> Runner:
    return Runner(pull.folder / "runner", pull.checkout(depth))


def give_away(folder: Path, owner: int = FOREIGN) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner, owner, follow_symlinks=False)


def test_it_judges_a_pull_request(image: Image, pull: Pull) -> None:
    own = runner(pull)
    said = image.step(own, pull.event(), "--network", "none", token=TOKEN)
    assert said.code == FOUND, said.error
    assert "::error file=/github/workspace/w.h5,title=DIM101" in said.out
    assert "old.h5" not in said.out
    assert own.outputs()["verdict"] == "finding"
    for name in ("report", "sarif"):
        path = own.workspace / own.outputs()[name]
        assert path.stat().st_size > 0
        assert path.stat().st_mode & 0o004, "whoever uploads it can read it"
    assert WALLS in said.error
    print("\n" + said.error.strip())


def test_the_token_is_in_no_file_and_no_line(image: Image, pull: Pull) -> None:
    own = runner(pull, depth=1)
    said = image.step(own, pull.event(), "--network", "none", token=TOKEN, comment="true")
    assert "no comment was written" in said.out
    assert TOKEN not in said.out + said.error
    for path in (*own.workspace.rglob("*"), *own.folder.rglob("*")):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("user", [0, FOREIGN])
@pytest.mark.parametrize("owner", [0, FOREIGN])
def test_whoever_it_runs_as_and_whosoever_the_checkout_is(image: Image, pull: Pull, user: int, owner: int) -> None:
    own = runner(pull)
    own.workspace.chmod(0o777)
    give_away(own.workspace, owner)
    said = image.step(own, pull.event(), *CLOSED, *(("--user", f"{user}:{user}") if user else ()))
    assert said.code == FOUND, said.error
    assert "compared with the base that GitHub merged it with" in said.out
    assert WALLS in said.error
    print(f"\nuser {user}, checkout of {owner}: {said.error.strip()}")


def test_where_the_engine_forbids_landlock_the_other_walls_hold_and_that_is_said(
    image: Image, pull: Pull, tmp_path: Path
) -> None:
    """As under Docker's profile of seccomp before it knew of Landlock."""
    usual = Path("/usr/share/containers/seccomp.json")
    if not usual.is_file():
        pytest.skip(f"{usual} is not here")
    profile = json.loads(usual.read_text())
    for rule in profile["syscalls"]:
        rule["names"] = [name for name in rule["names"] if not name.startswith("landlock_")]
    (tmp_path / "profile.json").write_text(json.dumps(profile))
    said = image.step(runner(pull), pull.event(), "--security-opt", f"seccomp={tmp_path / 'profile.json'}")
    assert said.code == FOUND, said.error
    assert "files were read behind: seccomp, no rights of root" in said.error


def test_without_a_file_to_write_to_it_says_so(image: Image, pull: Pull) -> None:
    own = runner(pull)
    give_away(own.workspace)
    own.workspace.chmod(0o555)
    said = image.step(own, pull.event(), *CLOSED, "--user", "1002:1002")
    assert said.code == 4, said.error
    assert "::error title=dimorder::cannot make the folder" in said.out


def test_it_fixes_without_a_network(image: Image, pull: Pull) -> None:
    own = runner(pull)
    said = image.step(own, pull.event(), *CLOSED, mode="fix", fail_on="never")
    assert (own.workspace / "w.tf.h5").is_file(), said.out + said.error
    assert json.loads((own.workspace / own.outputs()["certificate"]).read_text())["verdict"] == "equivalent"


def test_it_starts_at_once(image: Image, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    pull = Pull(tmp_path)
    own = Runner(tmp_path / "runner", tmp_path / "empty")
    said = min((image.step(own, {}, name="push", mode="?") for _ in range(3)), key=lambda one: one.seconds)
    assert said.code == USAGE
    assert pull.checkouts == []
    nothing = min(engine.run("run", "--rm", "--entrypoint", "true", "localhost/dimorder-test:action").seconds
                  for _ in range(3))  # fmt: skip
    print(f"\nstart: {said.seconds:.2f} s, of which {nothing:.2f} s are podman's own (goal: < 1 s)")
    assert said.seconds - nothing < 5


def test_twenty_weights_are_judged_soon(image: Image, tmp_path: Path) -> None:
    th = model(tmp_path / "th.h5")
    pull = pull_request(tmp_path, {f"w{number}.h5": th for number in range(19)}, {"w19.h5": th})
    own = runner(pull)
    said = min((image.step(own, pull.event()) for _ in range(3)), key=lambda one: one.seconds)
    assert said.code == FOUND
    print(f"\nfrom the container's start to the verdict on 20 weights: {said.seconds:.2f} s (goal: 3 s)")
    assert said.seconds < 15


def test_it_holds_nothing_that_installs(image: Image, engine: Engine) -> None:
    packages = "/opt/dimorder/lib/python3*/site-packages"
    look = f"! ls {packages} | grep -E '^(pip|setuptools)$'; test ! -e /opt/dimorder/bin/pip"
    said = engine.run("run", "--rm", "--entrypoint", "sh", "localhost/dimorder-test:action", "-ec", look)
    assert said.code == 0, said.out
    size = engine.run("run", "--rm", "--entrypoint", "du", "localhost/dimorder-test:action", "-sm", "/opt/dimorder")
    print(f"\ndimorder and its libraries in the image: {size.out.split()[0]} MB")
