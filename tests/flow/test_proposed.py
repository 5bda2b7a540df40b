"""What a pull request would hold: proven twins, their certificates, edits that were asked for; and nothing else."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from dimorder.errors import UsageError
from dimorder.flow.counted_from import counted_from
from dimorder.flow.proposed import Wishes, proposed
from dimorder.proposal import CODE, Made, Nothing
from support import check_files
from support.in_process import run_here
from support.places import PART_OF_ZOO

BARE = PART_OF_ZOO / "k122-theano-th/even_valid/weights.h5"
WHOLE = PART_OF_ZOO / "k122-theano-th/flatten_concat_vec/full.h5"
LIKELY = Wishes(accept="likely")
MODEL = """\
from keras.models import Sequential
from keras.layers import Convolution2D, Dense, Flatten


def build():
    model = Sequential()
    model.add(Convolution2D(4, 2, 2, activation='relu', dim_ordering='th', input_shape=(3, 10, 9)))
    model.add(Convolution2D(4, 4, 4, activation='relu', dim_ordering='th'))
    model.add(Convolution2D(4, 2, 3, activation='relu', dim_ordering='th'))
    model.add(Flatten())
    model.add(Dense(4, activation='softmax'))
    return model
"""
TRAIN = "from model import build\n\nmodel = build()\nmodel.load_weights('nets/weights.h5')\n"


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    run_here(monkeypatch)
    folder = tmp_path / "scratch"
    (folder / "nets").mkdir(parents=True)
    return folder


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def made(folder: Path, wishes: Wishes = LIKELY) -> Made:
    """Checked against the folder: the files say what lies there, and everything else is as it was."""
    before = held(folder)
    found = proposed(str(folder), wishes, lambda *_: None)
    assert isinstance(found, Made), found
    after = held(folder)
    for one in found.files:
        content = after.pop(one.path)
        assert (one.sha256, one.size) == (hashlib.sha256(content).hexdigest(), len(content))
        assert Path(one.source).read_bytes() == content
    edited = {one.path for one in found.code}
    assert after == {path: content for path, content in before.items() if path not in edited}
    for original in found.moved:
        assert original.sha256 == hashlib.sha256(before[original.path]).hexdigest()
    return found


def nothing(folder: Path, wishes: Wishes = LIKELY) -> Nothing:
    before = held(folder)
    found = proposed(str(folder), wishes, lambda *_: None)
    assert isinstance(found, Nothing), found
    assert held(folder) == before
    return found


# What must not happen.


def test_a_repository_without_weights_is_proposed_nothing(top: Path) -> None:
    (top / "README.md").write_text("nets")
    assert nothing(top) == Nothing("nothing", "no weights in Theano's layout among 0 files")


def test_weights_that_are_in_order_are_left_alone(top: Path) -> None:
    check_files.model(top / "model.h5", "tf", backend="tensorflow")
    assert nothing(top).word == "nothing"


def test_what_is_only_likely_is_refused_unless_it_is_accepted(top: Path) -> None:
    shutil.copy(WHOLE, top / "model.h5")
    told = nothing(top, Wishes())
    assert told.word == "refused"
    assert told.because.startswith("model.h5: ")
    assert "only likely th" in told.because


def test_what_is_no_weights_is_nothing_and_what_is_broken_is_refused(top: Path) -> None:
    """The first may be a data set; were the second nothing, an open pull request would be closed as obsolete."""
    (top / "data.h5").write_bytes(b"a text")
    told = nothing(top)
    assert (told.word, told.because.split(" (")[0].count("data.h5: a text, not HDF5")) == ("nothing", 1)
    (top / "model.h5").write_bytes(WHOLE.read_bytes()[:3000])
    told = nothing(top)
    assert told.word == "refused"
    assert told.because.startswith("model.h5: ")


def test_weights_without_any_architecture_are_refused(top: Path) -> None:
    shutil.copy(BARE, top / "nets/bare.h5")
    told = nothing(top)
    assert (told.word, told.because.split(":")[0]) == ("refused", "nets/bare.h5")


def test_an_architecture_alone_has_nothing_to_convert(top: Path) -> None:
    shutil.copy(WHOLE.with_name("model.json"), top / "model.json")
    assert nothing(top).word == "nothing"


def test_what_was_merged_is_not_proposed_again(top: Path) -> None:
    shutil.copy(WHOLE, top / "model.h5")
    made(top)
    assert nothing(top).word == "nothing"


def test_code_is_not_touched_unless_that_is_asked_for(top: Path) -> None:
    shutil.copy(BARE, top / "nets/weights.h5")
    (top / "model.py").write_text(MODEL)
    (top / "train.py").write_text(TRAIN)
    assert made(top).code == ()


def test_two_configurations_are_the_owners_mistake(top: Path) -> None:
    (top / "pyproject.toml").write_text("[tool.dimorder]\nignore = []\n")
    (top / ".dimorder.yml").write_text("ignore: []\n")
    with pytest.raises(UsageError, match="both configure"):
        proposed(str(top), LIKELY, lambda *_: None)


def test_the_configuration_of_the_repository_holds_and_no_other(top: Path) -> None:
    shutil.copy(WHOLE, top / "nets/model.h5")
    (top.parent / ".dimorder.yml").write_text("exclude: ['scratch/**']\n")
    (top / ".dimorder.yml").write_text("exclude: ['nets/**']\n")
    assert nothing(top).word == "nothing"
    (top / ".dimorder.yml").write_text("exclude: []\n")
    assert [one.path for one in made(top).moved] == ["nets/model.h5"]


def test_nothing_in_it_tells_where_it_was_made(top: Path) -> None:
    shutil.copy(WHOLE, top / "model.h5")
    shutil.copy(BARE, top / "nets/bare.h5")
    found = made(top)
    assert str(top.parent) not in repr((found.moved, found.reports, found.code, found.left))
    (certificate,) = [one for one in found.files if one.path.endswith(".proof.json")]
    assert str(top.parent) not in Path(certificate.source).read_text()


# What must.


def test_a_twin_and_its_certificate_are_proposed(top: Path) -> None:
    shutil.copy(WHOLE, top / "nets/model.h5")
    found = made(top)
    assert [(one.path, one.target) for one in found.moved] == [("nets/model.h5", "tf/tf")]
    assert [one.path for one in found.files] == ["nets/model.tf.h5", "nets/model.tf.h5.proof.json"]
    (report,) = found.reports
    assert (report.source, report.target, report.verdict) == ("nets/model.h5", "nets/model.tf.h5", "equivalent")
    assert report.proof is not None


def test_bare_weights_are_converted_by_what_the_code_tells(top: Path) -> None:
    shutil.copy(BARE, top / "nets/weights.h5")
    (top / "model.py").write_text(MODEL)
    (top / "train.py").write_text(TRAIN)
    found = made(top)
    assert [one.path for one in found.files] == ["nets/weights.tf.h5", "nets/weights.tf.h5.proof.json"]


def test_edits_of_code_count_as_content_when_they_are_asked_for(top: Path) -> None:
    shutil.copy(BARE, top / "nets/weights.h5")
    (top / "model.py").write_text(MODEL)
    (top / "train.py").write_text(TRAIN)
    found = made(top, Wishes(accept="likely", unsafe=True))
    assert [(one.path, one.target) for one in found.moved] == [
        ("model.py", CODE), ("nets/weights.h5", "tf/tf"), ("train.py", CODE),
    ]  # fmt: skip
    assert [one.path for one in found.files] == [
        "model.py", "nets/weights.tf.h5", "nets/weights.tf.h5.proof.json", "train.py",
    ]  # fmt: skip
    assert "nets/weights.tf.h5" in (top / "train.py").read_text()


def test_one_file_that_is_refused_does_not_keep_back_another(top: Path) -> None:
    shutil.copy(WHOLE, top / "model.h5")
    shutil.copy(BARE, top / "nets/bare.h5")
    found = made(top)
    assert [one.path for one in found.moved] == ["model.h5"]
    assert [one.path for one in found.left] == ["nets/bare.h5"]


def test_it_is_the_same_wherever_it_is_made(top: Path) -> None:
    shutil.copy(WHOLE, top / "model.h5")
    other = top.parent / "another place" / "deeper"
    shutil.copytree(top, other)
    first, second = made(top), made(other)
    assert first.moved == second.moved
    assert [(one.path, one.sha256) for one in first.files] == [(one.path, one.sha256) for one in second.files]
    assert first.reports == second.reports


def test_paths_are_counted_from_the_folder_in_whatever_they_stand() -> None:
    told = {"/a/b/x.h5": ["no /a/b/x.h5, nor", ("/a/bc/x", os.sep)]}
    assert counted_from(told, "/a/b") == {"x.h5": ["no x.h5, nor", ("/a/bc/x", os.sep)]}
