"""What a pull request is compared with, whatever little of the history the checkout holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dimorder.action.base import Asked, Basis, basis
from dimorder.action.event import PullRequest
from dimorder.errors import UsageError
from dimorder.flow.git import work_tree
from dimorder.hub.client import Client
from dimorder.hub.token import Token
from support.fake_github import TOKEN, FakeGitHub, Stumble
from support.pull_request import REPOSITORY, Pull, git, pull_request

BASE = {"kept.py": "a = 1\n", "changed.py": "b = 1\n", "gone.json": "{}", "pyproject.toml": "[tool.dimorder]\n"}
HEAD = {"changed.py": "b = 2\n", "new.py": "c = 3\n", "gone.json": None}
CHANGED, GONE = ["changed.py", "new.py"], ["gone.json"]


@pytest.fixture
def pull(tmp_path: Path) -> Pull:
    """Its base has moved on since the event's base."""
    return pull_request(tmp_path, BASE, HEAD, later={"later.py": "d = 4\n"})


def found(pull: Pull, checkout: Path, named: str = "", hub: FakeGitHub | None = None) -> Basis:
    import msgspec

    tree = work_tree(str(checkout))
    assert tree is not None
    known = msgspec.convert(pull.event()["pull_request"], PullRequest)
    client = (lambda: Client(hub.address, Token(TOKEN), sleep=lambda seconds: None)) if hub else None
    return basis(Asked(tree, known, REPOSITORY, named, client))


def names(one: Basis, checkout: Path) -> tuple[list[str], list[str]]:
    assert one.change is not None, one.how
    return (
        sorted(os.path.relpath(path, checkout) for path in one.change.files),
        sorted(os.path.relpath(path, checkout) for path in one.change.deleted),
    )


@pytest.mark.parametrize("depth", [2, 0])
def test_a_merge_is_compared_with_its_first_parent(pull: Pull, depth: int) -> None:
    checkout = pull.checkout(depth)
    one = found(pull, checkout)
    assert names(one, checkout) == (CHANGED, GONE)
    assert "the base that GitHub merged it with" in one.how


def test_what_the_base_did_meanwhile_is_not_the_change(pull: Pull) -> None:
    checkout = pull.checkout(0)
    assert "later.py" not in names(found(pull, checkout), checkout)[0]


def test_the_base_is_read_as_it_was_merged(pull: Pull) -> None:
    one = found(pull, pull.checkout(2))
    assert one.base is not None
    assert one.base("later.py") == b"d = 4\n"
    assert one.base("new.py") is None


def test_the_head_is_compared_with_where_it_left_its_base(pull: Pull) -> None:
    checkout = pull.checkout(0, "head")
    one = found(pull, checkout)
    assert names(one, checkout) == (CHANGED, GONE)
    assert "the base that the event names" in one.how


def test_what_only_the_base_changed_since_the_fork_does_not_count(pull: Pull) -> None:
    pull.base = git(pull.server, "rev-parse", "main")
    checkout = pull.checkout(0, "head")
    assert names(found(pull, checkout), checkout) == (CHANGED, GONE)


def test_a_single_commit_says_nothing_without_a_token(pull: Pull) -> None:
    for what in ("merge", "head"):
        one = found(pull, pull.checkout(1, what))
        assert one.change is None
        assert one.base is None
        assert "all files are judged" in one.how
        assert "fetch-depth: 2" in one.how


def test_a_single_commit_and_github(pull: Pull, hub: FakeGitHub) -> None:
    hub.comparison = {"files": [{"filename": "new.py", "status": "added"}]}
    hub.contents[git(pull.server, "rev-parse", "main"), "pyproject.toml"] = b"x"
    checkout = pull.checkout(1)
    one = found(pull, checkout, hub=hub)
    assert names(one, checkout) == (["new.py"], [])
    assert f"{pull.base}...{pull.head}" in hub.seen[0].path
    assert one.base is not None
    assert one.base("pyproject.toml") == b"x", "as the base is that GitHub merged with"


