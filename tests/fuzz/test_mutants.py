"""The honest files are taken, mutants hold every promise, and a broken promise is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from dimorder.errors import EnvironmentProblem, UnreadableFile
from fuzz import judging
from fuzz.campaign import find, watched
from fuzz.judging import CONVERTS, judged
from fuzz.mutants import Mutant, mutant, mutants
from fuzz.seeds import Seed, seeds
from fuzz.table import ENOUGH, failures, lines

SEEDS = {seed.name: seed for seed in seeds()}
CONVERTED = [name for name, seed in SEEDS.items() if "target" in seed.paths]
WEIGHTS = SEEDS["h5 keras1 weights"]


def honest(seed: Seed) -> Mutant:
    return Mutant(seed, 0, 0, seed.content, ())


def refused(code: str):
    def flow(*_: object, **__: object) -> None:
        raise UnreadableFile("w.h5: no", code=code)

    return flow


@pytest.mark.parametrize("name", CONVERTED)
def test_the_honest_file_converts_and_turns_back(name: str, tmp_path: Path) -> None:
    verdict = judged(honest(SEEDS[name]), tmp_path)
    assert verdict["convert"] in CONVERTS
    assert verdict["broken"] == []
    assert verdict.get("unharmed", True) is not name.startswith("keras ")  # of archives none counts


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_mutants_hold_every_promise(tmp_path: Path) -> None:
    with watched() as peaks:
        found = [judged(one, tmp_path) | {"peak": 0} for one in mutants(seeds(), 1, 0, 120)]
    assert failures(found, 120, 512) == []
    assert max(peaks) < 512 * 1024
    assert any(one["convert"] == "equivalent" for one in found)
    assert any(one["convert"].startswith("UnreadableFile") for one in found)
    assert len(list(lines(found))) > len(SEEDS)


@pytest.mark.parametrize("name", SEEDS)
def test_a_mutant_is_the_same_whenever_it_is_asked_for(name: str) -> None:
    for number in range(25):
        one = mutant(SEEDS[name], 3, number)
        assert one.content != SEEDS[name].content
        assert find(one.name).content == one.content


def test_other_runs_have_other_mutants() -> None:
    first, second = ({mutant(WEIGHTS, run, number).content for number in range(50)} for run in (1, 2))
    assert len(first & second) < 5


def test_a_traceback_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise ValueError("seek of closed file")

    monkeypatch.setattr(judging, "convert_file", breaks)
    (told,) = judged(honest(WEIGHTS), tmp_path)["broken"]
    assert told.startswith("convert: BUG test_mutants.py:")
    assert told.endswith("ValueError: seek of closed file")


def test_blame_put_on_the_machine_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def blames(*_: object) -> None:
        raise EnvironmentProblem("no memory")

    monkeypatch.setattr(judging, "convert_file", blames)
    assert judged(honest(WEIGHTS), tmp_path)["broken"] == ["convert: EnvironmentProblem"]


def test_litter_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "w.tf.h5.1.dimorder-tmp").write_bytes(b"half")
    monkeypatch.setattr(judging, "convert_file", refused("input.corrupt"))
    assert judged(honest(WEIGHTS), tmp_path)["broken"] == ["left w.tf.h5.1.dimorder-tmp"]


def test_a_changed_input_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def writes(paths: dict[str, str], *_: object) -> None:
        Path(paths["source"]).write_bytes(b"")
        raise UnreadableFile("w.h5: is empty")

    monkeypatch.setattr(judging, "convert_file", writes)
    assert judged(honest(WEIGHTS), tmp_path)["broken"] == ["w.h5 was changed"]


def test_a_wrong_conversion_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Report:
        verdict = "equivalent"

    def copies(paths: dict[str, str], *_: object) -> Report:
        Path(paths["target"]).write_bytes(Path(paths["source"]).read_bytes())
        return Report()

    monkeypatch.setattr(judging, "convert_file", copies)
    broken = judged(honest(WEIGHTS), tmp_path)["broken"]
    assert broken == [f"second reader: /{path} is another" for path in ("conv_a/conv_a_W", "dense_b/dense_b_W")]


def test_refusing_everything_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "convert_file", refused("input.corrupt"))
    found = [judged(honest(WEIGHTS), tmp_path) | {"peak": 0}] * ENOUGH
    assert [told.partition(",")[0] for told in failures(found, ENOUGH, 512)] == ["unharmed", "arrays unharmed"]


def test_too_few_mutants_and_too_much_memory_fail() -> None:
    one = {"name": "1/h5/0", "broken": [], "peak": 600.0}
    told = failures([one], 2, 512)
    assert told == ["the time was over after 1 of 2 mutants", "a process took 600 MiB, more than 512"]
