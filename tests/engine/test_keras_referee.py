"""Real Keras 3 as second referee: its process, what is made of its answers, and the real one on real models."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import h5py
import numpy as np
import pytest

from dimorder.engine import keras_referee
from dimorder.engine.keras_referee import Answer, Feed, NoAnswer, ask, missing
from dimorder.engine.proof.prove import prove
from dimorder.engine.proof.second import Models, with_second
from dimorder.engine.run import run
from dimorder.flow.aligning import aligned
from dimorder.flow.goal import make_plan
from dimorder.flow.on_files import check_certificate, convert_file, prove_files
from dimorder.flow.options import Options
from dimorder.formats import keras3
from dimorder.plan import Port
from dimorder.proof import Proof
from dimorder.steps import Array
from engine.proof.nets import Case, reader
from support.conversions import paths_of, quiet
from support.places import PART_OF_ZOO
from support.referee import opened
from support.zoo import Entry, entries_in

FEEDS: list[Feed] = [[np.arange(6.0).reshape(2, 3), np.array([[1], [2]], np.int64)]]

# What a stand-in for the child does, in its own folder.
PREAMBLE = "import json, os, sys, time, numpy as np, pathlib\nhere = pathlib.Path.cwd()\n"
SAY = PREAMBLE + "said = {'keras': '3.7', 'jax': '0.1', 'backend': 'jax', 'stage': 'done', 'outputs': 1}\n"
TELL = "(here / 'answer.json').write_text(json.dumps(said))\n"


def stand_in(code: str, *, patience: float = 60.0, content: bytes = b"model") -> Answer | NoAnswer:
    return ask(io.BytesIO(content), FEEDS, patience=patience, command=["-c", code])


def no_answer(code: str, kind: str, because: str, **options: Any) -> None:
    found = stand_in(code, **options)
    assert isinstance(found, NoAnswer), found
    assert found.kind == kind
    assert because in found.because


def test_the_answer_is_handed_on_as_it_is() -> None:
    code = SAY + "np.save('answer-0-0.npy', np.load('feed-0-0.npy') + np.load('feed-0-1.npy'))\n" + TELL
    found = stand_in(code)
    assert isinstance(found, Answer), found
    assert found.who == "Keras 3.7 on jax 0.1"
    np.testing.assert_array_equal(found.runs[0][0], [[1, 2, 3], [5, 6, 7]])


def test_whole_numbers_are_fed_as_int32_and_all_else_as_float32() -> None:
    code = SAY + "said['keras'] = ' '.join(str(np.load(f'feed-0-{n}.npy').dtype) for n in (0, 1))\n"
    found = stand_in(code + "np.save('answer-0-0.npy', 0)\n" + TELL)
    assert isinstance(found, Answer)
    assert "float32 int32" in found.who


def test_the_child_has_a_home_of_its_own_and_nothing_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    code = SAY + "assert os.environ['HOME'] == str(here) != os.path.expanduser('~root')\n"
    code += "said['keras'] = json.dumps(sorted(os.environ)) + os.environ['KERAS_BACKEND']\n"
    found = stand_in(code + "np.save('answer-0-0.npy', 0)\n" + TELL)
    assert isinstance(found, Answer), found
    assert "TOKEN" not in found.who
    assert found.who.count("jax") == 2


def test_the_child_can_read_the_file_and_not_write_it(tmp_path: Path) -> None:
    path = tmp_path / "target"
    path.write_bytes(b"written")
    code = SAY + "assert (here / 'model.keras').read_bytes() == b'written'\n"
    code += "number = int(os.readlink('model.keras').rpartition('/')[2])\n"
    code += "try:\n    os.write(number, b'x')\nexcept OSError:\n    np.save('answer-0-0.npy', 0)\n" + TELL
    with path.open("r+b") as file:
        assert isinstance(ask(file, FEEDS, command=["-c", code]), Answer)
    assert path.read_bytes() == b"written"


def test_a_file_without_a_descriptor_is_copied() -> None:
    code = SAY + "assert (here / 'model.keras').read_bytes() == b'model'\nnp.save('answer-0-0.npy', 0)\n" + TELL
    assert isinstance(stand_in(code), Answer)


def test_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    no_answer("raise SystemExit(3)", "broken", "code 3")
    no_answer("while True: pass", "broken", "within", patience=0.3)
    assert list(tmp_path.iterdir()) == []


def test_a_child_that_hangs_is_ended() -> None:
    start = time.monotonic()
    no_answer("import time; time.sleep(60)", "broken", "did not answer within 0.5 seconds", patience=0.5)
    assert time.monotonic() - start < 20


def test_a_child_that_fails_is_quoted_by_its_last_line() -> None:
    no_answer("raise ValueError('no such thing')", "broken", "ended with code 1: ValueError: no such thing")
    no_answer("import os; os.kill(os.getpid(), 9)", "broken", "ended by signal 9")


def test_a_disk_that_is_full_breaks_the_referee_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path, feeds: Sequence[Feed]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keras_referee, "_lay_out", full)
    no_answer("", "broken", "No space left")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "open('answer.json', 'w').write('{')",
        "open('answer.json', 'wb').write(bytes(range(256)))",
        "open('answer.json', 'w').write('[1]')",
        "open('answer.json', 'w').write('[' * 100000)",
        "open('answer.json', 'w').write('{}')",
        SAY + TELL,
        SAY + "open('answer-0-0.npy', 'wb').write(b'PK12345')\n" + TELL,
        SAY + "np.save('answer-0-0.npy', np.array([{}], object))\n" + TELL,
        SAY + "np.savez(open('answer-0-0.npy', 'wb'), a=0)\n" + TELL,
        SAY + "said['outputs'] = float('inf')\n" + TELL,
        SAY + "said['outputs'] = 2\nnp.save('answer-0-0.npy', 0)\n" + TELL,
        SAY + "del said['jax']\nnp.save('answer-0-0.npy', 0)\n" + TELL,
    ],
)
def test_garbage_is_no_answer(code: str) -> None:
    no_answer(code, "broken", "cannot be read")


@pytest.mark.parametrize(
    ("stage", "error", "kind", "because"),
    [
        ("starting", "ImportError: no jaxlib", "broken", "it does not work here (ImportError: no jaxlib)"),
        ("opening", "ValueError: what is\n this?", "refused", "Keras 3.7 on jax 0.1 does not open the converted file"),
        ("computing", "TypeError: x", "refused", "does not compute the converted file (TypeError: x)"),
        ("computing", "MemoryError: x", "broken", "does not work here"),
        ("computing", "XlaRuntimeError: RESOURCE_EXHAUSTED: 4 GB", "broken", "does not work here"),
    ],
)
def test_where_it_stopped_tells_whose_fault_it_is(stage: str, error: str, kind: str, because: str) -> None:
    no_answer(SAY + f"said |= {{'stage': {stage!r}, 'error': {error!r}}}\n" + TELL, kind, because)


def test_absent_libraries_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert missing() == "keras and jax are not installed"
    found = ask(io.BytesIO(), FEEDS)
    assert isinstance(found, NoAnswer)
    assert found.kind == "absent"


@pytest.mark.parametrize(("version", "said"), [("2.15.0", "the installed Keras is 2.15.0, not 3"), ("3.12.0", "")])
def test_old_keras_counts_as_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, said: str) -> None:
    installed(tmp_path, version)
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert missing() == said


def test_a_keras_in_the_folder_one_stands_in_is_not_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed(tmp_path, "3.12.0")
    monkeypatch.chdir(tmp_path)
    for place in ("", str(tmp_path)):
        monkeypatch.setattr("sys.path", [place])
        assert missing() == "keras and jax are not installed"


def installed(place: Path, version: str) -> None:
    """Something that looks like Keras and jax, and cannot be imported."""
    for name in ("keras", "jax"):
        (place / name).mkdir()
        (place / name / "__init__.py").write_text("raise AssertionError('imported')")
    (place / "keras.dist-info").mkdir()
    (place / "keras.dist-info" / "METADATA").write_text(f"Name: keras\nVersion: {version}\n")


# What is made of its answers: a small network, and somebody who answers for Keras.


class Somebody:
    """Answers as Keras would for arrays of his own. noise: of his arithmetic."""

    def __init__(self, arrays: dict[str, Array], noise: float = 0.0, case: Case | None = None) -> None:
        self.arrays, self.noise = arrays, noise
        self.graph = (case or Case()).converted
        self.asked: list[Feed] = []

    def __call__(self, file: BinaryIO, feeds: Sequence[Feed]) -> Answer | NoAnswer:
        self.asked = list(feeds)
        graph, rng = self.graph, np.random.default_rng(1)
        runs = [
            run(graph, dict(zip(graph.inputs, feed, strict=True)), reader(self.arrays), keep=graph.outputs)
            for feed in feeds
        ]
        found = [[values[name] for name in graph.outputs] for values in runs]
        noisy = [tuple(one + self.noise * rng.normal(size=one.shape) for one in outputs) for outputs in found]
        return Answer("Somebody", tuple(noisy))


def proof_with(somebody: Any, case: Case | None = None, proof: Proof | None = None) -> Proof:
    case = case or Case()
    models = Models(case.original, reader(case.arrays), case.converted, case.plan)
    return with_second(proof or case.proof(), models, io.BytesIO(), somebody)


def without_flip(case: Case) -> dict[str, Array]:
    right = case.right()
    return {**right, "conv/kernel": right["conv/kernel"][::-1, ::-1]}


def test_who_agrees_is_listed() -> None:
    found = proof_with(Somebody(Case().right()))
    assert found.verdict == "equivalent"
    assert found.referees[1].startswith("Somebody (largest difference ")
    assert any(said.startswith("Somebody, run on the converted file,") for said in found.proven)
    assert not any("Keras" in said for said in found.not_proven)


def test_he_sees_few_probes_twice_in_the_converted_layout() -> None:
    somebody = Somebody(Case().right())
    proof_with(somebody)
    assert [feed[0].shape for feed in somebody.asked] == [(8, 7, 11, 2)] * 2


def test_a_forgotten_flip_is_different() -> None:
    found = proof_with(Somebody(without_flip(Case())))
    assert found.verdict == "different"
    assert found.because.startswith("Somebody: output 'scores' moved: max abs ")
    assert found.because.endswith(", limit 1e-05")
    assert found.proven == ()


def linear() -> Case:
    """The network without its softmax."""
    right = Case()
    before, after = (replace(graph, outputs=("fc",)) for graph in (right.original, right.converted))
    return Case(original=before, converted=after, plan=replace(right.plan, outputs=(Port("fc", (5,), (5,), (0,)),)))


def test_a_linear_output_is_judged_by_its_relative_error() -> None:
    case = linear()
    assert case.proof().outputs[0].max_abs < 1e-4
    right = proof_with(Somebody(case.right(), 2e-5, case), case)
    assert (right.verdict, len(right.referees)) == ("equivalent", 2)
    wrong = proof_with(Somebody(without_flip(case), 0.0, case), case)
    assert wrong.because.startswith("Somebody: output 'fc' moved: relative L2 ")
    assert wrong.because.endswith(", limit 1e-04")


def test_noise_that_he_shows_himself_is_forgiven() -> None:
    found = proof_with(Somebody(Case().right(), noise=2e-5))
    assert found.verdict == "equivalent"
    assert len(found.referees) == 2


def test_noise_that_would_hide_a_mistake_makes_him_no_referee() -> None:
    found = proof_with(Somebody(Case().right(), noise=1e-2))
    assert found.verdict == "equivalent"
    assert len(found.referees) == 1
    assert "rounding alone moves what Somebody gives" in found.not_proven[-1]


def test_what_is_not_finite_or_of_another_shape_is_different() -> None:
    def nan(file: BinaryIO, feeds: Sequence[Feed]) -> Answer:
        return Answer("Somebody", tuple((np.full((len(feed[0]), 5), np.nan),) for feed in feeds))

    def short(file: BinaryIO, feeds: Sequence[Feed]) -> Answer:
        return Answer("Somebody", tuple((np.zeros((len(feed[0]), 4)),) for feed in feeds))

    def none(file: BinaryIO, feeds: Sequence[Feed]) -> Answer:
        return Answer("Somebody", tuple(() for _ in feeds))

    assert [proof_with(ask).verdict for ask in (nan, short, none)] == ["different"] * 3


def test_who_does_not_open_the_file_leaves_it_inconclusive() -> None:
    found = proof_with(lambda file, feeds: NoAnswer("refused", "Keras 3.7 does not open it"))
    assert (found.verdict, found.because, found.proven) == ("inconclusive", "Keras 3.7 does not open it", ())


@pytest.mark.parametrize("kind", ["absent", "broken"])
def test_who_is_absent_or_broken_changes_nothing_and_is_named(kind: Any) -> None:
    before = Case().proof()
    found = proof_with(lambda file, feeds: NoAnswer(kind, "it is not here"))
    assert (found.verdict, found.referees, found.proven) == ("equivalent", before.referees, before.proven)
    assert found.not_proven[:-1] == before.not_proven
    assert found.not_proven[-1].startswith("That real Keras 3 predicts the same: it is not here")
    assert ("pip install" in found.not_proven[-1]) == (kind == "absent")


def test_nobody_is_asked_about_a_proof_that_failed() -> None:
    case = Case(written=without_flip(Case()))
    somebody = Somebody(case.right())
    assert proof_with(somebody, case) == case.proof()
    assert somebody.asked == []


# The flows: conversions of real files, with and without real Keras.


def entry(name: str) -> Entry:
    return next(one for one in entries_in(PART_OF_ZOO) if one.name == name)


VGG = "k122-theano-th/vgg_issue"


def converted(name: str, folder: Path, **options: Any) -> tuple[dict[str, str], Any]:
    one = entry(name)
    paths = {**paths_of(one, one.sources()[-1]), "target": str(folder / "converted.keras")}
    return paths, convert_file(paths, Options(stated=one.layout, **options), quiet)


def test_on_request_only_numpy_computes(tmp_path: Path) -> None:
    _, report = converted(VGG, tmp_path, referee="numpy")
    assert report.verdict == "equivalent"
    assert len(report.proof.referees) == 1
    assert "--referee numpy" in report.proof.not_proven[-1]


def test_without_keras_the_report_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(keras_referee, "missing", lambda: "keras is not installed")
    _, report = converted(VGG, tmp_path)
    assert report.verdict == "equivalent"
    assert "keras is not installed (pip install 'dimorder[keras]')" in report.proof.not_proven[-1]


def test_a_file_that_keras_does_not_open_is_not_published(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(keras_referee, "missing", lambda: "")
    monkeypatch.setattr(keras_referee, "ask", lambda *asked, **more: NoAnswer("refused", "Keras does not open it"))
    _, report = converted(VGG, tmp_path)
    assert (report.verdict, report.because) == ("inconclusive", "Keras does not open it")
    assert os.listdir(tmp_path) == []


def test_other_formats_are_not_for_keras_and_nothing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(keras_referee, "ask", None)
    one = entry(VGG)
    paths = {**paths_of(one, one.sources()[-1]), "target": str(tmp_path / "converted.h5")}
    report = convert_file(paths, Options(stated=one.layout), quiet)
    assert report.proof
    assert report.verdict == "equivalent"
    assert not any("Keras" in said for said in report.proof.not_proven)


def rewritten(path: Path, target: Path, change: Any) -> None:
    """A `.keras` file with its members changed: (name, content) -> content."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as made:
        for member in source.infolist():
            made.writestr(member, change(member.filename, source.read(member)))


