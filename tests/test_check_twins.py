"""Converted twins beside their originals: a proven one keeps its original silent, nothing less does."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest

from dimorder import cli
from dimorder.flow import twins
from dimorder.sandbox.isolated import ChildFailed
from support.check_files import architecture, model
from support.repository import Told, git

OK, FOUND, BUG = 0, 1, 70
RULES = ("--select", "DIM101,DIM102,DIM106")
TWIN, CERTIFICATE = Path("th.tf.h5"), Path("th.tf.h5.proof.json")


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, its twin and their certificate, all tracked."""
    folder = tmp_path_factory.mktemp("converted")
    model(folder / "th.h5")
    convert(str(folder / "th.h5"))
    git("init", "--quiet", str(folder))
    git("-C", str(folder), "add", "--all")
    return folder


@pytest.fixture(autouse=True)
def _in_a_copy(
    converted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(converted, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    capsys.readouterr()


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(capsys)


def convert(*arguments: str) -> None:
    assert cli.main(["convert", *arguments, "--from", "th/th", "-q"]) == OK


def changed(path: Path, change: Callable[[h5py.File], Any]) -> None:
    with h5py.File(path, "r+") as file:
        change(file)


def certify(**hashes: Path) -> None:
    """The certificate forged: it states the hashes of these files."""
    document = json.loads(CERTIFICATE.read_text())
    for role, path in hashes.items():
        document["sha256"][role] = hashlib.sha256(path.read_bytes()).hexdigest()
    state(document)


def state(document: dict[str, Any]) -> None:
    """The certificate forged, and tracked."""
    CERTIFICATE.write_text(json.dumps(document))
    git("add", "--all")


def kernel(file: h5py.File) -> h5py.Dataset:
    found: list[h5py.Dataset] = []
    file.visititems(lambda name, one: found.append(one) if isinstance(one, h5py.Dataset) and one.ndim == 4 else None)
    return found[0]


def track_as(path: Path, content: bytes) -> None:
    """What git tracks under this path, whatever lies there."""
    here = path.read_bytes()
    path.write_bytes(content)
    git("add", str(path))
    path.write_bytes(here)


def because(told: Told) -> str:
    """Why the twin does not count."""
    code, document = told(*RULES, "th.h5")
    assert code == FOUND
    (related,) = next(one["related"] for one in document["findings"] if one["rule"] == "DIM101")
    return str(related["message"])


# What is silent.


def test_an_original_with_a_proven_twin_is_silent(told: Told) -> None:
    code, document = told(*RULES)
    assert (code, document["findings"], document["suppressed"]) == (OK, [], 1)


def test_what_else_is_to_say_of_the_original_is_told(told: Told) -> None:
    assert [one["rule"] for one in told("th.h5")[1]["findings"]] == ["DIM109"]


def test_a_twin_whose_numbers_are_right_counts_whoever_packed_them(told: Told) -> None:
    changed(TWIN, lambda file: file.attrs.create("note", "kept by another version"))
    certify(target=TWIN)
    assert told(*RULES)[0] == OK


def test_outside_of_git_the_twin_only_has_to_be_there(told: Told) -> None:
    shutil.rmtree(".git")
    assert told(*RULES)[0] == OK


def test_an_original_under_another_name_is_silent_too(told: Told) -> None:
    os.rename("th.h5", "renamed.h5")
    assert told(*RULES)[0] == OK


@pytest.mark.parametrize("target", ["w.keras", "w.weights.h5"])
def test_weights_with_their_architecture_are_silent_in_any_form(told: Told, target: str) -> None:
    model(Path("w.h5"), config=None)
    Path("arch.json").write_text(json.dumps(architecture("th")))
    apart = ["--architecture-out", "new.json"] if target == "w.weights.h5" else []
    convert("w.h5", "--architecture", "arch.json", "-o", target, *apart)
    git("add", "--all")
    told.capsys.readouterr()
    assert told(*RULES, "w.h5")[0] == OK
    Path("arch.json").unlink()
    assert told(*RULES, "w.h5")[0] == FOUND


# What is not.


def test_a_certificate_alone_never_counts(told: Told) -> None:
    TWIN.unlink()
    assert because(told).endswith("it is not there")


def test_a_twin_without_its_certificate_never_counts(told: Told) -> None:
    CERTIFICATE.unlink()
    assert told.found(*RULES) == [("th.h5", "DIM101")]


@pytest.mark.parametrize("path", [TWIN, CERTIFICATE])
def test_what_git_does_not_track_never_counts(told: Told, path: Path) -> None:
    git("rm", "--quiet", "--cached", str(path))
    assert because(told).endswith(f"git does not track {path}")


def test_a_twin_that_was_changed_never_counts(told: Told) -> None:
    changed(TWIN, lambda file: kernel(file).write_direct(kernel(file)[()][::-1].copy()))
    assert because(told).endswith("it is not the file that was certified")


def test_a_forged_certificate_never_counts(told: Told) -> None:
    changed(TWIN, lambda file: kernel(file).write_direct(kernel(file)[()][::-1].copy()))
    certify(target=TWIN)
    assert "is not what this conversion makes of the original" in because(told)


def test_one_wrong_bit_is_enough(told: Told) -> None:
    def shift(file: h5py.File) -> None:
        array = kernel(file)[()]
        array.view("u4")[0, 0, 0, 0] ^= 1
        kernel(file).write_direct(array)

    changed(TWIN, shift)
    certify(target=TWIN)
    assert "is not what this conversion makes of the original" in because(told)


def test_the_original_itself_is_no_twin_of_it(told: Told) -> None:
    shutil.copy("th.h5", TWIN)
    certify(target=TWIN)
    assert "does not count" in because(told)


def test_right_numbers_in_a_wrong_architecture_never_count(told: Told) -> None:
    def rename(file: h5py.File) -> None:
        text = file.attrs["model_config"]
        text = text.decode() if isinstance(text, bytes) else str(text)
        file.attrs["model_config"] = text.replace("channels_last", "channels_first")

    changed(TWIN, rename)
    certify(target=TWIN)
    assert "does not count" in because(told)


def test_a_certificate_of_another_layout_never_counts(told: Told) -> None:
    document = json.loads(CERTIFICATE.read_text())
    document["options"]["from"] = "th/tf"
    state(document)
    assert "does not count" in because(told)


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"from": "th/tf"}, "takes the kernels of the file for tf"),
        ({"from_layers": [["conv*", "th/tf"]]}, "takes the kernels of conv* for tf"),
    ],
)
def test_a_certificate_that_reads_the_original_in_its_own_way_never_counts(
    stated: dict[str, Any], words: str, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--from", "th/tf"] if "from" in stated else ["--from", "th/th", "--from", "conv*=th/tf"]
    assert cli.main(["convert", "th.h5", "--force", "-q", *options]) == OK
    git("add", "--all")
    capsys.readouterr()
    assert words in because(told)


@pytest.mark.parametrize("target", ["th/th", "th/tf"])
def test_a_copy_that_is_certified_as_a_conversion_to_theano_never_counts(target: str, told: Told) -> None:
    shutil.copy("th.h5", TWIN)
    changed(TWIN, lambda file: file.attrs.create("other", "bytes"))
    certify(target=TWIN)
    document = json.loads(CERTIFICATE.read_text())
    document["options"]["to"] = target
    state(document)
    assert "does not count" in because(told)


def test_what_git_is_only_told_to_expect_never_counts(told: Told) -> None:
    git("rm", "--quiet", "--cached", str(TWIN))
    git("add", "--intent-to-add", str(TWIN))
    assert because(told).endswith(f"git tracks another {TWIN} than lies here")


def test_another_twin_in_the_index_never_counts(told: Told) -> None:
    right = TWIN.read_bytes()
    TWIN.write_bytes(b"other")
    git("add", str(TWIN))
    TWIN.write_bytes(right)
    assert because(told).endswith(f"git tracks another {TWIN} than lies here")


def test_a_twin_that_git_keeps_in_lfs_counts(told: Told) -> None:
    digest, size = hashlib.sha256(TWIN.read_bytes()).hexdigest(), TWIN.stat().st_size
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n"
    track_as(TWIN, pointer.encode())
    assert told.found(*RULES) == []
    track_as(TWIN, pointer.replace(digest, "0" * 64).encode())
    assert because(told).endswith(f"git tracks another {TWIN} than lies here")


def test_a_certificate_with_the_line_ends_of_another_system_counts(told: Told) -> None:
    text = CERTIFICATE.read_bytes().replace(b'{"', b'{\n"')
    track_as(CERTIFICATE, text)
    CERTIFICATE.write_bytes(text.replace(b"\n", b"\r\n"))
    assert told.found(*RULES) == []


def test_a_bug_that_a_certificate_meets_harms_no_other_file(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> str:
        raise ChildFailed("Traceback: made up")

    model(Path("z.h5"), suffix=":0")
    monkeypatch.setattr(twins, "_verified", fails)
    code, document = told("--select", "DIM101")
    assert code == BUG
    found = {one["path"]: [other["message"] for other in one["related"]] for one in document["findings"]}
    because = "does not count as its converted twin: making it again met a bug of dimorder"
    assert found == {"th.h5": [because], "z.h5": []}


def test_a_forged_certificate_hides_no_wrong_conversion(told: Told) -> None:
    changed(TWIN, lambda file: kernel(file).write_direct(kernel(file)[()][::-1, ::-1].copy()))
    certify(target=TWIN)
    assert told.found("--select", "DIM101,DIM103") == [("th.h5", "DIM101"), ("th.tf.h5", "DIM103")]


def test_a_twin_behind_a_link_never_counts(told: Told, tmp_path: Path) -> None:
    os.rename(TWIN, tmp_path / "elsewhere.h5")
    os.symlink(tmp_path / "elsewhere.h5", TWIN)
    assert "does not count" in because(told)


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"\xff", b'{"format": 1, "sha256": 7}'])
def test_a_broken_certificate_says_nothing(told: Told, content: bytes) -> None:
    CERTIFICATE.write_bytes(content)
    assert told.found(*RULES) == [("th.h5", "DIM101")]


