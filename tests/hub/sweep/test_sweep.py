"""What a sweep does on GitHub, and first what it does not."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from dimorder.errors import Refused
from dimorder.flow.proposed import Wishes, proposed
from dimorder.hub.sweep import steps, tree
from dimorder.hub.sweep.fetch import place
from dimorder.proposal import Made, Nothing
from dimorder.sandbox.outside import Progress
from support.sweeps import CHANNELS_FIRST, INVITED, LIKELY, TH, Town

# What must not happen


def test_nothing_is_written_without_being_told_to(town: Town) -> None:
    town.repository("nets")
    swept = town.sweep("--repository", "acme/nets")
    assert (swept.code, swept.word("acme/nets")) == (0, "proposed")
    assert town.hub.journal.writes == []


def test_who_did_not_ask_is_left_alone(town: Town) -> None:
    town.repository("nets", {"model.h5": TH})
    swept = town.sweep("--organization", "acme", "--apply")
    assert swept.word("acme/nets") == "uninvited"
    assert town.hub.journal.writes == []


def test_who_was_named_once_is_not_invited_for_ever(town: Town) -> None:
    town.repository("nets", {"model.h5": TH})
    assert town.sweep("--repository", "acme/nets").word("acme/nets") == "proposed"
    assert town.sweep("--organization", "acme").word("acme/nets") == "uninvited"
    assert town.sweep("--repository", "acme/nets").word("acme/nets") == "proposed"


def test_a_no_counts_even_where_the_operator_names_the_repository(town: Town) -> None:
    town.repository("nets", {"model.h5": TH, ".dimorder.yml": b"bot:\n  enabled: false\n"})
    swept = town.sweep("--repository", "acme/nets", "--uninvited", "--apply")
    assert swept.word("acme/nets") == "disabled"
    assert town.hub.journal.writes == []


def test_a_journal_that_came_with_the_repository_is_not_believed(town: Town) -> None:
    town.repository("nets", {"nets/model.h5": TH, ".dimorder.yml": INVITED, ".dimorder-journal.json": b"[]"})
    assert town.sweep("--organization", "acme").word("acme/nets") == "proposed"


def test_nobody_takes_more_time_than_is_given(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "LONGEST", 0.0)
    town.repository("nets")
    swept = town.sweep("--organization", "acme", "--apply")
    assert (swept.code, swept.word("acme/nets")) == (0, "refused")
    assert "it takes more than" in swept.line("acme/nets")["because"]
    assert town.hub.journal.writes == []


def test_forks_and_archives_are_left_out(town: Town) -> None:
    town.repository("old", archived=True)
    town.repository("nets").fork = town.repository("origin", {"README.md": b"\n"})  # type: ignore[attr-defined]
    swept = town.sweep("--organization", "acme", "--include", "old", "--apply")
    assert swept.words["acme/old"] == "excluded"
    assert town.hub.journal.writes == []


def test_a_schedule_is_kept(town: Town) -> None:
    town.repository("nets", {"model.h5": TH, ".dimorder.yml": INVITED + b"  schedule: []\n"})
    never = next(day for day in ("monday", "tuesday") if day != today())
    town.repository("later", {"model.h5": TH, ".dimorder.yml": INVITED + f"  schedule: [{never}]\n".encode()})
    swept = town.sweep("--organization", "acme", "--apply")
    assert swept.words == {"acme/nets": "opened", "acme/later": "later"}


def today() -> str:
    return datetime.now(timezone.utc).strftime("%A").lower()


def test_limits_hold(town: Town) -> None:
    for name in ("a", "b", "c"):
        town.repository(name)
    swept = town.sweep("--organization", "acme", "--apply", "--max-pull-requests", "1")
    assert sorted(swept.words.values()) == ["later", "later", "opened"]
    assert town.sweep("--organization", "acme", "--apply", "--max-per-hour", "2").fleet["counts"]["opened"] == 1
    assert len([one for name in "abc" for one in town.hub.pulls(f"acme/{name}")]) == 2


# What does


def test_limits_hold_where_something_was_proposed_before(town: Town) -> None:
    made = {name: town.repository(name) for name in ("one", "two")}
    town.sweep("--organization", "acme", "--apply")
    for name, nets in made.items():
        (pull,) = town.hub.pulls(f"acme/{name}")
        assert pull.pull
        pull.pull.merged = True
        town.hub.close(pull, by="ann")
        town.hub.world.push(nets, {"other.h5": TH})
    swept = town.sweep("--organization", "acme", "--apply", "--max-pull-requests", "1")
    assert sorted(swept.words.values()) == ["later", "opened"]
    assert len(town.hub.pulls("acme/one") + town.hub.pulls("acme/two")) == 3


def test_a_configuration_behind_a_link_is_not_overlooked(town: Town) -> None:
    nets = town.repository("nets", {"model.h5": TH, "settings/bot.yml": b"bot:\n  enabled: false\n"})
    bare = nets.bare
    link = bare.word("hash-object", "-w", "--stdin", given=b"settings/bot.yml")
    tree = bare.write_tree("main", [("120000", link, ".dimorder.yml")])
    by = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    bare.git("update-ref", "refs/heads/main", bare.word(*by, "commit-tree", tree, "-p", "main", "-m", "a link"))
    swept = town.sweep("--repository", "acme/nets", "--apply")
    assert swept.word("acme/nets") == "refused"
    assert ".dimorder.yml is a link" in swept.line("acme/nets")["because"]
    assert town.hub.journal.writes == []


@pytest.mark.parametrize("there", ["nets/MODEL.tf.h5", "nets/model.tf.h5.proof.json"])
def test_nothing_takes_the_place_of_what_nobody_looked_at(
    town: Town, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    monkeypatch.setattr(tree, "_LARGEST_TEXT", 4)
    town.repository("nets", {"nets/model.h5": TH, there: b"by hand", ".dimorder.yml": INVITED})
    swept = town.sweep("--organization", "acme", "--apply")
    assert swept.word("acme/nets") == "refused"
    assert f"the place of {there}" in swept.line("acme/nets")["because"]
    assert town.hub.journal.writes == []


def test_strangers_get_no_dashboard(town: Town) -> None:
    for name in ("stranger/.github", "stranger/nets"):
        town.hub.repository(name, {"README.md": b"\n"})
    swept = town.sweep("--repository", "stranger/nets", "--apply", "--dashboard", ".github")
    assert swept.fleet["notes"] == ["there is no dashboard in stranger/.github: the token may not push to it"]
    assert town.hub.journal.writes == []


def test_an_invitation_is_not_closed_for_want_of_weights(town: Town) -> None:
    town.repository("nets", {"README.md": b"\n"})
    town.init("--pr", "acme/nets")
    assert town.sweep("--repository", "acme/nets", "--apply").word("acme/nets") == "nothing"
    assert len(town.hub.pulls("acme/nets", "open")) == 1


def test_an_invitation_closes_no_proposal(town: Town) -> None:
    town.repository("nets", {"model.h5": TH})
    town.sweep("--repository", "acme/nets", "--apply")
    assert "a pull request of ours is open there" in town.init("--pr", "acme/nets").out
    assert [one.state for one in town.hub.pulls("acme/nets")] == ["open"]


def test_a_dry_run_writes_what_would_be_sent(town: Town) -> None:
    town.repository("nets")
    dry = town.sweep("--organization", "acme")
    folder = town.proposals / "acme" / "nets"
    assert dry.line("acme/nets")["proposal"] == str(folder)
    asked = ("--organization", "acme", "--prefix", "chore: ", "--home", "https://example.org/bot")
    assert town.sweep(*asked).word("acme/nets") == "proposed"
    town.sweep(*asked, "--apply")
    (pull,) = town.hub.pulls("acme/nets", "open")
    assert pull.title.startswith("chore: ")
    assert pull.body == (folder / "body.md").read_text()
    assert pull.title == (folder / "title.txt").read_text().strip()
    told = json.loads((folder / "proposal.json").read_text())
    assert [one["path"] for one in told["files"]] == ["nets/model.tf.h5", "nets/model.tf.h5.proof.json"]
    assert (folder / "files" / "nets" / "model.tf.h5").stat().st_size == told["files"][0]["size"]


def test_a_second_sweep_finds_everything_done(town: Town) -> None:
    town.repository("nets")
    town.repository("empty", {"README.md": b"\n", ".dimorder.yml": INVITED})
    first = town.sweep("--organization", "acme", "--apply")
    assert first.words == {"acme/nets": "opened", "acme/empty": "nothing"}
    written = len(town.hub.journal.writes)
    second = town.sweep("--organization", "acme", "--apply")
    assert second.words == {"acme/nets": "kept", "acme/empty": "nothing"}
    assert len(town.hub.journal.writes) == written
    assert all(one["remembered"] for one in second.fleet["repositories"])


def test_an_unchanged_repository_costs_two_calls_at_most(town: Town) -> None:
    for name, files in {"empty": {"README.md": b"\n", ".dimorder.yml": INVITED}, "uninvited": {"model.h5": TH}}.items():
        town.repository(name, files).pushed -= 3600
    town.sweep("--organization", "acme", "--apply")
    (only,) = town.sweep("--organization", "acme", "--apply").calls
    assert only.startswith("GET /orgs/acme/repos")
    town.repository("nets")
    town.sweep("--organization", "acme", "--apply")
    # Its commit, and whether somebody touched the pull request.
    assert len(town.sweep("--organization", "acme", "--apply").calls) == 1 + 2
    assert len(town.sweep("--organization", "acme", "--apply").calls) == 1 + 2


def test_a_repository_that_was_named_costs_two_calls_at_most_too(town: Town) -> None:
    nets = town.repository("nets")
    town.sweep("--repository", "acme/nets", "--apply")
    nets.pushed -= 3600  # the push of our own branch, which GitHub tells as one of the repository
    town.sweep("--repository", "acme/nets", "--apply")
    assert len(town.sweep("--repository", "acme/nets", "--apply").calls) == 2


def test_a_pull_request_as_it_was_counts_for_no_limit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub counts no answer 304; whoever comes with another token is told another tag."""

    def answered(token: str = "") -> int:
        if token:
            monkeypatch.setenv("DIMORDER_READ_TOKEN", token)
        assert town.sweep("--repository", "acme/nets", "--apply").word("acme/nets") == "kept"
        last = town.hub.journal.asked[-1]
        assert last.path == "/repos/acme/nets/pulls/1"
        return last.status

    nets = town.repository("nets")
    town.sweep("--repository", "acme/nets", "--apply")
    nets.pushed -= 3600
    assert [answered() for _ in range(3)] == [200, 304, 304]
    another = town.hub.token("ann")
    assert [answered(another) for _ in range(2)] == [200, 304]