def with_code(name: str, content: bytes) -> bytes:
    """An initializer that names code elsewhere; no prediction depends on it."""
    if name != "config.json":
        return content
    document = json.loads(content)
    dense = next(one for one in document["config"]["layers"] if one["class_name"] == "Dense")
    dense["config"]["kernel_initializer"] = {
        "module": "os", "class_name": "system", "registered_name": None, "config": {"command": "true"},
    }  # fmt: skip
    return json.dumps(document, sort_keys=True).encode()


def test_keras_never_sees_a_file_that_only_claims_to_be_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(keras_referee, "missing", lambda: "")
    monkeypatch.setattr(keras_referee, "ask", lambda file, feeds: pytest.fail("Keras was shown the file"))
    paths, _ = converted(VGG, tmp_path, referee="numpy")
    forged = tmp_path / "forged.keras"
    rewritten(Path(paths.pop("target")), forged, with_code)
    report = prove_files({**paths, "converted": str(forged)}, Options(stated=entry(VGG).layout), quiet)
    assert report.proof.verdict == "equivalent"
    assert "it opens only files that are, byte for byte, as" in report.proof.not_proven[-1]


def test_keras_is_shown_a_copy_of_a_file_that_is_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown = []
    paths, _ = converted(VGG, tmp_path, referee="numpy")
    target = Path(paths.pop("target"))

    def look(file: BinaryIO, feeds: Sequence[Feed], architecture: bytes) -> NoAnswer:
        file.seek(0)
        shown.append(file.read())
        return NoAnswer("broken", "only looked")

    monkeypatch.setattr(keras_referee, "missing", lambda: "")
    monkeypatch.setattr(keras_referee, "ask", look)
    prove_files({**paths, "converted": str(target)}, Options(stated=entry(VGG).layout), quiet)
    assert shown == [target.read_bytes()]