def test_a_github_that_does_not_tell_means_all(pull: Pull, hub: FakeGitHub) -> None:
    hub.stumbles["GET"] = [Stumble(403)]
    one = found(pull, pull.checkout(1), hub=hub)
    assert one.change is None
    assert "403" in one.how
    assert TOKEN not in one.how


def test_the_head_of_two_commits_and_a_base_that_is_fetched_apart(pull: Pull) -> None:
    """The fork lies beyond both: what differs is more than the change, and that is said."""
    checkout = pull.checkout(1, "head")
    git(checkout, "fetch", "--quiet", "--depth=1", f"file://{pull.server}", pull.base)
    one = found(pull, checkout)
    assert names(one, checkout) == (CHANGED, GONE)
    assert "the checkout is shallow" in one.how


def test_another_commit_than_the_pull_requests_is_judged_whole(pull: Pull) -> None:
    one = found(pull, pull.checkout(0, "base"))
    assert one.change is None
    assert "neither the pull request's head nor its merge" in one.how


def test_the_first_parent_of_a_head_that_is_a_merge_itself_is_not_the_base(tmp_path: Path) -> None:
    pull = pull_request(tmp_path, BASE, HEAD)
    git(pull.server, "checkout", "--quiet", "patch-1")
    git(pull.server, "checkout", "--quiet", "-b", "side", "HEAD^")
    (pull.server / "side.py").write_text("e = 5\n")
    git(pull.server, "add", "--all")
    git(pull.server, "commit", "--quiet", "--message", "side")
    git(pull.server, "checkout", "--quiet", "patch-1")
    git(pull.server, "merge", "--quiet", "--no-ff", "--message", "own", "side")
    pull.head = git(pull.server, "rev-parse", "HEAD")
    git(pull.server, "update-ref", "refs/pull/7/head", pull.head)
    checkout = pull.checkout(0, "head")
    assert names(found(pull, checkout), checkout) == ([*CHANGED, "side.py"], GONE)


def test_the_workflow_may_name_the_base(pull: Pull) -> None:
    checkout = pull.checkout(0)
    for name in ("main", "origin/main", pull.base):
        assert names(found(pull, checkout, name), checkout)[0][:1] == ["changed.py"]


@pytest.mark.parametrize("name", ["nowhere", "--output=x", "-x", "main:pyproject.toml"])
def test_a_base_that_is_not_there_is_no_base(pull: Pull, name: str) -> None:
    with pytest.raises(UsageError, match="base-ref"):
        found(pull, pull.checkout(2), name)


def test_a_submodule_that_moves_is_no_file_and_is_told(tmp_path: Path) -> None:
    pull = pull_request(tmp_path, {}, {"a.py": "x = 1\n"})
    git(pull.server, "checkout", "--quiet", "--detach", pull.merge)
    for name in ("nets", "README"):
        git(pull.server, "update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},{name}")
    git(pull.server, "commit", "--quiet", "--amend", "--no-edit")
    git(pull.server, "update-ref", "refs/pull/7/merge", "HEAD")
    checkout = pull.checkout(2)
    one = found(pull, checkout)
    assert names(one, checkout) == (["a.py"], ["README"]), "in whose place a submodule comes"
    assert "nothing of submodules, of which 2 changed" in one.how


def test_names_that_are_no_text_are_told(tmp_path: Path) -> None:
    odd = os.fsdecode(b"a\xff\n:.py")
    pull = pull_request(tmp_path, BASE, {odd: "x = 1\n"})
    checkout = pull.checkout(2)
    one = found(pull, checkout)
    assert names(one, checkout)[0] == [odd]


def test_weights_that_lfs_has_fetched_are_no_change(pull: Pull) -> None:
    """The work tree holds other bytes than git."""
    checkout = pull.checkout(2)
    (checkout / "kept.py").write_text("as fetched\n")
    assert "kept.py" not in names(found(pull, checkout), checkout)[0]