def test_a_push_in_the_same_second_is_not_missed(town: Town) -> None:
    nets = town.repository("nets", {"README.md": b"\n", ".dimorder.yml": INVITED})
    second = nets.pushed
    assert town.sweep("--organization", "acme").word("acme/nets") == "nothing"
    town.hub.world.push(nets, {"model.h5": TH})
    nets.pushed = second
    assert town.sweep("--organization", "acme").word("acme/nets") == "proposed"


def test_what_was_pushed_is_judged_anew(town: Town) -> None:
    nets = town.repository("nets", {"README.md": b"\n", ".dimorder.yml": INVITED})
    assert town.sweep("--organization", "acme", "--apply").word("acme/nets") == "nothing"
    town.hub.world.push(nets, {"model.h5": TH})
    assert town.sweep("--organization", "acme", "--apply").word("acme/nets") == "opened"


def test_a_pull_request_without_a_reason_is_closed(town: Town) -> None:
    nets = town.repository("nets")
    town.sweep("--organization", "acme", "--apply")
    town.hub.world.push(nets, {"nets/model.h5": None})
    swept = town.sweep("--organization", "acme", "--apply")
    assert swept.word("acme/nets") == "closed"
    assert town.hub.pulls("acme/nets", "open") == []


def test_a_pull_request_outlives_a_broken_configuration(town: Town) -> None:
    nets = town.repository("nets")
    town.sweep("--organization", "acme", "--apply")
    town.hub.world.push(nets, {".dimorder.yml": b"bot: [\n"})
    assert town.sweep("--organization", "acme", "--apply").word("acme/nets") == "refused"
    assert len(town.hub.pulls("acme/nets", "open")) == 1


