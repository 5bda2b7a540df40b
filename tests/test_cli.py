"""The command line: exit codes, what goes to which stream, what appears on disk."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from dimorder import cli, cli_show
from dimorder.errors import CannotTell, DimorderError, EnvironmentProblem, Refused, UsageError
from dimorder.flow.options import Options
from dimorder.graph import Graph
from dimorder.layout import Layout
from dimorder.report_data import ConvertReport
from dimorder.sandbox.files import sha256
from sample_reports import a_comparison, a_conversion, an_inspection
from support.in_process import run_here

DIGITS = Path(__file__).parents[1] / "examples" / "digits"

Flow = Callable[[Mapping[str, BinaryIO], Mapping[str, str], Options, Any], Any]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("model.h5").write_bytes(b"original")
    os.chmod("model.h5", 0o640)


class Stand:
    """A flow that does as it is told and remembers how it was called."""

    def __init__(self, report: Any) -> None:
        self.report = report
        self.names: dict[str, str] = {}
        self.options = Options()

    def __call__(
        self, files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options, outside: Any
    ) -> Any:
        self.names, self.options = dict(names), options
        outside.progress("predictions", 1, 2)
        if isinstance(self.report, BaseException):
            raise self.report
        if "target" in files:
            files["target"].write(b"converted")
        if "architecture_out" in files:
            files["architecture_out"].write(b"{}")
        if isinstance(self.report, ConvertReport):
            written = sha256(files["target"]) if "target" in files else None
            hashes = {"source": sha256(files["source"]), "target": written}
            return replace(self.report, source=names["source"], target=names["target"], sha256=hashes)
        return self.report


def convert_report(**changes: Any) -> ConvertReport:
    options = {
        "from": None, "from_layers": [], "to": "tf/tf", "accept": "certain", "keep_inputs": [],
        "seed": 0, "keras_version": "", "architecture": None,
    }  # fmt: skip
    return a_conversion(options=options, certificate="", **changes)


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Stand]:
    run_here(monkeypatch)

    def put(command: str, report: Any) -> Stand:
        made = Stand(report)
        monkeypatch.setattr(f"dimorder.flow.{command}.{command}", made)
        return made

    return put


def there() -> list[str]:
    return sorted(os.listdir())


# Exit codes.


@pytest.mark.parametrize(
    ("verdict", "code", "published"),
    [
        ("equivalent", 0, True), ("unproven", 0, True), ("unchanged", 0, False), ("planned", 0, False),
        ("inconclusive", 3, False), ("different", 70, False),
    ],
)  # fmt: skip
def test_convert_exits_by_its_verdict(stand: Any, verdict: str, code: int, published: bool) -> None:
    stand("convert", convert_report(verdict=verdict))
    assert cli.main(["convert", "model.h5"]) == code
    made = ["model.tf.h5", "model.tf.h5.proof.json"] if published else []
    assert there() == ["model.h5", *made]
    assert Path("model.h5").read_bytes() == b"original"


@pytest.mark.parametrize(("verdict", "code"), [("equivalent", 0), ("different", 1), ("inconclusive", 3)])
def test_prove_exits_by_its_verdict(stand: Any, verdict: str, code: int) -> None:
    stand("prove", a_comparison(verdict=verdict))
    assert cli.main(["prove", "model.h5", "model.h5"]) == code


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (UsageError("x"), 2), (CannotTell("x"), 3), (Refused("x"), 3), (EnvironmentProblem("x"), 4),
        (OSError(errno.ENOSPC, "full"), 4), (OSError(errno.EIO, "bad"), 4), (MemoryError(), 4),
        (KeyError("x"), 70), (OSError("no number"), 70), (RecursionError(), 70), (KeyboardInterrupt(), 130),
    ],
)  # fmt: skip
def test_every_problem_has_its_code_and_leaves_nothing(stand: Any, problem: BaseException, code: int) -> None:
    stand("convert", problem)
    assert cli.main(["convert", "model.h5"]) == code
    assert there() == ["model.h5"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["convert"], ["convert", "missing.h5"], ["convert", "."], ["convert", "model.h5", "-o", "model.h5"],
        ["convert", "model.h5", "-o", "nowhere/x.h5"], ["convert", "model.h5", "-o", "."],
        ["convert", "model.h5", "--from", "th"], ["convert", "model.h5", "--to", "thtf"],
        ["convert", "model.h5", "--accept", "unknown"],
        ["convert", "model.h5", "--dialect", "mxnet"], ["convert", "model.h5", "--architecture", "app:"],
        ["convert", "model.h5", "--architecture", "model.py:build"], ["convert", "model.h5", "--output", "pdf"],
        ["convert", "model.h5", "--output", "json", "--output", "text"],
        ["convert", "model.h5", "--output", "json="], ["convert", "model.h5", "--output", "json=no/x.json"],
        ["convert", "model.h5", "--architecture-out", "model.tf.h5"], ["convert", "model.h5", "--seed", "-1"],
        ["convert", "model.h5", "--output", "json=model.h5"], ["convert", "model.h5", "--output", "json=model.tf.h5"],
        ["convert", "model.h5", "--architecture", "a.json", "--output", "json=./a.json"],
        ["convert", "model.h5", "-q", "-v"], ["prove", "model.h5"], ["prove", "--check", "missing.json"],
        ["prove", "--check", "model.h5", "--seed", "1"], ["nonsense"], ["--nonsense"],
    ],
)  # fmt: skip
def test_a_wrong_call_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2
    told = capsys.readouterr()
    assert told.err
    assert "Traceback" not in told.err
    assert there() == ["model.h5"]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["inspect", "-h"], ["convert", "-h"], ["prove", "-h"]]
)
def test_help_teaches_and_exits_0(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 0
    text = capsys.readouterr().out
    assert arguments == ["--version"] or "Exit codes" in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_learns_to_complete_the_command_line(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--completion", shell]) == 0
    assert f"_DIMORDER_COMPLETE={shell}_complete" in capsys.readouterr().out


def test_an_unknown_format_is_told_with_those_that_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["convert", "model.h5", "--output", "pdf"])
    told = capsys.readouterr().err
    assert "format 'pdf' does not exist" in told
    assert "available: " in told


@pytest.mark.parametrize("form", ["sarif", "github", "junit", "gitlab"])
@pytest.mark.parametrize("command", ["inspect model.h5", "convert model.h5", "prove a b", "diagnose a b"])
def test_formats_of_findings_are_those_of_check(command: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*command.split(), "--output", f"{form}=r.txt"]) == 2
    told = capsys.readouterr().err
    assert f"format '{form}' is one of `dimorder check`\n    hint: available: text, json, markdown, html\n" in told
    assert there() == ["model.h5"]


def test_a_report_never_replaces_what_is_read() -> None:
    Path("a.json").write_bytes(b"architecture")
    os.link("model.h5", "same.txt")
    for path in ("a.json", "same.txt"):
        arguments = f"convert model.h5 --architecture a.json --output json={path}"
        assert cli.main(arguments.split()) in (2, 3)
    assert Path("a.json").read_bytes() == b"architecture"
    assert Path("model.h5").read_bytes() == b"original"


# What is asked of the flows.


def test_options_reach_the_flow(stand: Any) -> None:
    flow = stand("convert", convert_report())
    for name in ("model.json", "x.npz", "y.npy"):
        Path(name).write_bytes(b"")
    arguments = (
        "convert model.h5 -o out.h5 --from th/th/chw --from base_*=th/tf --to tf/th --accept likely "
        "--architecture model.json --samples x.npz --expect y.npy --seed 7 --keras-version 1.2.2 "
        "--dialect same --keep a --keep b* --keep-input x --architecture-out out.json --unproven"
    )
    assert cli.main(arguments.split()) == 0
    assert flow.options == Options(
        stated=Layout("th", "th", "th"),
        layers=(("base_*", Layout("th", "tf")),),
        target=Layout("tf", "th"),
        accept="likely",
        dialect="same",
        keep=("a", "b*"),
        keep_inputs=("x",),
        unproven=True,
        seed=7,
        keras_version="1.2.2",
    )
    assert flow.names == {
        "source": "model.h5", "target": "out.h5", "architecture": "model.json",
        "architecture_out": "out.json", "samples": "x.npz", "expect": "y.npy",
    }  # fmt: skip
    assert Path("out.json").read_bytes() == b"{}"


def test_a_dry_run_writes_nothing(stand: Any) -> None:
    flow = stand("convert", convert_report(verdict="planned", proof=None))
    assert cli.main(["convert", "model.h5", "--dry-run"]) == 0
    assert flow.options.dry_run
    assert flow.names["target"] == "model.tf.h5"


def test_prove_hands_over_both_architectures(stand: Any) -> None:
    flow = stand("prove", a_comparison())
    arguments = "prove model.h5 model.h5 --architecture model.h5 --converted-architecture model.h5"
    assert cli.main(arguments.split()) == 0
    assert set(flow.names) == {"source", "converted", "architecture", "converted_architecture"}


# What appears on disk.


def test_the_target_takes_the_originals_mode(stand: Any) -> None:
    stand("convert", convert_report())
    cli.main(["convert", "model.h5"])
    assert os.stat("model.tf.h5").st_mode & 0o777 == 0o640


def test_an_identical_target_is_left_alone(stand: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stand("convert", convert_report())
    cli.main(["convert", "model.h5"])
    before = [os.stat(name).st_mtime_ns for name in there()]
    assert cli.main(["convert", "model.h5"]) == 0
    assert [os.stat(name).st_mtime_ns for name in there()] == before
    assert "stood there already" in " ".join(capsys.readouterr().out.split())


def test_another_target_is_replaced_only_by_force(stand: Any) -> None:
    stand("convert", convert_report())
    Path("model.tf.h5").write_bytes(b"mine")
    assert cli.main(["convert", "model.h5"]) == 2
    assert Path("model.tf.h5").read_bytes() == b"mine"
    assert cli.main(["convert", "model.h5", "--force"]) == 0
    assert Path("model.tf.h5").read_bytes() == b"converted"


def test_a_missing_certificate_is_written_beside_an_identical_target(stand: Any) -> None:
    stand("convert", convert_report())
    Path("model.tf.h5").write_bytes(b"converted")
    assert cli.main(["convert", "model.h5"]) == 0
    assert Path("model.tf.h5.proof.json").exists()


def test_a_proof_takes_the_place_of_no_proof_and_not_the_other_way(stand: Any) -> None:
    def said() -> str:
        return json.loads(Path("model.tf.h5.proof.json").read_text())["verdict"]

    for verdict, stays in (("unproven", "unproven"), ("equivalent", "equivalent"), ("unproven", "equivalent")):
        stand("convert", convert_report(verdict=verdict))
        assert cli.main(["convert", "model.h5"]) == 0
        assert said() == stays


def test_a_source_that_changes_meanwhile_is_not_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(*arguments: Any) -> ConvertReport:
        Path("model.h5").write_bytes(b"another")
        return Stand(convert_report())(*arguments)

    run_here(monkeypatch)
    monkeypatch.setattr("dimorder.flow.convert.convert", change)
    assert cli.main(["convert", "model.h5"]) == 4
    assert there() == ["model.h5"]


def test_certificates_are_the_same_wherever_they_are_made(stand: Any) -> None:
    stand("convert", convert_report())
    cli.main(["convert", "model.h5"])
    here = Path("model.tf.h5.proof.json").read_bytes()
    Path("deeper").mkdir()
    os.rename("model.h5", "deeper/model.h5")
    cli.main(["convert", os.path.abspath("deeper/model.h5")])
    assert Path("deeper/model.tf.h5.proof.json").read_bytes() == here
    assert list(json.loads(here)) == sorted(json.loads(here))


# What is told, and where.


def test_json_has_the_standard_output_to_itself(stand: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stand("inspect", an_inspection())
    assert cli.main(["inspect", "model.h5", "--output", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["format"] == 1


def test_many_outputs_at_a_time(stand: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stand("inspect", an_inspection())
    arguments = "inspect model.h5 --output json=r.json --output markdown=r.md --output text=r.txt"
    assert cli.main(arguments.split()) == 0
    assert json.loads(Path("r.json").read_text())["format"] == 1
    assert Path("r.md").read_text().startswith("## ")
    assert Path("r.txt").read_text().startswith("TH/TH")
    assert capsys.readouterr().out.startswith("TH/TH")


@pytest.mark.parametrize(
    "problem", [CannotTell("cannot tell", hint="say it"), UsageError("no"), EnvironmentProblem("full")]
)
def test_a_refusal_is_a_sentence_and_a_document(
    stand: Any, problem: DimorderError, capsys: pytest.CaptureFixture[str]
) -> None:
    stand("convert", problem)
    cli.main(["convert", "model.h5", "--output", "json"])
    told = capsys.readouterr()
    assert told.err.startswith(f"error: {problem.sentence}\n")
    found = json.loads(told.out)
    assert (found["verdict"], found["because"], found["source"]) == ("refused", problem.sentence, "model.h5")


def test_a_refusal_names_every_layer() -> None:
    from dimorder.plan import Plan, Refusal
    from dimorder.rules.planner import check

    both = (Refusal("a", "no rule for A", "--keep a"), Refusal("b c", "no rule for B", "--keep b"))
    known, unknown = Graph((), (), ()), None
    for graph, before in ((known, ""), (unknown, "pass --architecture, or ")):
        plan = Plan(Layout("th", "th"), Layout("tf", "tf"), {}, graph, {}, refusals=(*both, both[0]))
        with pytest.raises(Refused) as caught:
            check(plan)
        error = caught.value
        assert error.sentence == "layer 'a': no rule for A; layer 'b c': no rule for B"
        assert error.hint == f"{before}--keep a --keep 'b c' copies them as they are and states them as unproven"
        assert error.refusals == (("a", "no rule for A", "--keep a"), ("b c", "no rule for B", "--keep b"))


def test_refusals_reach_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads((DIGITS / "digits_th.json").read_text())
    layers = document["config"] if isinstance(document["config"], list) else document["config"]["layers"]
    odd = [layer for layer in layers if layer["class_name"] == "MaxPooling2D"]
    for layer in odd:
        layer["class_name"] = "Odd"
    Path("odd.json").write_text(json.dumps(document))
    arguments = ["convert", str(DIGITS / "digits_th_weights.h5"), "--architecture", "odd.json", "--from", "th/th"]
    assert cli.main([*arguments, "-o", "x.h5", "--output", "json"]) == 3
    found = json.loads(capsys.readouterr().out)
    names = [layer["config"]["name"] for layer in odd]
    assert [one["layer"] for one in found["refusals"]] == names[: len(found["refusals"])] != []
    assert all("no rule for Odd" in one["because"] and "--keep" in one["hint"] for one in found["refusals"])
    assert [name for name in names if f"--keep {name}" not in found["hint"]] == []


def test_an_architecture_is_inspected_by_its_layers(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(DIGITS / "digits_th.json")
    assert cli.main(["inspect", path, "--output", "json"]) == 0
    layers = json.loads(capsys.readouterr().out)["layers"]
    assert {"name": "conv1_1", "kind": "Convolution2D", "tensors": []} in layers
    assert cli.main(["inspect", path]) == 0
    told = capsys.readouterr().out
    assert f"Layers  {len(layers)}\n" in told
    assert "conv1_1" in told.split("Layers")[1]
    assert f"dimorder convert WEIGHTS --architecture {path}\n" in told


def test_hostile_sentences_cannot_command_the_terminal(stand: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for problem in (CannotTell("\x1b[2J\u202e", hint="\x1b]0;x\x07"), KeyError("\x1b[2J")):
        stand("convert", problem)
        cli.main(["convert", "model.h5"])
        told = capsys.readouterr()
        assert "\x1b" not in told.out + told.err
        assert "\u202e" not in told.err


def test_a_bug_prints_a_report_to_paste(stand: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stand("convert", KeyError("conv_1"))
    assert cli.main(["convert", "model.h5", "--seed", "3"]) == 70
    told = capsys.readouterr().err
    for word in ("bug of dimorder", "numpy ", "Python ", "$ dimorder convert model.h5 --seed 3", "KeyError: 'conv_1'"):
        assert word in told


def test_a_wrong_conversion_of_ours_is_shown_and_called_a_bug(stand: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stand("convert", convert_report(verdict="different"))
    cli.main(["convert", "model.h5"])
    told = capsys.readouterr()
    assert told.out.startswith("DIFFERENT")
    assert "bug of dimorder" in told.err


@pytest.mark.parametrize("variable", ["NO_COLOR", "--no-color", "TERM"])
def test_colours_can_be_forbidden(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert cli_show.has_colour(sys.stdout, None)
    if variable == "NO_COLOR":
        monkeypatch.setenv(variable, "1")
    if variable == "TERM":
        monkeypatch.setenv(variable, "dumb")
    assert not cli_show.has_colour(sys.stdout, False if variable == "--no-color" else None)


# As a process of its own.


def started(*arguments: str, **settings: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **settings.pop("env", {})}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
    return subprocess.Popen([sys.executable, "-m", "dimorder", *arguments], env=environment, text=True, **streams)


def test_a_reader_that_goes_away_is_no_failure() -> None:
    run = started("inspect", str(DIGITS / "digits_th.h5"))
    assert run.stdout is not None
    run.stdout.close()
    assert run.wait() == 0
    assert run.stderr is not None
    assert run.stderr.read() == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_report_that_cannot_be_written_is_4() -> None:
    with open("/dev/full", "w") as full:
        run = started("inspect", str(DIGITS / "digits_th.h5"), stdout=full)
        assert run.wait() == 4
    assert run.stderr is not None
    assert "No space left on device" in run.stderr.read()


def test_an_old_terminal_gets_ascii() -> None:
    run = started("inspect", str(DIGITS / "digits_th.h5"), env={"PYTHONIOENCODING": "ascii"})
    told, _ = run.communicate()
    assert run.returncode == 0
    assert told.isascii()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_conversion_leaves_nothing(number: signal.Signals) -> None:
    run = started("convert", str(DIGITS / "digits_th.h5"), "--from", "th/th", "-o", "out.h5")
    while run.poll() is None and not any(name.endswith(".dimorder-tmp") for name in there()):
        time.sleep(0.005)
    run.send_signal(number)
    _, told = run.communicate()
    assert run.returncode == 130, told
    assert there() == ["model.h5"]


# With the real flows.


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """The example model, converted: beside it lie its target and certificate."""
    for name in ("digits_th_weights.h5", "digits_th.json"):
        (tmp_path / name).write_bytes((DIGITS / name).read_bytes())
    arguments = "convert digits_th_weights.h5 --architecture digits_th.json --from th/th -o tf.h5 -q"
    assert cli.main(arguments.split()) == 0
    return tmp_path


def test_a_real_conversion_is_proven_and_certified(digits: Path) -> None:
    stated = json.loads((digits / "tf.h5.proof.json").read_text())
    assert stated["proof"]["verdict"] == "equivalent"
    assert stated["source"] == "digits_th_weights.h5"
    assert stated["beside"]["architecture"]["path"] == "digits_th.json"


def test_a_certificate_tells_no_folder_of_the_machine(
    digits: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    architecture = str(elsewhere / "digits_th.json")
    os.rename("digits_th.json", architecture)
    os.remove("tf.h5.proof.json")
    arguments = ["convert", "digits_th_weights.h5", "--from", "th/th", "-o", "tf.h5", "--architecture", architecture]
    assert cli.main([*arguments, "--output", "json=r.json"]) == 0
    said = f"dimorder prove --check tf.h5.proof.json --architecture {architecture}"
    assert said in capsys.readouterr().out
    certificate = Path("tf.h5.proof.json").read_text()
    assert json.loads(certificate)["beside"]["architecture"]["path"] == "digits_th.json"
    assert "elsewhere" not in certificate
    assert ".." not in certificate
    assert cli.main(["prove", "--check", "tf.h5.proof.json"]) == 3
    assert "'digits_th.json', which is not there" in capsys.readouterr().err
    assert cli.main(said.split()[1:]) == 0


def test_a_certificate_is_confirmed(digits: Path) -> None:
    assert cli.main(["prove", "--check", "tf.h5.proof.json"]) == 0


def test_a_certificate_is_confirmed_from_anywhere(
    digits: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    os.rename(digits / "digits_th_weights.h5", elsewhere / "original.h5")
    monkeypatch.chdir(elsewhere)
    certificate = str(digits / "tf.h5.proof.json")
    assert cli.main(["prove", "--check", certificate]) == 3
    assert cli.main(["prove", "--check", certificate, "original.h5", str(digits / "tf.h5")]) == 0


def test_a_real_certificate_is_the_same_wherever_it_is_made(digits: Path) -> None:
    before = Path("tf.h5.proof.json").read_bytes()
    (digits / "deeper").mkdir()
    for name in ("digits_th_weights.h5", "digits_th.json"):
        os.rename(name, f"deeper/{name}")
    arguments = "--from th/th -o deeper/tf.h5 --architecture deeper/digits_th.json"
    assert cli.main(["convert", str(digits / "deeper/digits_th_weights.h5"), *arguments.split()]) == 0
    assert Path("deeper/tf.h5.proof.json").read_bytes() == before
    assert Path("deeper/tf.h5").read_bytes() == Path("tf.h5").read_bytes()


@pytest.mark.parametrize("name", ["tf.h5", "digits_th_weights.h5", "digits_th.json"])
def test_a_certificate_of_other_files_is_not_confirmed(
    digits: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    os.chmod(name, 0o600)
    with open(name, "ab") as file:
        file.write(b" ")
    assert cli.main(["prove", "--check", "tf.h5.proof.json"]) == 1
    assert name in capsys.readouterr().out


@pytest.mark.parametrize("field", ["verdict", "relative_l2", "top1_agreement", "controls", "uncovered"])
def test_a_certificate_with_other_figures_is_not_confirmed(digits: Path, field: str) -> None:
    stated = json.loads(Path("tf.h5.proof.json").read_text())
    wrong = {"verdict": "different", "relative_l2": 0.5, "top1_agreement": 0.5, "controls": [], "uncovered": ["x"]}
    stated["proof"][field] = wrong[field]
    Path("forged.json").write_text(json.dumps(stated))
    assert cli.main(["prove", "--check", "forged.json"]) == 1


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"format": 2}', b"null"])
def test_what_is_no_certificate_is_unreadable(content: bytes) -> None:
    Path("x.json").write_bytes(content)
    assert cli.main(["prove", "--check", "x.json"]) == 3


def test_an_unproven_certificate_has_nothing_to_run_again(digits: Path) -> None:
    arguments = "convert digits_th_weights.h5 --from th/th --unproven -o u.h5"
    assert cli.main(arguments.split()) == 0
    assert cli.main(["prove", "--check", "u.h5.proof.json"]) == 3


def test_two_real_files_are_proven_equivalent_or_different(digits: Path) -> None:
    arguments = "prove digits_th_weights.h5 tf.h5 --architecture digits_th.json --from"
    assert cli.main([*arguments.split(), "th/th"]) == 0
    assert cli.main([*arguments.split(), "th/tf"]) == 1


def test_a_doubtful_file_is_refused_without_a_word_of_the_user(digits: Path) -> None:
    arguments = "convert digits_th_weights.h5 --architecture digits_th.json -o x.h5"
    assert cli.main(arguments.split()) == 3
    assert not Path("x.h5").exists()
    assert cli.main([*arguments.split(), "--accept", "likely"]) == 0
