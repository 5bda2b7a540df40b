"""What the author of a pull request may try to keep the check quiet: it stays loud, or says what was kept quiet."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from action.conftest import Step, Stepped
from support.check_files import model
from support.pull_request import Files, Link, pull_request

CLEAN, FOUND, REFUSED = 0, 1, 3
SWITCH = 'from keras import backend as K\nK.set_image_dim_ordering("th")\n'
QUIET = SWITCH.rstrip() + "  # dimorder: ignore[DIM201] our machines say so\n"
NONE: list[Any] = []


@pytest.fixture
def th(tmp_path: Path) -> Path:
    """Weights of Theano."""
    return model(tmp_path / "th.h5")


@pytest.fixture
def judged(tmp_path: Path, step_in: Step) -> Any:
    """Judge a pull request: (base, head, **inputs)."""

    def run(base: Files, head: Files, **inputs: str) -> Stepped:
        pull = pull_request(tmp_path / "repository", base, head)
        return step_in(pull.checkout(), pull.event(), **inputs)

    return run


def said_first(done: Stepped) -> list[str]:
    """What the summary says was kept quiet."""
    section = done.summary.partition("### About this run")[0].partition("### Kept quiet by this change")[2]
    return [line.removeprefix("* this change adds: ") for line in section.splitlines() if line.startswith("* ")]


def baseline(*entries: dict[str, Any]) -> str:
    return json.dumps({"format": 1, "findings": entries})


def entry(path: str, of: Path, **more: Any) -> dict[str, Any]:
    return {"rule": "DIM101", "path": path, "sha256": hashlib.sha256(of.read_bytes()).hexdigest(), **more}


def notebook(*cells: str) -> dict[str, Any]:
    return {
        "cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True), "metadata": {}} for cell in cells],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 4,
    }  # fmt: skip


BASELINE = ".dimorder.yml"
AT = "baseline: ci/known.json\nignore: [DIM109]\n"


def test_a_baseline_that_becomes_a_link_is_compared_all_the_same(judged: Any, th: Path) -> None:
    more = {"w.h5": th, "more.json": baseline(entry("../w.h5", th))}
    done = judged({BASELINE: AT, "ci/known.json": baseline()}, {**more, "ci/known.json": Link("../more.json")})
    assert done.code == CLEAN
    assert said_first(done) == ["ci/known.json takes DIM101 of ../w.h5 for known"]


def test_a_baseline_in_a_folder_that_becomes_a_link_is_compared_all_the_same(judged: Any, th: Path) -> None:
    more = {"w.h5": th, "more/known.json": baseline(entry("../w.h5", th))}
    done = judged({BASELINE: AT, "ci/known.json": baseline()}, {**more, "ci/known.json": None, "ci": Link("more")})
    assert done.code == CLEAN
    assert said_first(done) == ["ci/known.json takes DIM101 of ../w.h5 for known"]


def test_an_entry_for_other_bytes_is_another_entry(judged: Any, tmp_path: Path, th: Path) -> None:
    other = model(tmp_path / "other.h5", config=None)
    base = {BASELINE: AT, "w.h5": th, "ci/known.json": baseline(entry("../w.h5", th))}
    done = judged(base, {"w.h5": other, "ci/known.json": baseline(entry("../w.h5", other))})
    assert said_first(done) == ["ci/known.json takes DIM101 of ../w.h5 for known"]


def test_an_entry_that_counts_more_often_is_told(judged: Any, th: Path) -> None:
    base, head = (baseline(entry("../w.h5", th, count=count)) for count in (200, 500))
    done = judged({BASELINE: AT, "ci/known.json": base}, {"ci/known.json": head})
    assert said_first(done) == ["ci/known.json takes DIM101 of ../w.h5 for known, 300 times"]


def test_a_baseline_that_was_a_link_before_adds_nothing(judged: Any, th: Path) -> None:
    base = {BASELINE: AT, "known.json": baseline(entry("../w.h5", th)), "ci/known.json": Link("../known.json")}
    assert said_first(judged(base, {"w.h5": th})) == NONE


def test_json_has_many_ways_to_write_a_comment(judged: Any) -> None:
    text = json.dumps(notebook(QUIET)).replace("dimorder:", "\\u0064imorder:")
    assert "dimorder:" not in text
    done = judged({}, {"n.ipynb": text})
    assert done.code == CLEAN
    assert said_first(done) == ["n.ipynb:cell 1:2 suppresses DIM201: our machines say so"]


def test_a_comment_cut_into_pieces_is_a_comment(judged: Any) -> None:
    document = notebook(QUIET)
    line = document["cells"][0]["source"].pop()
    document["cells"][0]["source"] += [line[:40], line[40:]]
    text = json.dumps(document).replace("dimorder", 'dimor", "der')
    assert "dimorder" not in text
    assert said_first(judged({}, {"n.ipynb": text})) == ["n.ipynb:cell 1:2 suppresses DIM201: our machines say so"]


def test_a_comment_of_the_base_on_other_code_is_a_new_one(judged: Any) -> None:
    was = SWITCH.replace("th", "tf").rstrip() + "  # dimorder: ignore[DIM201] our machines say so\n"
    done = judged({"a.py": was}, {"a.py": QUIET})
    assert done.code == CLEAN
    assert said_first(done) == ["a.py:2 suppresses DIM201: our machines say so"]


def test_a_comment_that_moves_with_its_code_is_none(judged: Any) -> None:
    head = "x = 1\nfrom keras import backend as K\nif x:\n    " + QUIET.splitlines()[1] + "\n"
    assert said_first(judged({"a.py": QUIET}, {"a.py": head})) == NONE


def test_a_comment_for_the_whole_file_that_begins_to_count_is_a_new_one(judged: Any) -> None:
    late = "# dimorder: ignore-file[DIM201] ours\n"
    done = judged({"a.py": SWITCH + late}, {"a.py": late + SWITCH})
    assert done.code == CLEAN
    assert said_first(done) == ["a.py:1 suppresses DIM201: ours"]


def test_what_git_lfs_put_in_place_of_a_pointer_is_what_is_read(tmp_path: Path, step_in: Step) -> None:
    """As `lfs: true` of actions/checkout does, for whatever files a .gitattributes names."""
    pull = pull_request(tmp_path, {}, {"a.py": "version https://git-lfs.github.com/spec/v1\n"})
    checkout = pull.checkout()
    (checkout / "a.py").write_text(QUIET)
    done = step_in(checkout, pull.event())
    assert done.code == CLEAN
    assert said_first(done) == ["a.py:2 suppresses DIM201: our machines say so"]


def test_thousands_of_comments_and_endless_ones_leave_a_report_that_can_be_read(judged: Any) -> None:
    many = SWITCH + "x = 1  # dimorder: ignore[DIM201] r\n" * 990
    endless = f"x = 1  # dimorder: ignore[{'A' * 9000}, {', '.join(['B'] * 40)}] {'r' * 9000}\n"
    done = judged({}, {"a.py": many, "b.py": many, "c.py": endless})
    notes = json.loads((done.runner.workspace / done.outputs["report"]).with_name("report.json").read_text())["notes"]
    assert 1000 < len(notes) < 1010
    assert max(map(len, notes)) < 3000
    assert notes[1000].startswith("this change adds: 981 more suppressions and entries")


def test_what_a_changed_module_may_do_to_code_that_stays_is_counted(judged: Any) -> None:
    """Nobody knows whether it was there before: it is not told, but that is."""
    base = {"said.py": "ORDERING = 'tf'\n", "use.py": SWITCH.replace('"th"', "ORDERING") + "\n", "other.py": SWITCH}
    base["use.py"] = "from said import ORDERING\n" + base["use.py"]
    done = judged(base, {"said.py": "ORDERING = 'th'\n"})
    assert done.code == CLEAN
    assert "findings not told, in code that stays and imports or loads what changes: 1 " in done.summary


def test_a_named_configuration_that_becomes_a_link_is_read_where_the_base_has_it(judged: Any) -> None:
    base = {"ci/d.yml": "severity: {DIM201: error}\nfail-on: error\n"}
    head = {"a.py": SWITCH, "ci/e.yml": "{}\n", "ci/d.yml": Link("e.yml")}
    done = judged(base, head, config="ci/d.yml")
    assert done.code == FOUND
    assert done.commands[0].startswith("::error ")


def test_a_folder_that_becomes_a_link_keeps_the_bases_settings(judged: Any) -> None:
    base = {"nets/.dimorder.yml": "severity: {DIM201: error}\n"}
    head = {"other/a.py": SWITCH, "nets/.dimorder.yml": None, "nets": Link("other")}
    done = judged(base, head, paths="nets")
    assert done.code == FOUND
    assert done.commands[0].startswith("::error ")


def test_what_a_configuration_nearer_by_would_loosen_is_named(judged: Any) -> None:
    laxer = "fail-on: never\nexclude: ['*.py']\nper-file-ignores: {'*': [DIM201]}\nbaseline: known.json\n"
    done = judged({".dimorder.yml": "strict: true\n"}, {"nets/a.py": SWITCH, "nets/.dimorder.yml": laxer}, paths="nets")
    assert done.code == FOUND
    assert "would be laxer in fail-on, per-file-ignores, exclude, baseline: there the base's holds" in done.summary


def test_a_configuration_of_the_base_may_be_a_link(judged: Any) -> None:
    base = {"ci/d.yml": "severity: {DIM201: error}\n", ".dimorder.yml": Link("ci/d.yml")}
    assert judged(base, {"a.py": SWITCH}).commands[0].startswith("::error ")


@pytest.mark.parametrize("to", ["../../etc/passwd", "/etc/passwd", "d.yml", ".dimorder.yml", "ci", "nowhere"])
def test_a_link_of_the_base_that_leads_to_no_configuration_is_none(judged: Any, to: str) -> None:
    base = {"ci/a.py": "x = 1\n", "d.yml": Link(".dimorder.yml"), ".dimorder.yml": Link(to)}
    assert judged(base, {"a.py": SWITCH}).code == FOUND