def test_a_certificate_that_names_files_elsewhere_leads_nowhere(told: Told, tmp_path: Path) -> None:
    outside = tmp_path / "secret.json"
    outside.write_text(json.dumps(architecture("th")))
    os.symlink(outside, "arch.json")
    document = json.loads(CERTIFICATE.read_text())
    document["beside"] = {"architecture": {"path": "arch.json", "sha256": "0" * 64}}
    state(document)
    assert "is not there" in because(told)


# What is out of date.


def test_a_twin_of_what_the_original_was_before_is_told(told: Told) -> None:
    changed(Path("th.h5"), lambda file: kernel(file).write_direct(kernel(file)[()][::-1].copy()))
    assert told.found(*RULES) == [("th.h5", "DIM101"), ("th.tf.h5", "DIM106")]
    assert told.found(*RULES, "th.h5") == [("th.h5", "DIM101"), ("th.tf.h5", "DIM106")]
    assert told.found(*RULES, "th.tf.h5") == [("th.tf.h5", "DIM106")]


def test_an_original_that_the_twin_has_replaced_is_not_out_of_date(told: Told) -> None:
    shutil.copy(TWIN, "th.h5")
    assert told.found("--select", "DIM106") == []


def test_another_original_makes_only_its_own_twin_out_of_date(told: Told) -> None:
    model(Path("other.h5"), suffix=":0")
    assert told.found("--select", "DIM106") == []


def test_a_twin_whose_original_is_gone_is_not_out_of_date(told: Told) -> None:
    Path("th.h5").unlink()
    assert told.found("--select", "DIM106") == []


def test_a_deleted_twin_is_told_of_its_original_also_since_a_base(told: Told) -> None:
    git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "--message", "one")
    assert told(*RULES, "--base", "HEAD")[0] == OK
    git("rm", "--quiet", str(TWIN), str(CERTIFICATE))
    assert told.found(*RULES, "--base", "HEAD") == [("th.h5", "DIM101")]
