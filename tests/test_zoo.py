"""Every entry of the zoo: real files of real Keras, judged, converted, and compared with what that Keras predicted."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from dimorder.errors import CannotTell
from dimorder.flow.on_files import convert_file, inspect_file
from dimorder.flow.options import Options
from dimorder.layout import Layout, Ordering
from dimorder.verdict import About
from support.conversions import Workshop, paths_of, quiet
from support.judging import GOOD, referee_of, row_of, written
from support.places import PART_OF_ZOO, TESTS, whole_zoo
from support.referee import answers, answers_of, opened
from support.table import Recorder, record
from support.zoo import Entry, by_name, entries, entries_in, largest_difference, results
from test_mistakes import WIDE

AN_ENTRY = re.compile(r'"(k\d{3}-(?:theano|tensorflow)-(?:th|tf)/\w+)"')
LIMIT = 1e-5
NAMES = [entry.name for entry in entries()]
BEGINNING = {"dim_ordering": "dim", "kernels": "kernels", "dense_rows": "rows"}
every_entry = pytest.mark.parametrize("name", NAMES)
every_conversion = pytest.mark.parametrize(
    ("name", "source", "dialect"), list(written()), ids=["-".join(case) for case in written()]
)


@every_entry
def test_the_referee_predicts_what_its_own_keras_predicted(name: str, record_property: Recorder) -> None:
    entry = by_name()[name]
    status = referee_of(entry)
    assert status == results().get(name, {}).get("referee", status), "no longer as in the table"
    if status != "computes":
        return  # the table says so: nothing here can be predicted yet
    for source in entry.sources():
        found = answers_of(paths_of(entry, source), Options(stated=entry.layout), entry.inputs())
        worst = largest_difference(found, entry.predictions())
        record(record_property, name, "original", worst)
        assert worst <= LIMIT, source


@every_entry
def test_what_is_said_and_done_is_as_in_the_table(name: str, workshop: Workshop, record_property: Recorder) -> None:
    """A new refusal is a failure as a wrong conversion is; so is a table that is out of date."""
    entry = by_name()[name]
    found = row_of(workshop, entry)
    record(record_property, name, "without", _said(found["without --from"]))
    record(record_property, name, "with", _done(found["with --from"]))
    endings = found["with --from"].values()
    assert all(word in GOOD or word[0].isupper() for word in endings), f"wrong, or not proven: {found['with --from']}"
    if name in results():
        expected = of_files_here(results()[name], entry)
        assert found == expected, "tests/zoo/expected_results.json says otherwise: see write_expected_results.py"


def of_files_here(row: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """A row of the table without the files that are left out of the part in this repository."""
    return {
        key: {k: v for k, v in value.items() if entry.has(k.split()[0])} if isinstance(value, dict) else value
        for key, value in row.items()
    }


def _said(found: dict[str, list[str]]) -> str:
    """Of the weights with their architecture: the confidence in each fact, and the outcome."""
    *facts, outcome = found["weights.h5"]
    sure = [f"{BEGINNING[about]} {text.split()[-1]}" for about, text in (fact.split(": ") for fact in facts)]
    return f"{outcome.split(':')[0]}" + (f" ({', '.join(s.split()[-1][:7] for s in sure)})" if sure else "")


def _done(found: dict[str, str]) -> str:
    words = sorted({word.removeprefix("Refused: ") for word in found.values()})
    return ", ".join(words)


@every_entry
def test_nothing_called_certain_or_likely_is_wrong(name: str) -> None:
    entry = by_name()[name]
    if referee_of(entry) == "UnreadableFile":
        pytest.skip("this era is not read yet")
    for source in entry.sources():
        report = inspect_file(paths_of(entry, source), Options(), quiet)
        for about, true in facts_of(entry).items():
            if report.confidence[about] in ("certain", "likely"):
                assert getattr(report.layout, about) in (true, "n/a"), (source, about)


def facts_of(entry: Entry) -> dict[About, Ordering]:
    """Dense rows follow the ordering until Keras 2.2.0, whose channels-first Flatten puts channels last (traps 17).

    That Flatten takes a sequence for a map too, and turns it round (traps 18): then it is sequences whose rows move.
    """
    first = entry.layout.dim_ordering == "th"
    moving = tuple(int(part) for part in entry.facts["keras"].split(".")[:2]) >= (2, 2)
    rows: Ordering = "th" if first and moving == (entry.facts["kinds"] == ["tok"]) else "tf"
    return {"dim_ordering": entry.layout.dim_ordering, "kernels": entry.layout.kernels, "dense_rows": rows}


@every_conversion
def test_predictions_survive(
    name: str, source: str, dialect: str, workshop: Workshop, record_property: Recorder
) -> None:
    entry = by_name()[name]
    result = workshop.converted(entry, source, dialect)
    if name not in results() and result.report is None:
        pytest.skip(f"not in the table, and refused: {result.word}")
    assert result.report is not None, result.word
    found = answers_of(result.paths(source), Options(), entry.inputs_of_tensorflow())
    worst = largest_difference(found, entry.expected())
    record(record_property, name, "converted", worst)
    assert worst <= LIMIT


@every_conversion
def test_inputs_and_outputs_are_reported_as_they_move(name: str, source: str, dialect: str, workshop: Workshop) -> None:
    entry = by_name()[name]
    report = workshop.converted(entry, source, dialect).report
    assert report is not None
    for ports, old, new in (
        (report.inputs, entry.inputs(), entry.inputs_of_tensorflow()),
        (report.outputs, entry.predictions(), entry.expected()),
    ):
        moved = [x.transpose((0, *(axis + 1 for axis in p.permutation))) for p, x in zip(ports, old, strict=True)]
        assert largest_difference(moved, new) <= LIMIT


def test_weights_that_tell_too_little_are_not_converted(tmp_path: Path) -> None:
    entry = by_name()["k122-theano-th/ambiguous_square"]
    target = tmp_path / "out.h5"
    paths = {"source": str(entry.path("weights.h5")), "target": str(target)}
    with pytest.raises(CannotTell, match="--from"):
        convert_file(paths, Options(), quiet)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [entry.name for entry in entries() if entry.has("model.yaml")])
def test_yaml_says_what_json_says(name: str) -> None:
    entry = by_name()[name]
    with ExitStack() as stack:
        json, yaml = (
            opened(
                stack,
                {"source": str(entry.path("weights.h5")), "architecture": str(entry.path(architecture))},
                Options(stated=entry.layout),
            )
            for architecture in ("model.json", "model.yaml")
        )
        assert yaml.graph == json.graph
        if referee_of(entry) == "computes":
            assert largest_difference(answers(yaml, entry.inputs()), entry.predictions()) <= LIMIT


def test_every_layout_is_in_the_part_that_is_committed() -> None:
    layouts = {str(entry.layout) for entry in entries_in(PART_OF_ZOO)}
    assert layouts == {str(Layout(*pair)) for pair in (("th", "th"), ("th", "tf"), ("tf", "th"), ("tf", "tf"))}


def test_the_committed_part_is_small() -> None:
    assert sum(path.stat().st_size for path in PART_OF_ZOO.rglob("*") if path.is_file()) < 5_500_000


def test_the_entries_that_tests_name_are_committed() -> None:
    """Or those tests would fail wherever the whole zoo is not."""
    named = {name for path in TESTS.rglob("*.py") for name in AN_ENTRY.findall(path.read_text())}
    assert len(named) > 40
    assert named - {entry.name for entry in entries_in(PART_OF_ZOO)} - set(WIDE) == set()


@pytest.mark.zoo
def test_the_committed_part_is_a_copy_of_the_whole() -> None:
    zoo = whole_zoo()
    assert zoo is not None
    there = {entry.name for entry in entries_in(zoo)}
    here = [path for entry in entries_in(PART_OF_ZOO) if entry.name in there for path in entry.folder.iterdir()]
    assert len(here) > 400
    assert [path for path in here if path.read_bytes() != (zoo / path.relative_to(PART_OF_ZOO)).read_bytes()] == []


@pytest.mark.zoo
def test_every_entry_has_a_row_in_the_table() -> None:
    assert sorted(results()) == NAMES