needs_keras = pytest.mark.skipif(bool(missing()), reason=f"real Keras 3 cannot be asked here: {missing()}")


@needs_keras
@pytest.mark.keras
@pytest.mark.parametrize(
    "name", [VGG, "k122-theano-th/flatten_concat_vec", "k122-theano-th/multi_dense_after_flatten",
             "k122-theano-th/text_conv1d", "k122-theano-th/fcn_softmax_map"],
)  # fmt: skip
def test_real_keras_agrees(name: str, tmp_path: Path) -> None:
    _, report = converted(name, tmp_path)
    assert (report.verdict, len(report.proof.referees)) == ("equivalent", 2), report.because
    assert report.proof.referees[1].startswith("Keras 3.")


@needs_keras
@pytest.mark.keras
def test_a_certificate_is_confirmed_with_keras_and_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    paths, report = converted(VGG, tmp_path)
    given = {role: path for role, path in paths.items() if role != "target"}
    again = check_certificate(report.certificate, given, quiet)
    assert again.again
    assert (again.verdict, len(again.again.proof.referees)) == ("confirmed", 2)
    monkeypatch.setattr(keras_referee, "missing", lambda: "keras is not installed")
    again = check_certificate(report.certificate, given, quiet)
    assert again.again
    assert (again.verdict, len(again.again.proof.referees)) == ("confirmed", 1)