def test_what_comes_back_meanwhile_keeps_its_pull_request(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    nets = town.repository("nets")
    town.sweep("--organization", "acme", "--apply")
    town.hub.world.push(nets, {"nets/model.h5": None})
    monkeypatch.setattr(steps, "head", lambda *_: "elsewhere")
    assert town.sweep("--organization", "acme", "--apply").word("acme/nets") == "later"
    assert len(town.hub.pulls("acme/nets", "open")) == 1


def test_shards_are_the_whole(town: Town) -> None:
    names = [f"nets{number}" for number in range(9)]
    for name in names:
        town.repository(name, {"README.md": b"\n"})
    parts = [set(town.sweep("--organization", "acme", "--shard", f"{part}/3").words) for part in (1, 2, 3)]
    assert parts[0] | parts[1] | parts[2] == {f"acme/{name}" for name in names}
    assert sum(map(len, parts)) == len(names)
    assert all(parts)


def test_what_no_shard_could_find_is_told_by_all(town: Town) -> None:
    swept = [town.sweep("--organization", "nobody", "--shard", f"{part}/2") for part in (1, 2)]
    assert [(one.code, one.words) for one in swept] == [(4, {"nobody": "failed"})] * 2


def test_weights_in_lfs_are_fetched(town: Town) -> None:
    digest = hashlib.sha256(TH).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(TH)}\n".encode()
    tracked = b"*.h5 filter=lfs diff=lfs merge=lfs -text\n"
    files = {"model.h5": pointer, ".gitattributes": tracked, ".dimorder.yml": INVITED}
    nets = town.repository("nets", files)
    gone = town.sweep("--organization", "acme", "--lfs-host", "127.0.0.1")
    assert (gone.code, gone.word("acme/nets")) == (4, "failed")
    town.hub.lfs.put(nets, digest, TH)
    swept = town.sweep("--organization", "acme", "--lfs-host", "127.0.0.1")
    assert swept.word("acme/nets") == "proposed", swept.line("acme/nets")


