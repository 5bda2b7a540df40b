"""What the user names must be there; what a target cannot carry is told before anything is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dimorder.errors import DimorderError, Refused, UnreadableFile, UsageError
from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.infer import parse_word
from dimorder.layout import parse_layout
from dimorder.report_data import ConvertReport

DIGITS = Path(__file__).parents[2] / "examples" / "digits"
ZOO = Path(__file__).parents[1] / "zoo" / "k122-theano-th"
TH = parse_layout("th/th")


def convert(
    folder: Path, source: Path, target: str = "out.h5", options: Options | None = None, **beside: str
) -> ConvertReport:
    local = folder / source.name
    shutil.copyfile(source, local)
    paths = {"source": str(local), "target": str(folder / target), **beside}
    return convert_file(paths, options or Options(stated=TH), lambda stage, done, total: None)


FULL, WEIGHTS = DIGITS / "digits_th.h5", DIGITS / "digits_th_weights.h5"
ARCHITECTURE = str(DIGITS / "digits_th.json")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (Options(stated=TH, keep=("fc1",)), "has a rule"),
        (Options(stated=TH, keep=("nosuch",)), "no layer is called so"),
        (Options(stated=TH, keep_inputs=("nosuch",)), "no such input"),
        (Options(stated=TH, layers=(("nosuch*", TH),)), "no layer is called so"),
    ],
)
def test_a_name_that_matches_nothing_is_a_usage_error(tmp_path: Path, options: Options, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        convert(tmp_path, FULL, options=options)
    assert sorted(path.name for path in tmp_path.iterdir()) == [FULL.name]


@pytest.mark.parametrize(
    ("options", "meant"),
    [
        (Options(stated=TH, keep=("logist",)), "did you mean logits?"),
        (Options(stated=TH, keep_inputs=("padd",)), "did you mean pad"),
        (Options(stated=TH, layers=(("logitz", TH),)), "did you mean logits?"),
    ],
)
def test_the_nearest_right_name_is_told(tmp_path: Path, options: Options, meant: str) -> None:
    with pytest.raises(UsageError) as told:
        convert(tmp_path, FULL, options=options)
    assert meant in told.value.hint


def test_a_mistyped_name_is_told_of_weights_alone_too_but_a_pattern_may_be_meant_for_other_files(
    tmp_path: Path,
) -> None:
    rows = parse_layout("th/th/chw")
    with pytest.raises(UsageError, match="no layer is called so") as told:
        convert(tmp_path, WEIGHTS, options=Options(stated=rows, unproven=True, keep=("logit",)))
    assert "did you mean logits?" in told.value.hint
    options = Options(stated=rows, unproven=True, keep=("melgram*",))
    assert convert(tmp_path, WEIGHTS, options=options).verdict == "unproven"
    with pytest.raises(UsageError, match="no input is known"):
        convert(tmp_path, WEIGHTS, options=Options(stated=rows, unproven=True, keep_inputs=("pad",)))


def test_two_layouts_for_the_whole_file_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="of the whole file"):
        parse_word(["th/th", "tf/tf"])


@pytest.mark.parametrize("target", ["out.pb", "out", "out.npz", "out.weights.json"])
def test_a_suffix_without_container_is_a_usage_error(tmp_path: Path, target: str) -> None:
    with pytest.raises(UsageError, match="no container"):
        convert(tmp_path, FULL, target)


def test_the_same_architecture_beside_a_whole_model_does_no_harm(tmp_path: Path) -> None:
    assert convert(tmp_path, FULL, architecture=ARCHITECTURE).verdict == "equivalent"


OTHER = str(ZOO / "even_same" / "model.json")


@pytest.mark.parametrize("beside", [{"architecture": OTHER}, {"architecture_out": "new.json"}])
def test_another_architecture_beside_a_whole_model_is_a_usage_error(tmp_path: Path, beside: dict[str, str]) -> None:
    beside = {role: str(tmp_path / path) if role.endswith("out") else path for role, path in beside.items()}
    with pytest.raises(UsageError, match="itself"):
        convert(tmp_path, FULL, "out.h5", None, **beside)


def test_samples_without_an_architecture_are_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="need an architecture"):
        convert(tmp_path, WEIGHTS, options=Options(stated=TH, unproven=True), samples=str(DIGITS / "test_digits.npz"))


def test_a_dry_run_refuses_what_the_run_would_refuse(tmp_path: Path) -> None:
    source, architecture = ZOO / "even_same" / "weights.h5", str(ZOO / "even_same" / "model.json")
    for dry in (True, False):
        with pytest.raises(Refused, match="changed architecture"):
            convert(tmp_path, source, options=Options(stated=TH, dry_run=dry), architecture=architecture)


def test_the_new_architecture_is_what_the_weights_are_said_to_belong_to(tmp_path: Path) -> None:
    source, architecture = ZOO / "even_same" / "weights.h5", str(ZOO / "even_same" / "model.json")
    new = str(tmp_path / "new.json")
    report = convert(tmp_path, source, architecture=architecture, architecture_out=new)
    assert report.verdict == "equivalent"
    assert any("architecture written to" in line for line in report.assumptions)
    assert not any("only its ordering" in line for line in report.assumptions)


def test_what_the_file_proves_itself_is_no_assumption(tmp_path: Path) -> None:
    report = convert(tmp_path, FULL)
    assert [line for line in report.assumptions if "channels" in line] == []
    assert [line for line in report.assumptions if "kernels" in line] != []


def test_a_layer_read_otherwise_is_an_assumption(tmp_path: Path) -> None:
    report = convert(tmp_path, FULL, options=Options(stated=TH, layers=(("conv1_1", parse_layout("th/tf")),)))
    assert any("conv1_1" in line for line in report.assumptions)
    assert next(move for move in report.plan if move.tensor == "conv1_1_W").steps == ("permute OIHW to HWIO",)


def test_a_dense_behind_a_kept_one_is_not_taken_for_the_first(tmp_path: Path) -> None:
    rows = parse_layout("th/th/chw")
    with pytest.raises(Refused, match="kept as it is"):
        convert(tmp_path, WEIGHTS, options=Options(stated=rows, unproven=True, keep=("fc1",)))
    report = convert(tmp_path, WEIGHTS, options=Options(stated=rows, unproven=True, keep=("fc1", "logits")))
    assert not any("fc1" in move.tensor or "logits" in move.tensor for move in report.plan)


def test_a_model_leaves_its_training_behind_in_keras_3(tmp_path: Path) -> None:
    assert convert(tmp_path, FULL, "out.keras", Options(stated=TH, referee="numpy")).training == "dropped"
    assert convert(tmp_path, FULL).training == "preserved"


def test_an_empty_file_is_told_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "nothing.h5").touch()
    with pytest.raises(UnreadableFile, match="is empty"):
        convert(tmp_path / "..", tmp_path / "nothing.h5")


def test_a_doubt_about_weights_alone_names_every_step_of_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(DimorderError) as doubt:
        convert(tmp_path, WEIGHTS, options=Options())
    assert "--from" in doubt.value.hint
    assert "--architecture" in doubt.value.hint