def unflipped(name: str, content: bytes) -> bytes:
    """The first kernel as Theano had it."""
    if name != "model.weights.h5":
        return content
    file = io.BytesIO(content)
    with h5py.File(file, "r+") as weights:
        kernel = weights["layers/conv2d/vars/0"]
        kernel[...] = kernel[()][::-1, ::-1]
    return file.getvalue()


def cut(name: str, content: bytes) -> bytes:
    """A layer that Keras does not know."""
    return content.replace(b'"class_name": "Dense"', b'"class_name": "Tense"')


@needs_keras
@pytest.mark.keras
@pytest.mark.parametrize(
    ("change", "verdict", "because"),
    [(unflipped, "different", "moved: max abs"), (cut, "inconclusive", "does not open the converted file")],
)
def test_real_keras_finds_what_numpy_was_not_shown(change: Any, verdict: str, because: str, tmp_path: Path) -> None:
    """The numpy engine proves the right file, Keras is given the wrong one."""
    paths, _ = converted(VGG, tmp_path, referee="numpy")
    right, wrong = Path(paths.pop("target")), tmp_path / "wrong.keras"
    rewritten(right, wrong, change)
    options = Options(stated=entry(VGG).layout)
    with ExitStack() as stack:
        original = opened(stack, paths, options)
        plan = make_plan(original, options)
        model, stored = keras3.read(stack.enter_context(right.open("rb")), "right")
        assert original.graph
        assert plan.graph
        assert model.graph
        models = Models(original.graph, original.opened.read, aligned(model.graph, plan.graph), plan)
        proof = prove(models.original, models.read, models.converted, stored.read_array, plan)
        found = with_second(proof, models, stack.enter_context(wrong.open("rb")), ask)
    assert proof.verdict == "equivalent"
    assert found.verdict == verdict
    assert because in found.because
