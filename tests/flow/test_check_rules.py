"""Which findings `check` tells of a file, each through the closed-off process that judges it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from dimorder.finding import Finding
from dimorder.flow.on_paths import check_paths
from dimorder.flow.settings import Settings
from dimorder.report_data import FindingsReport
from support.check_files import CHANNELS, COLUMNS, FILTERS, ROWS, architecture, model
from support.hostile_hdf5 import Change

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 5\n"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*paths: object, **settings: Any) -> FindingsReport:
    return check_paths([str(path) for path in paths] or ["."], Settings(**settings), lambda *told: None)


def told(path: Path, *, walked: bool = False) -> list[tuple[str, str, str]]:
    report = run(path.parent if walked else path)
    return [(one.rule, one.severity, one.code) for one in report.findings if one.rule != "DIM109"]


def the(path: Path) -> Finding:
    (found,) = [one for one in run(path).findings if one.rule != "DIM109"]
    return found


def written(name: str, content: bytes | str | dict[str, Any]) -> Path:
    data = json.dumps(content) if isinstance(content, dict) else content
    Path(name).write_bytes(data.encode() if isinstance(data, str) else data)
    return Path(name).resolve()


# What is fine comes first.


def test_weights_in_tensorflows_layout_are_clean(tmp_path: Path) -> None:
    assert told(model(tmp_path / "tf.h5", "tf", suffix=":0")) == []


def test_an_architecture_in_tensorflows_layout_is_clean() -> None:
    assert told(written("m.json", architecture("tf"))) == []


def test_the_settings_of_a_machine_are_no_architecture() -> None:
    machine = '{"backend": "tensorflow", "image_data_format": "channels_last", "floatx": "float32"}'
    assert told(written("keras.json", machine)) == []


def test_json_that_holds_no_architecture_is_passed_over_in_a_folder() -> None:
    written("package.json", '{"name": "x", "version": "1"}')
    report = run(".")
    assert report.findings == ()
    assert [one.code for one in report.skipped] == ["input.not-keras"]
    assert report.outcome == "clean"


def of_another_program(name: str, change: Change) -> Path:
    with h5py.File(name, "w") as root:
        root["measured"] = np.zeros(7)
        change(root)
    return Path(name).resolve()


OF_OTHERS: dict[str, Change] = {
    "numbers": lambda root: None,
    "images": lambda root: root.create_dataset("images", (5000, 64, 64), "u1", chunks=(5, 64, 64), compression=1),
    "links": lambda root: root.update(again=h5py.SoftLink("/measured")),
    "elsewhere": lambda root: root.update(more=h5py.ExternalLink("more.h5", "/")),
    "names": lambda root: root.update(again=root["measured"]),
    "references": lambda root: root.create_dataset("place", data=root["measured"].ref, dtype=h5py.ref_dtype),
    "lists": lambda root: root.create_dataset("lists", (3,), h5py.vlen_dtype("f4")),
}


@pytest.mark.parametrize("case", OF_OTHERS)
def test_hdf5_of_other_programs_is_passed_over_in_a_folder(case: str) -> None:
    of_another_program("data.h5", OF_OTHERS[case])
    report = run(".")
    assert (report.findings, report.outcome) == ((), "clean")
    assert [one.code for one in report.skipped] == ["input.not-keras"]


@pytest.mark.parametrize("trace", ["layer_names", "model_weights", "dense/vars"])
def test_a_trace_of_keras_is_enough_to_be_judged_in_a_folder(trace: str) -> None:
    def change(root: h5py.File) -> None:
        OF_OTHERS["links"](root)
        root.create_group(trace) if trace != "layer_names" else root.attrs.update({trace: [b"dense"]})

    assert told(of_another_program("data.h5", change), walked=True) == [("DIM403", "error", "hdf5.soft-link")]


def test_hdf5_of_other_programs_that_was_named_is_refused_for_what_it_breaks_and_told_to_be_none_of_keras() -> None:
    found = the(of_another_program("data.h5", OF_OTHERS["links"]))
    assert found.code == "hdf5.soft-link"
    assert "holds nothing of Keras" in found.message


def test_yaml_with_tags_of_other_programs_is_passed_over_in_a_folder() -> None:
    written("mkdocs.yml", "slugify: !!python/name:pymdownx.slugs.uslugify\n")
    assert run(".").findings == ()


def test_a_zip_of_other_programs_is_passed_over() -> None:
    import zipfile

    with zipfile.ZipFile("letter.docx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert run(".").findings == ()


def test_arrays_of_numbers_are_clean() -> None:
    np.savez("x.npz", images=np.zeros((2, 3)))
    assert told(Path("x.npz").resolve()) == []


def test_sound_python_is_clean() -> None:
    assert told(written("m.py", "from keras.models import Sequential\nmodel = Sequential()\n")) == []


# What is found.


@pytest.mark.parametrize("name", ["th.h5", "th.HDF5", "noname", "th.dat"])
def test_theanos_ordering_is_told_from_the_content_and_not_from_the_name(tmp_path: Path, name: str) -> None:
    assert told(model(tmp_path / name), walked=True) == [("DIM101", "error", "layout.th")]


def test_theanos_ordering_is_told_of_weights_alone(tmp_path: Path) -> None:
    found = the(model(tmp_path / "th.h5", config=None))
    assert (found.rule, found.confidence) == ("DIM101", "likely")


def test_theanos_ordering_is_told_of_an_architecture() -> None:
    found = the(written("m.json", architecture("th")))
    assert found.rule == "DIM101"
    assert "architecture" in found.message


def test_theanos_kernels_in_tensorflows_ordering_are_told(tmp_path: Path) -> None:
    assert told(model(tmp_path / "tfth.h5", "tf")) == [("DIM102", "error", "layout.th")]


def test_a_backend_that_speaks_against_the_ordering_leaves_the_layout_open(tmp_path: Path) -> None:
    found = the(model(tmp_path / "lie.h5", "th", backend="tensorflow"))
    assert (found.rule, found.code) == ("DIM105", "layout.ambiguous")
    assert "backend tensorflow" in found.message
    assert "channels first" in found.message


def test_arrays_of_other_sizes_than_the_architectures_are_told(tmp_path: Path) -> None:
    found = run(model(tmp_path / "m.h5", kernel=np.ones((FILTERS, CHANNELS, ROWS, COLUMNS + 1), np.float32))).findings
    assert [(one.rule, one.code) for one in found][:2] == [
        ("DIM303", "data.dtype-or-shape"), ("DIM101", "layout.th"),
    ]  # fmt: skip
    assert "'conv'" in found[0].message


def test_a_file_of_keras_1_is_noted(tmp_path: Path) -> None:
    rules = [(one.rule, one.severity) for one in run(model(tmp_path / "tf.h5", "tf", suffix=":0")).findings]
    assert rules == [("DIM109", "info")]


def test_numbers_that_are_none_are_told_beside_the_layout(tmp_path: Path) -> None:
    kernel = np.ones((FILTERS, CHANNELS, ROWS, COLUMNS), np.float32)
    kernel[4, 1, 2, 3] = np.nan
    found = told(model(tmp_path / "nan.h5", kernel=kernel))
    assert found == [("DIM101", "error", "layout.th"), ("DIM405", "warning", "data.nonfinite")]


def test_a_lambda_is_told_first(tmp_path: Path) -> None:
    config = architecture("th", {"class_name": "Lambda", "config": {"name": "twice"}})
    found = run(model(tmp_path / "m.h5", config=config)).findings
    assert (found[0].rule, found[0].code) == ("DIM403", "model.lambda")
    assert "'twice'" in found[0].message


def test_a_lambda_is_told_of_an_architecture_that_cannot_be_read_further() -> None:
    broken = {"class_name": "Sequential", "config": [{"class_name": "Lambda", "config": {"name": "twice"}}]}
    assert told(written("m.json", broken))[0] == ("DIM403", "error", "model.lambda")


def test_a_pointer_of_git_lfs_is_told_as_such() -> None:
    assert told(written("w.h5", POINTER)) == [("DIM401", "warning", "input.lfs-pointer")]


def test_a_pointer_without_a_suffix_may_stand_for_weights() -> None:
    assert told(written("weights", POINTER), walked=True) == [("DIM401", "warning", "input.lfs-pointer")]


def test_a_pointer_to_something_else_is_passed_over() -> None:
    assert told(written("film.mp4", POINTER), walked=True) == []


def test_a_cut_file_is_unreadable(tmp_path: Path) -> None:
    whole = model(tmp_path / "th.h5").read_bytes()
    assert told(written("cut.h5", whole[:-1])) == [("DIM402", "error", "input.truncated")]


def test_a_text_called_h5_is_unreadable() -> None:
    assert told(written("w.h5", "404: Not Found")) == [("DIM402", "error", "input.not-hdf5")]


def test_a_link_inside_hdf5_is_unsafe(tmp_path: Path) -> None:
    import h5py

    path = model(tmp_path / "m.h5")
    with h5py.File(path, "a") as file:
        file["outside"] = h5py.ExternalLink("/etc/passwd", "/x")
    assert told(path) == [("DIM403", "error", "hdf5.external-link")]


def test_pickles_in_arrays_are_told_where_they_were_named_and_noted_elsewhere() -> None:
    np.save("x.npy", np.array([{}]), allow_pickle=True)
    path = Path("x.npy").resolve()
    assert told(path) == [("DIM403", "error", "npz.pickle")]
    assert told(path, walked=True) == [("DIM403", "info", "npz.pickle")]


def test_json_that_was_named_and_holds_no_architecture_is_told() -> None:
    path = written("package.json", '{"name": "x"}')
    assert [one[:2] for one in told(path)] == [("DIM402", "warning")]
    assert run(path, skip_foreign=True).findings == ()


def test_a_broken_architecture_is_told_in_a_folder_too() -> None:
    assert [one[:2] for one in told(written("m.json", json.dumps(architecture())[:-9]), walked=True)] == [
        ("DIM402", "warning")
    ]


def test_unreadable_python_is_a_warning_only_where_it_speaks_of_keras() -> None:
    assert told(written("a.py", "import keras\n= 'x'\n")) == [("DIM402", "warning", "py.syntax")]
    assert told(written("b.py", "= 'x'\n")) == [("DIM402", "info", "py.syntax")]


def test_python_is_parsed_and_never_run() -> None:
    assert told(written("m.py", f"import keras\nopen({str(Path('ran').resolve())!r}, 'w').close()\n")) == []
    assert not Path("ran").exists()


def test_code_that_shows_in_another_order_than_it_runs_is_unsafe() -> None:
    found = the(written("m.py", "import keras\ns = '\u202e'\n"))
    assert (found.rule, found.severity, found.code) == ("DIM403", "warning", "names.unicode")
    assert (found.line, found.column) == (2, 6)


def test_a_finding_in_a_notebook_has_its_cell() -> None:
    cells = [{"cell_type": "markdown", "source": "x"}, {"cell_type": "code", "source": "import keras\n= 'x'"}]
    found = the(written("n.ipynb", {"nbformat": 4, "metadata": {}, "cells": cells}))
    assert (found.code, found.cell, found.line) == ("py.syntax", 1, 2)


def test_a_finding_keeps_its_fingerprint_while_the_file_is_trained_on(tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    first = the(model(path)).fingerprint
    again = the(model(path, kernel=np.ones((FILTERS, CHANNELS, ROWS, COLUMNS), np.float32))).fingerprint
    assert first == again
