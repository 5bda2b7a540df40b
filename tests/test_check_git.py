"""`dimorder check` in a git repository: what is walked, what has changed, and that git runs nothing of a stranger's."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from dimorder import cli
from dimorder.flow.hook import of_index
from dimorder.flow.walk import Place
from support.check_files import model
from support.repository import Told, commit, git

OK, FOUND, USAGE = 0, 1, 2


@pytest.fixture(autouse=True)
def _in_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git("init", "--quiet")


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(capsys)


def th(path: str) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    model(Path(path))
    return path


# What is walked.


def test_tracked_and_new_files_are_walked(told: Told) -> None:
    th("a.h5")
    commit()
    th("models/new.h5")
    assert told.found() == [("a.h5", "DIM101"), ("models/new.h5", "DIM101")]


def test_what_git_ignores_is_not_walked(told: Told) -> None:
    th("build/a.h5")
    th("old.h5")
    Path(".gitignore").write_text("build/\nold.*\n")
    assert told()[0] == OK
    assert told.found() == []


def test_a_tracked_file_is_walked_although_a_pattern_ignores_it(told: Told) -> None:
    th("build/a.h5")
    git("add", "build/a.h5")
    Path(".gitignore").write_text("build/\n")
    assert told.found() == [("build/a.h5", "DIM101")]


def test_a_named_file_is_judged_although_git_ignores_it(told: Told) -> None:
    th("build/a.h5")
    Path(".gitignore").write_text("build/\n")
    assert told.found("build/a.h5") == [("build/a.h5", "DIM101")]
    assert told.found("build") == [("build/a.h5", "DIM101")]


def test_rules_of_folders_above_hold_in_a_folder_that_is_named(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    th("models/a.h5")
    th("models/cache/b.h5")
    Path(".gitignore").write_text("cache\n")
    assert told.found("models") == [("models/a.h5", "DIM101")]
    monkeypatch.chdir("models")
    assert told.found() == [("a.h5", "DIM101")]


def test_a_repository_inside_another_goes_by_its_own_rules(told: Told) -> None:
    th("inner/a.h5")
    th("inner/out/b.h5")
    Path("inner/.gitignore").write_text("out\n")
    git("init", "--quiet", "inner")
    assert told.found() == [("inner/a.h5", "DIM101")]


def test_names_with_spaces_and_odd_bytes_are_walked(told: Told) -> None:
    th(os.fsdecode(b"a b\n\xff*.h5"))
    assert [rule for _, rule in told.found()] == ["DIM101"]


def test_a_broken_repository_is_walked_as_a_folder(told: Told) -> None:
    th("a.h5")
    Path(".gitignore").write_text("*.h5\n")
    Path(".git/HEAD").write_text("nonsense")
    assert told.found() == [("a.h5", "DIM101")]


def test_without_git_folders_are_walked(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    th("a.h5")
    monkeypatch.setenv("PATH", "/nowhere")
    assert told.found() == [("a.h5", "DIM101")]


# What has changed.


def test_only_what_changed_since_the_base_is_told(told: Told) -> None:
    th("old.h5")
    commit()
    git("branch", "base")
    assert told("--base", "base")[0] == OK
    th("staged.h5")
    git("add", "staged.h5")
    th("new.h5")
    assert told.found("--base", "base") == [("new.h5", "DIM101"), ("staged.h5", "DIM101")]
    commit()
    assert told.found("--base", "base") == [("new.h5", "DIM101"), ("staged.h5", "DIM101")]


def test_what_changed_at_the_base_meanwhile_is_none_of_ours(told: Told) -> None:
    th("a.h5")
    commit()
    git("branch", "base")
    git("switch", "--quiet", "base")
    th("theirs.h5")
    commit()
    git("switch", "--quiet", "-")
    th("ours.h5")
    commit()
    assert told.found("--base", "base") == [("ours.h5", "DIM101")]


def test_a_changed_file_of_the_work_tree_is_told(told: Told) -> None:
    th("a.h5")
    commit()
    model(Path("a.h5"), suffix=":0")
    assert told.found("--base", "HEAD") == [("a.h5", "DIM101")]


def test_a_change_in_the_same_second_and_of_the_same_size_is_told(told: Told) -> None:
    th("a.h5")
    commit()
    content = bytearray(Path("a.h5").read_bytes())
    content[-1] ^= 1
    times = os.stat("a.h5")
    Path("a.h5").write_bytes(content)
    os.utime("a.h5", ns=(times.st_atime_ns, times.st_mtime_ns))
    os.utime(".git/index", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert told("--base", "HEAD")[1]["checked"] == 1


@pytest.mark.parametrize("revision", ["nosuch", "", "--output=x", "HEAD:a.h5", "a\nb"])
def test_a_base_that_is_no_commit_is_a_usage_error(told: Told, revision: str) -> None:
    th("a.h5")
    commit()
    assert told("--base", revision)[0] == USAGE
    assert sorted(os.listdir()) == [".git", "a.h5"]


def test_a_base_outside_of_any_repository_is_a_usage_error(told: Told, tmp_path: Path) -> None:
    assert told("--base", "HEAD", str(tmp_path))[0] == USAGE
    assert "lies in no git repository" in told.error


def test_histories_without_a_common_commit_are_a_usage_error(told: Told) -> None:
    commit()
    git("branch", "base")
    git("switch", "--quiet", "--orphan", "other")
    commit()
    git("commit", "--quiet", "--allow-empty", "--amend", "--message", "another")
    assert told("--base", "base")[0] == USAGE
    assert "no commit in common" in told.error


# What a repository may not do.


def test_no_program_that_a_repository_names_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    evil = tmp_path / "evil.sh"
    evil.write_text(f"#!/bin/sh\necho x >> {mark}\ncat\n")
    evil.chmod(0o700)
    th("a.h5")
    Path(".gitattributes").write_text("*.h5 filter=x=y diff=d\n")
    commit()
    for key in ("core.fsmonitor", "core.pager", "diff.external", "diff.d.command", "diff.d.textconv",
                "filter.x=y.clean", "filter.x=y.smudge", "core.sshCommand"):  # fmt: skip
        git("config", key, str(evil))
    for hook in ("post-index-change", "pre-auto-gc", "fsmonitor-watchman"):
        Path(".git/hooks").mkdir(exist_ok=True)
        (Path(".git/hooks") / hook).write_text(evil.read_text())
        (Path(".git/hooks") / hook).chmod(0o700)
    os.utime("a.h5")
    Path(".git/more").write_text(f"[core]\n\tfsmonitor = {evil}\n[alias]\n\tls-files = !{evil}\n\tdiff = !{evil}\n")
    git("config", "include.path", "more")
    for arguments in ([], ["--base", "HEAD"], ["a.h5"], ["--hook", "a.h5"], ["--fix", "--accept", "likely"]):
        cli.main(["check", *arguments])
    assert not mark.exists()
    git("-c", "core.fsmonitor=false", "diff", "--no-ext-diff")  # it could have been run
    assert mark.exists()


def test_a_work_tree_that_the_repository_puts_elsewhere_is_not_believed(told: Told, tmp_path: Path) -> None:
    th("a.h5")
    th("build/b.h5")
    Path(".gitignore").write_text("build\n")
    (tmp_path / "elsewhere").mkdir()
    git("config", "core.worktree", str(tmp_path / "elsewhere"))
    assert told.found() == [("a.h5", "DIM101")]


def test_a_git_that_lies_in_the_checked_folder_is_never_run(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    th("a.h5")
    Path("git").write_text("#!/bin/sh\ntouch ran\n")
    Path("git").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    assert told.found() == [("a.h5", "DIM101")]
    assert not Path("ran").exists()


def test_the_index_is_left_as_it_is(told: Told) -> None:
    th("a.h5")
    commit()
    os.utime("a.h5", (1, 1))
    before = (Path(".git/index").read_bytes(), sorted(os.listdir(".git")))
    told("--base", "HEAD")
    assert (Path(".git/index").read_bytes(), sorted(os.listdir(".git"))) == before


# Names and states that are out of the ordinary.

NAMES = ("-rf.h5", "--base.h5", ":(top)x.h5", "*.h5", "new\nline.h5", "tab\t.h5", '"quoted".h5', " space .h5")


def test_no_name_is_taken_for_an_option_or_a_pattern(told: Told) -> None:
    for name in NAMES:
        th(name)
    commit()
    th(NAMES[0])
    assert told.found() == [(name, "DIM101") for name in sorted(NAMES)]
    assert told.found("--hook", "--", *NAMES[:2]) == [(name, "DIM101") for name in NAMES[:2]]
    assert told.found("--base", "HEAD") == []


def test_no_folder_is_taken_for_a_pattern(told: Told) -> None:
    for name in (":(x)d/a.h5", ":(x)d/b.h5", "other.h5"):
        th(name)
    Path(".gitignore").write_text("b.h5\n")
    assert told.found(":(x)d") == [(":(x)d/a.h5", "DIM101")]


def test_a_file_in_conflict_is_judged_once_and_as_it_lies_there(told: Told) -> None:
    th("a.h5")
    git("add", "--all")
    blob = subprocess.run(["git", "rev-parse", ":a.h5"], check=True, capture_output=True, text=True).stdout.strip()
    git("rm", "--quiet", "--cached", "a.h5")
    lines = "".join(f"100644 {blob} {stage}\ta.h5\n" for stage in (1, 2, 3))
    subprocess.run(["git", "update-index", "--index-info"], input=lines, check=True, text=True)
    Path("b.py").write_text("x = 1\n")
    git("add", "b.py")
    found = of_index(["b.py"], lambda _: "")
    assert [one.path for one in found if isinstance(one, Place)] == ["b.py", "a.h5"]
    assert told.found() == [("a.h5", "DIM101")]


def test_the_index_of_a_commit_in_a_linked_work_tree_is_asked(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    th("a.h5")
    Path("b.txt").write_text("b")
    th("c.h5")
    commit()
    git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    monkeypatch.chdir(tmp_path / "linked")
    folder = Path(Path(".git").read_text().removeprefix("gitdir: ").strip())
    shutil.copy(folder / "index", folder / "next-index-1.lock")
    monkeypatch.setenv("GIT_INDEX_FILE", str(folder / "next-index-1.lock"))
    git("rm", "--quiet", "--cached", "c.h5")
    assert told.found("--hook", "b.txt") == [("a.h5", "DIM101")]  # beside what the commit deletes
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    shutil.copy(folder / "next-index-1.lock", tmp_path / "index")
    assert told.found("--hook", "b.txt") == []  # an index from elsewhere is nobody's
