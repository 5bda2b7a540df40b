"""`--architecture model.py:NAME`: bare weights with the Python that builds their model, which is never run."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from dimorder import cli
from support.model_code import VGG, ZOO, with_weights


@pytest.fixture(autouse=True)
def _beside_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(with_weights(tmp_path))


def convert(architecture: str, *more: str) -> int:
    return cli.main(["convert", "th.h5", "--architecture", architecture, "--from", "th/th", *more])


def arrays(path: Path | str) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.update({name: item[()]} if isinstance(item, h5py.Dataset) else {}))
    return found


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().err.split())


def test_weights_are_converted_as_real_keras_on_theano_expects_them():
    assert convert("vgg.py:vgg") == 0
    ours, expected = arrays("th.tf.h5"), arrays(ZOO / "expected_tf.h5")
    assert ours.keys() == expected.keys()
    assert all(np.array_equal(ours[name], expected[name]) for name in expected)


def test_its_proof_is_that_of_the_json_that_keras_wrote():
    assert convert("vgg.py:vgg", "-o", "code.h5") == 0
    assert convert(str(ZOO / "model.json"), "-o", "json.h5") == 0
    by_code, by_json = (json.loads(Path(f"{name}.h5.proof.json").read_text()) for name in ("code", "json"))
    assert by_code["proof"]["relative_l2"] == by_json["proof"]["relative_l2"]
    assert by_code["sha256"] == by_json["sha256"]


def test_the_code_is_not_run():
    assert convert("vgg.py:vgg") == 0
    assert not Path("executed").exists()


def test_predictions_known_from_theano_are_met():
    io = np.load(ZOO / "io.npz")
    np.save("x.npy", io[min(name for name in io.files if name.startswith("x"))])
    np.save("y.npy", io[min(name for name in io.files if name.startswith("y"))])
    assert convert("vgg.py:vgg", "--samples", "x.npy", "--expect", "y.npy") == 0


def test_the_only_model_of_a_file_needs_no_name():
    assert convert("vgg.py") == 0


def test_of_several_models_one_has_to_be_named(capsys):
    Path("two.py").write_text(VGG + VGG[VGG.index("def vgg") :].replace("def vgg", "def other"))
    assert convert("two.py") == 2
    assert "two.py:vgg" in said(capsys)
    assert convert("two.py:other") == 0


def test_certificate_keeps_what_the_code_built_then(capsys):
    assert convert("vgg.py:vgg") == 0
    Path("vgg.py").unlink()
    assert cli.main(["prove", "--check", "th.tf.h5.proof.json"]) == 0


def test_certificate_with_another_architecture_is_not_confirmed():
    assert convert("vgg.py:vgg") == 0
    certificate = json.loads(Path("th.tf.h5.proof.json").read_text())
    forged = certificate["beside"]["architecture"]["document"].replace('"relu"', '"tanh"')
    certificate["beside"]["architecture"]["document"] = forged
    Path("th.tf.h5.proof.json").write_text(json.dumps(certificate))
    assert cli.main(["prove", "--check", "th.tf.h5.proof.json"]) == 1


def test_twin_made_with_code_keeps_its_original_silent(capsys):
    assert convert("vgg.py:vgg") == 0
    capsys.readouterr()
    cli.main(["check", "th.h5", "--select", "DIM101", "--output", "json"])
    document = json.loads(capsys.readouterr().out)
    assert (document["findings"], document["suppressed"]) == ([], 1)


def test_shapes_tell_which_of_two_orderings_is_meant():
    assert cli.main(["inspect", "th.h5", "--architecture", "vgg.py:vgg"]) == 0
    assert cli.main(["convert", "th.h5", "--architecture", "vgg.py:vgg", "--accept", "likely"]) == 0


@pytest.mark.parametrize(
    ("code", "name", "because"),
    [
        ("", "vgg", "defines no 'vgg'"),
        ("def vgg(size):\n    return size\n", "vgg", "needs arguments: size"),
        ("def vgg():\n    return 7\n", "vgg", "vgg"),
        (VGG.replace("24,", "int(os.environ['WIDTH']),"), "vgg", "cannot be told"),
        (VGG.replace('"relu"', "mystery()"), "vgg", "cannot be told"),
        ("def vgg(:\n", "vgg", "not Python 3"),
        ("def vgg():\n    return vgg()\n", "vgg", "cannot be told"),
        ("def vgg():\n    while True: pass\n", "vgg", "cannot be told"),
    ],
)
def test_what_the_code_does_not_say_is_refused(code, name, because, capsys):
    Path("strange.py").write_text(code)
    assert convert(f"strange.py:{name}") in (2, 3)
    assert because in said(capsys)
    assert not Path("th.tf.h5").exists()


def test_a_condition_that_changes_nothing_is_passed_by():
    Path("same.py").write_text(VGG.replace("(24,)", "(24 if os.path.exists('a') else 12 * 2,)"))
    assert convert("same.py:vgg") == 0


def test_a_condition_that_chooses_among_models_is_named(capsys):
    Path("other.py").write_text(VGG.replace("(24,)", "(24 if os.path.exists('wide') else 25,)"))
    assert convert("other.py:vgg") == 3
    assert "os.path.exists('wide')" in said(capsys)
    assert not Path("th.tf.h5").exists()


def test_code_of_another_model_does_not_fit(capsys):
    Path("wide.py").write_text(VGG.replace("24,", "25,"))
    assert convert("wide.py:vgg") == 3
    assert not Path("th.tf.h5").exists()


def test_target_never_replaces_the_code():
    before = Path("vgg.py").read_text()
    Path("vgg.h5").symlink_to("vgg.py")
    assert convert("vgg.py:vgg", "-o", "vgg.h5", "--force") == 2
    assert Path("vgg.py").read_text() == before
