"""Which repositories a sweep goes to, and how it is told."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from subprocess import run

import pytest

from dimorder import cli
from dimorder.errors import UsageError
from dimorder.hub.sweep.candidate import Candidate
from dimorder.hub.sweep.choosing import Choice, shard
from dimorder.hub.sweep.sources import names
from support.sweeps import INVITED, TH, Town

README = {"README.md": b"\n"}


def one(name: str = "acme/nets", *, named: bool = False) -> Candidate:
    return Candidate(name, "main", "2026-01-01T00:00:00Z", named)


# What is not gone to


def test_what_nobody_could_merge_in_is_left_out() -> None:
    whole = one()
    for odd in (replace(whole, fork=True), replace(whole, archived=True), replace(whole, disabled=True)):
        assert Choice().against(odd)
    assert Choice().against(replace(whole, empty=True)) == "it is empty"
    assert not Choice().against(whole)


def test_a_name_on_the_command_line_outweighs_patterns_but_no_archive() -> None:
    choice = Choice(exclude=("acme/*",))
    assert choice.against(one()) == "excluded by 'acme/*'"
    assert not choice.against(replace(one(named=True), fork=True))
    assert choice.against(replace(one(named=True), archived=True))


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("acme/nets", "acme/nets", True),
        ("ACME/Nets", "acme/nets", True),
        ("nets*", "acme/nets-old", True),
        ("nets", "nets/other", False),
        ("acme/n?ts", "acme/nets", True),
        ("*/old-*", "acme/old-nets", True),
    ],
)
def test_patterns(pattern: str, name: str, fits: bool) -> None:
    assert bool(Choice(exclude=(pattern,)).against(one(name))) is fits
    assert bool(Choice(include=(pattern,)).against(one(name))) is not fits


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "1/0", "a/b", "-1/3", "1/3/5", "1/100000"])
def test_what_is_no_shard(text: str) -> None:
    with pytest.raises(UsageError):
        shard(text)


def test_a_shard_goes_by_the_name_alone() -> None:
    """Written down: of two versions that order them otherwise, both or none would sweep a repository."""
    first = [name for name in ("acme/nets", "acme/NETS", "a/b", "a/c", "a/d") if Choice(shard=(1, 2)).is_ours(name)]
    assert first == ["a/c", "a/d"]


@pytest.mark.parametrize("text", ["acme", "acme/nets/x", "https://github.com/acme/nets", "acme/ nets", "-x/y"])
def test_a_list_says_which_line_is_wrong(text: str) -> None:
    with pytest.raises(UsageError, match="line 2"):
        names(f"acme/nets # ours\n{text}\n", "list.txt")


# What is


def test_every_source(town: Town, tmp_path: Path) -> None:
    for name in ("named", "listed", "of-acme"):
        town.repository(name, README)
    town.hub.repository("ann/own", README, roles={"bot": "write"})
    town.hub.repository("bob/tagged", README, topics=["keras"], roles={"bot": "write"})
    town.hub.repository("cid/found-by-name", README)
    path = tmp_path / "list.txt"
    path.write_text("# ours\nacme/listed\n\nacme/named # twice\n")
    sources = ("--repository", "acme/named", "--list", str(path), "--user", "ann", "--topic", "keras")
    swept = town.sweep(*sources, "--search", "found-by-name user:cid")
    assert swept.code == 0, swept.error
    assert swept.words.keys() == {"acme/named", "acme/listed", "ann/own", "bob/tagged", "cid/found-by-name"}
    assert town.sweep("--organization", "acme").words.keys() == {"acme/named", "acme/listed", "acme/of-acme"}


def test_more_than_a_page(town: Town) -> None:
    for number in range(103):
        town.repository(f"nets{number}", {}) if number else town.repository("nets0", README)
    swept = town.sweep("--organization", "acme")
    assert len(swept.words) == 103
    assert swept.words["acme/nets0"] == "uninvited"


def test_a_source_that_is_not_there_is_told(town: Town) -> None:
    town.repository("nets")
    swept = town.sweep("--organization", "nobody", "--repository", "acme/nets")
    assert swept.code == 4
    assert swept.words == {"acme/nets": "proposed", "nobody": "failed"}


def test_what_is_not_there_is_told_in_words(town: Town) -> None:
    swept = town.sweep("--organization", "nobody", "--repository", "acme/none")
    assert swept.line("acme/none")["because"] == "there is no such repository, or the token may not see it"
    assert swept.line("nobody")["because"] == "there is no such organisation or user, or the token may not see it"


def test_a_repository_with_a_new_name_is_followed(town: Town) -> None:
    town.hub.rename(town.repository("nets"), "networks")
    swept = town.sweep("--repository", "acme/nets", "--repository", "acme/networks")
    assert (swept.code, swept.words) == (0, {"acme/networks": "proposed"})
    assert "configures dimorder already" in town.init("--pr", "acme/nets").out


def test_a_token_is_installed_nowhere(town: Town) -> None:
    swept = town.sweep("--installed")
    assert swept.code == 2
    assert "--installed goes where a GitHub App is installed" in swept.error


def test_the_configuration_may_stand_in_pyproject(town: Town) -> None:
    project = b"[tool.dimorder.bot]\nenabled = true\nprefix = 'chore: '\nlabels = ['weights']\n"
    town.repository("nets", {"model.h5": TH, "pyproject.toml": project})
    assert town.sweep("--organization", "acme", "--apply", "--prefix", "x: ").word("acme/nets") == "opened"
    (pull,) = town.hub.pulls("acme/nets")
    assert pull.title.startswith("chore: Add")
    assert pull.labels == ["weights"]


def test_a_configuration_that_is_wrong_is_its_repositorys_matter(town: Town) -> None:
    town.repository("nets", {"model.h5": TH, ".dimorder.yml": b"bot:\n  enable: true\n"})
    town.repository("other")
    swept = town.sweep("--organization", "acme")
    assert (swept.code, swept.words) == (0, {"acme/nets": "refused", "acme/other": "proposed"})
    because = swept.line("acme/nets")["because"]
    assert because == ".dimorder.yml: bot: no key is called 'enable' (did you mean enabled?)"


# The command line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "nothing says which repositories"),
        (("--repository", "nets"), "is no repository"),
        (("--organization", "acme", "--shard", "3/2"), "no part of a whole"),
        (("--organization", "acme", "--database-url", "mysql://bot:s3cret@host/x"), "is no database"),
        (("--organization", "acme", "--author", "Ann"), "no name with an address"),
    ],
)
def test_misuse_is_told(town: Town, arguments: tuple[str, ...], says: str) -> None:
    swept = town.sweep(*arguments)
    assert (swept.code, swept.calls) == (2, ())
    assert says in swept.error
    assert "s3cret" not in swept.error


def test_nobody_signed_in(town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("DIMORDER_TOKEN", raising=False)
    assert cli.main(["sweep", "--repository", "acme/nets", "--folder", str(town.folder)]) == 2
    assert "how to sign in to GitHub" in capsys.readouterr().err


def test_github_itself_is_never_written_to_faster(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    swept = town.sweep("--repository", "acme/nets", "--api", "https://api.github.com")
    assert swept.code == 2
    assert "a second between writes" in swept.error


def test_a_folder_that_cannot_be_made_is_no_bug(town: Town) -> None:
    swept = town.sweep("--repository", "acme/nets", "--folder", "/proc/nowhere")
    assert (swept.code, swept.calls) == (2, ()), swept.error
    assert "cannot make '/proc/nowhere'" in swept.error


@pytest.mark.parametrize("command", ["sweep", "worker", "init"])
def test_without_the_extra_one_sentence_says_what_to_install(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dimorder.hub.extra.find_spec", lambda name: None)
    wanted = {"sweep": ("--repository", "a/b"), "worker": (), "init": ("--pr", "a/b")}[command]
    assert cli.main([command, *wanted]) == 4
    told = capsys.readouterr().err
    assert "needs the extra [bot]" in told
    assert "pip install" in told


def test_nobody_else_loads_what_only_sweeps_need() -> None:
    code = (
        "import sys, dimorder.cli\n"
        "from dimorder.cli import main\n"
        "main(['init', '--help']), main(['sweep', '--help'])\n"
        "found = {'dbos', 'sqlalchemy', 'github', 'requests'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {found}' if found else 0)\n"
    )
    done = run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


# Invitations


def test_an_invitation_is_one_pull_request_with_the_configuration(town: Town) -> None:
    nets = town.repository("nets", {"model.h5": TH})
    for word in ("opened", "unchanged"):
        told = town.init("--pr", "acme/nets")
        assert (told.code, told.out.split()[0]) == (0, word), told.out
        assert "converted" not in told.out
    (pull,) = town.hub.pulls("acme/nets")
    assert nets.bare.word("diff", "--name-only", "main", pull.pull.head_sha).split() == [".dimorder.yml"]
    assert town.sweep("--organization", "acme").word("acme/nets") == "uninvited"
    content = nets.bare.git("cat-file", "blob", f"{pull.pull.head_sha}:.dimorder.yml")
    town.hub.world.push(nets, {".dimorder.yml": content})
    assert town.sweep("--organization", "acme").word("acme/nets") == "proposed"


def test_an_invitation_that_was_refused_is_not_repeated(town: Town) -> None:
    town.repository("nets", {"model.h5": TH})
    town.init("--pr", "acme/nets")
    town.hub.close(town.hub.pulls("acme/nets")[0], by="ann")
    written = len(town.hub.journal.writes)
    told = town.init("--pr", "acme/nets")
    assert (told.code, told.out.split()[0]) == (1, "stopped")
    assert len(town.hub.journal.writes) == written


def test_who_is_configured_needs_no_invitation(town: Town) -> None:
    town.repository("nets", {"model.h5": TH, ".dimorder.yml": INVITED})
    assert "configures dimorder already" in town.init("--pr", "acme/nets").out
    assert town.hub.journal.writes == []