def test_lfs_sends_nobody_to_a_host_that_is_not_githubs(town: Town) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 5\n".encode()
    nets = town.repository("nets", {"model.h5": pointer, ".dimorder.yml": INVITED})
    town.hub.lfs.put(nets, "0" * 64, b"12345")
    swept = town.sweep("--organization", "acme")
    assert swept.word("acme/nets") == "failed"
    assert "no host of GitHub's" in swept.line("acme/nets")["because"]


def test_many_files_are_fetched_in_one_go(town: Town) -> None:
    code = {f"lib/part{number}.py": f"x = {number}\n".encode() for number in range(40)}
    town.repository("nets", {"model.h5": TH, ".dimorder.yml": INVITED, **code})
    swept = town.sweep("--organization", "acme")
    assert swept.word("acme/nets") == "proposed"
    assert sum("/git/blobs/" in call for call in swept.calls) == 1  # the configuration


def test_the_dashboard_is_one_issue_and_each_shard_keeps_its_part(town: Town) -> None:
    home = town.repository("fleet", {"README.md": b"\n"})
    for number in range(6):
        town.repository(f"nets{number}", {"README.md": b"\n", ".dimorder.yml": INVITED})
    town.repository("nets")
    for part in ("1/2", "2/2", "1/2"):
        swept = town.sweep("--organization", "acme", "--apply", "--dashboard", "fleet", "--shard", part)
        assert swept.code == 0, swept.error
    (issue,) = [one for one in home.issues.values() if one.pull is None]
    assert issue.body.count("dimorder: part ") == 2
    assert "`acme/nets`" in issue.body
    written = len(town.hub.journal.writes)
    town.sweep("--organization", "acme", "--dashboard", "fleet")
    assert len(town.hub.journal.writes) == written, "a dry run writes none"
    town.hub.close(issue, by="ann")
    closed = town.sweep("--organization", "acme", "--apply", "--dashboard", "fleet")
    assert "the dashboard in acme/fleet was closed, and stays so" in closed.fleet["notes"]
    assert len(town.hub.journal.writes) == written


