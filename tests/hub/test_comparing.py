"""What GitHub tells of a change, taken whole or not at all."""

from __future__ import annotations

import pytest

from dimorder.hub.client import Client
from dimorder.hub.comparing import MOST, compared, content
from dimorder.hub.problem import ApiProblem
from support.fake_github import FakeGitHub

BASE, HEAD = "b" * 40, "a" * 40


def change(hub: FakeGitHub, client: Client, *files: dict[str, str]) -> tuple[list[str], list[str]]:
    hub.comparison = {"files": list(files)}
    found = compared(client, "owner/nets", BASE, HEAD, "/top")
    return sorted(found.files), sorted(found.deleted)


def test_files_are_told_by_what_became_of_them(hub: FakeGitHub, client: Client) -> None:
    files = (
        {"filename": "a.h5", "status": "added"},
        {"filename": "d/b.py", "status": "modified"},
        {"filename": "gone.json", "status": "removed"},
        {"filename": "new.h5", "status": "renamed", "previous_filename": "old.h5"},
        {"filename": "copy.h5", "status": "copied", "previous_filename": "kept.h5"},
    )
    assert change(hub, client, *files) == (
        ["/top/a.h5", "/top/copy.h5", "/top/d/b.py", "/top/new.h5"], ["/top/gone.json", "/top/old.h5"],
    )  # fmt: skip
    assert hub.seen[0].path.startswith(f"/repos/owner/nets/compare/{BASE}...{HEAD}")


def test_a_comparison_that_may_be_cut_is_none(hub: FakeGitHub, client: Client) -> None:
    with pytest.raises(ApiProblem, match="cut"):
        change(hub, client, *({"filename": f"{n}.py", "status": "added"} for n in range(MOST)))


@pytest.mark.parametrize("name", ["nets/\ufffd.h5", "", "a\0b"])
def test_a_name_that_cannot_be_told_is_not_passed_over(hub: FakeGitHub, client: Client, name: str) -> None:
    with pytest.raises(ApiProblem):
        change(hub, client, {"filename": name, "status": "added"})


@pytest.mark.parametrize("answer", [{}, {"files": None}, [], None])
def test_what_is_no_comparison_is_none(hub: FakeGitHub, client: Client, answer: object) -> None:
    hub.comparison = answer  # type: ignore[assignment]
    with pytest.raises(ApiProblem):
        compared(client, "owner/nets", BASE, HEAD, "/top")


def test_a_file_of_the_base_is_read_or_is_not_there(hub: FakeGitHub, client: Client) -> None:
    hub.contents[BASE, "nets/.dimorder.yml"] = b"strict: true\n"
    assert content(client, "owner/nets", BASE, "nets/.dimorder.yml") == b"strict: true\n"
    assert content(client, "owner/nets", BASE, "pyproject.toml") is None


@pytest.mark.parametrize("name", ["", "owner", "owner/", "/nets", "a/b/c", "../nets"])
def test_what_is_no_repository_is_asked_for_nothing(hub: FakeGitHub, client: Client, name: str) -> None:
    with pytest.raises(ApiProblem):
        content(client, name, BASE, "x")
    assert hub.seen == []
