"""`check --hook`: names choose what is told, git's index what is judged."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from dimorder.flow.fix_weights import write_twins
from dimorder.flow.globs import globs
from dimorder.flow.hook import of_index
from dimorder.flow.on_paths import check_paths
from dimorder.flow.options import Options
from dimorder.flow.settings import Settings
from dimorder.flow.walk import Place
from dimorder.report_data import FindingsReport
from support.model_code import with_weights
from support.places import REPOSITORY

DIGITS = REPOSITORY / "examples" / "digits" / "digits_th.h5"
BREAKING = "digits.h5"


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With weights of Theano in its first commit."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(DIGITS, BREAKING)
    git("init", "--quiet")
    commit()
    return tmp_path


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def commit() -> None:
    git("add", "--all")
    git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "all")


def hooked(*paths: str, **settings: object) -> FindingsReport:
    made = Settings(hook=True, skip_foreign=True, ignore=("DIM109",), **settings)  # type: ignore[arg-type]
    return check_paths(paths, made, lambda stage, done, total: None)


def told(report: FindingsReport) -> list[tuple[str, str]]:
    return [(one.path, one.rule) for one in report.findings]


def test_what_is_not_named_is_not_told() -> None:
    Path("a.py").write_text("x = 1\n")
    assert told(hooked("a.py")) == []


def test_nothing_named_and_nothing_deleted_is_nothing_to_do() -> None:
    assert hooked().checked == 0


def test_what_is_named_is_told() -> None:
    assert told(hooked(BREAKING)) == [(BREAKING, "DIM101")]


def test_what_is_named_and_not_in_the_index_is_told() -> None:
    shutil.copy(DIGITS, "new.h5")
    assert told(hooked("new.h5")) == [("new.h5", "DIM101")]


def test_what_lies_beside_a_deleted_model_is_told() -> None:
    shutil.copy(DIGITS, "other.h5")
    commit()
    git("rm", "--quiet", "other.h5")
    assert told(hooked()) == [(BREAKING, "DIM101")]


def test_what_lies_elsewhere_than_a_deleted_model_is_not_told() -> None:
    Path("far").mkdir()
    shutil.copy(DIGITS, "far/other.h5")
    commit()
    git("rm", "--quiet", "far/other.h5")
    assert told(hooked()) == []


def test_a_deleted_text_is_no_model() -> None:
    Path("notes.txt").write_text("x")
    commit()
    git("rm", "--quiet", "notes.txt")
    assert told(hooked()) == []


def test_what_is_excluded_is_not_told() -> None:
    assert told(hooked(BREAKING, exclude=globs(("*.h5",), "."))) == []


def test_outside_of_git_the_named_files_are_judged(tmp_path_factory: pytest.TempPathFactory,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    shutil.copy(DIGITS, BREAKING)
    assert told(hooked(BREAKING)) == [(BREAKING, "DIM101")]


def test_before_the_first_commit_the_named_files_are_judged(repository: Path) -> None:
    shutil.rmtree(repository / ".git")
    git("init", "--quiet")
    git("add", "--all")
    assert told(hooked(BREAKING)) == [(BREAKING, "DIM101")]


def test_files_are_judged_as_they_lie_there() -> None:
    """As pre-commit has them, which puts aside what is not to be committed."""
    shutil.copy(DIGITS, "other.h5")
    git("add", "--all")
    Path("other.h5").write_bytes(b"no model any more")
    assert told(hooked("other.h5")) == [("other.h5", "DIM402")]


def test_code_and_its_weights_meet_whichever_batch_names_which() -> None:
    with_weights(Path(), train="from vgg import vgg\n\nmodel = vgg('th.h5')\n")
    commit()
    joined = [("vgg.py", "DIM302")]
    batches = (["th.h5"], ["blocks.py", "vgg.py"], ["train.py"])
    found = [told(hooked(*batch, select=("DIM3",))) for batch in batches]
    assert found == [joined, joined, []]


def test_a_twin_that_a_commit_deletes_is_missed_in_every_batch(repository: Path) -> None:
    options = Options(accept="likely")
    assert list(write_twins([BREAKING], options, lambda *_: None)) != []
    Path("a.py").write_text("x = 1\n")
    commit()
    assert told(hooked(BREAKING)) == []
    git("rm", "--quiet", "digits.tf.h5")
    assert [told(hooked(*batch)) for batch in ([], ["a.py"], [BREAKING])] == [[(BREAKING, "DIM101")]] * 3


def test_a_link_in_the_index_is_not_followed() -> None:
    Path("link.h5").symlink_to(BREAKING)
    Path("a.py").write_text("x = 1\n")
    git("add", "--all")
    assert [one.path for one in of_index(["a.py"], lambda path: "") if isinstance(one, Place)] == ["a.py", BREAKING]