def test_a_dashboard_without_a_place_is_told(town: Town) -> None:
    town.repository("nets", {"README.md": b"\n"})
    swept = town.sweep("--organization", "acme", "--apply", "--dashboard", "fleet")
    assert swept.code == 0
    assert "there is no such repository, or the token may not see it" in swept.fleet["notes"][0]


def test_code_moves_in_the_same_pull_request_where_that_is_asked_for(town: Town) -> None:
    nets = town.repository("nets", {"model.h5": TH, "net.py": CHANNELS_FIRST, ".dimorder.yml": INVITED})
    town.repository("kept", {"model.h5": TH, "net.py": CHANNELS_FIRST, ".dimorder.yml": INVITED + b"  code: false\n"})
    asked = ("--unsafe-fixes", "--draft", "--sign-off", "--author", "Ann <ann@example.org>", "--no-fork")
    swept = town.sweep("--organization", "acme", "--apply", *asked)
    assert swept.line("acme/nets")["because"] == "1 weight file converted and proven, 1 file of code moved"
    assert swept.line("acme/kept")["because"] == "1 weight file converted and proven"
    (pull,) = town.hub.pulls("acme/nets")
    assert pull.pull is not None
    assert pull.pull.draft
    (commit,) = nets.bare.commits(f"main..{pull.pull.head_sha}", 9)
    assert commit.author.email == "ann@example.org"
    assert commit.message.endswith("\nSigned-off-by: Ann <ann@example.org>")
    told = nets.bare.word("diff", "--name-only", "main", pull.pull.head_sha).split()
    assert told == ["model.tf.h5", "model.tf.h5.proof.json", "net.py"]


def test_what_github_does_not_take_is_told(town: Town) -> None:
    town.repository("nets")
    because = town.sweep("--organization", "acme", "--apply", "--reviewer", "nobody").line("acme/nets")["because"]
    assert because == "1 weight file converted and proven; GitHub did not take: requested reviewers"


def test_two_shards_at_once_leave_one_dashboard(town: Town) -> None:
    home = town.repository("fleet", {"README.md": b"\n"})
    town.sweep("--organization", "acme", "--apply", "--dashboard", "fleet")
    (one,) = home.issues.values()
    home.issues[2] = replace(one, id=one.id + 1, number=2)
    swept = [town.sweep("--organization", "acme", "--apply", "--dashboard", "fleet") for _ in range(2)][-1]
    assert [each.state for each in home.issues.values()] == ["open", "closed"]
    written = len(town.hub.journal.writes)
    names = ("--repository", "acme/fleet", "--repository", "Acme/gone")
    for _ in range(2):
        town.sweep(*names, "--apply", "--dashboard", "fleet")
    assert len(town.hub.journal.writes) == written + 1, "capitals make no other owner"
    assert swept.fleet["notes"] == []


def test_a_closed_pull_request_is_a_no(town: Town) -> None:
    nets = town.repository("nets")
    town.sweep("--organization", "acme", "--apply")
    town.hub.close(town.hub.pulls("acme/nets")[0], by="ann")
    assert town.sweep("--organization", "acme", "--apply").word("acme/nets") == "stopped"
    written = len(town.hub.journal.writes)
    town.hub.world.push(nets, {"README.md": b"more"})
    assert town.sweep("--organization", "acme", "--apply").word("acme/nets") == "stopped"
    assert len(town.hub.journal.writes) == written


# What goes wrong


def test_every_repository_gets_its_line(town: Town) -> None:
    town.repository("nets")
    swept = town.sweep("--repository", "acme/nets", "--repository", "acme/gone")
    assert swept.code == 4
    assert swept.words == {"acme/nets": "proposed", "acme/gone": "failed"}


def test_what_cannot_be_proven_fails_only_where_that_is_asked_for(town: Town) -> None:
    town.repository("nets", {"model.h5": LIKELY, ".dimorder.yml": INVITED})
    swept = town.sweep("--organization", "acme")
    assert (swept.code, swept.word("acme/nets")) == (0, "refused")
    assert town.sweep("--organization", "acme", "--strict").code == 3
    assert town.sweep("--organization", "acme", "--accept", "likely").word("acme/nets") == "proposed"


def test_a_bug_in_one_repository_leaves_the_others(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def odd(folder: str, wishes: Wishes, progress: Progress) -> Made | Nothing:
        if (Path(folder) / "odd.py").exists():
            raise ZeroDivisionError("the token is ghp_000000000000000000000000000000000000")
        return proposed(folder, wishes, progress)

    monkeypatch.setattr("dimorder.hub.sweep.job.proposed", odd)
    town.repository("nets")
    town.repository("odd", {"model.h5": TH, "odd.py": b"", ".dimorder.yml": INVITED})
    swept = town.sweep("--organization", "acme")
    assert (swept.code, swept.words) == (70, {"acme/nets": "proposed", "acme/odd": "bug"})
    assert "ZeroDivisionError" in swept.error
    assert "ghp_0" not in swept.error + json.dumps(swept.fleet)


def test_a_tree_too_large_for_one_answer_is_read_whole(town: Town) -> None:
    folders = {f"part{number}/net{inner}.py": b"" for number in range(3) for inner in range(3)}
    town.repository("nets", {"z/y/model.h5": TH, ".dimorder.yml": INVITED, **folders})
    town.hub.world.most_entries = 6
    assert town.sweep("--organization", "acme").word("acme/nets") == "proposed"


def test_a_folder_of_which_github_does_not_tell_all_is_refused(town: Town) -> None:
    town.repository("nets", {"model.h5": TH, ".dimorder.yml": INVITED, "z.py": b""})
    town.hub.world.most_entries = 2
    swept = town.sweep("--organization", "acme")
    assert (swept.code, swept.word("acme/nets")) == (0, "refused")


def test_more_than_is_to_be_fetched_is_refused(town: Town) -> None:
    town.repository("nets", {"model.h5": TH, "big.h5": bytes(2 << 20), ".dimorder.yml": INVITED})
    swept = town.sweep("--organization", "acme", "--max-download", "1")
    assert swept.word("acme/nets") == "refused"
    assert "2 MiB, more than the 1 that are fetched (raise --max-download)" in swept.line("acme/nets")["because"]
    assert town.sweep("--organization", "acme", "--max-download", "3").word("acme/nets") == "proposed"


def test_a_name_that_json_cannot_tell_is_refused() -> None:
    with pytest.raises(Refused, match="is called"):
        place("/tmp", "nets/mod\ufffdel.h5")


def test_a_path_that_leads_elsewhere_is_refused(town: Town) -> None:
    for path in ("../x", "/etc/x", "a/../../x", ".git/config", "a/.GIT/hooks/x", "a\0b", "x" * 300):
        with pytest.raises(Refused):
            place("/files", path)
    assert place("/files", "a/b.h5") == "/files/a/b.h5"
