"""Expressions for Lambda layers: what is allowed, what it computes, how Keras 3 spells it, how a user says it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from dimorder.cli import main
from dimorder.engine.formula import formula
from dimorder.engine.run import run
from dimorder.errors import UsageError
from dimorder.formats import keras3
from dimorder.formula import parse
from dimorder.graph import Tensor
from dimorder.semantics import Input
from dimorder.steps import Array
from engine.proof.nets import graph_of

ZOO = Path(__file__).parent / "zoo" / "k122-theano-th" / "lambda_net"
X = np.random.default_rng(5374).normal(0, 2, (4, 3, 5)).astype(np.float32)
EXPRESSIONS: dict[str, Array] = {
    "x / 2.0 - 0.1": X / 2 - 0.1,
    "-x": -X,
    "x": X,
    "3 - x*4 + 2**3": 11 - 4 * X,
    "x**3 - x*x": X**3 - X * X,
    "-x**2": -(X**2),
    "abs(1 - x) * 2": abs(1 - X) * 2,
    "square(x + 1)": (X + 1) ** 2,
    "exp(x/4)": np.exp(X / 4),
    "tanh(x) + x": np.tanh(X) + X,
    "x - sigmoid(-x)": X - 1 / (1 + np.exp(X)),
    "softplus(x)": np.log1p(np.exp(X)),
    "relu(x - 0.5)": np.maximum(X - 0.5, 0),
    "maximum(x, -1) / 3": np.maximum(X, -1) / 3,
    "minimum(0.5, 2*x)": np.minimum(0.5, 2 * X),
}
REFUSED = {
    "y + 1": "contains 'y'",
    "__import__('os')": "calls '__import__'",
    "x.real": "contains 'x.real'",
    "x[0]": "contains",
    "(lambda: x)()": "contains",
    "x ** 9": "whole number from 2 to 8",
    "x ** x": "whole number from 2 to 8",
    "9 ** 9 ** 9": "whole number from 2 to 8",
    "1 / x": "divides by something else",
    "x / 0": "divides by zero",
    "x // 2": "contains",
    "2 + 3": "does not depend on x",
    "maximum(x, x)": "other things than x and a number",
    "x * 1e999": "too large",
    "True * x": "contains 'True'",
    "x if x else 1": "contains",
    "x +": "is not an expression",
    "x" + " + x" * 200: "longer than",
    "abs(" * 40 + "x" + ")" * 40: "more layers",
}


def no_arrays(tensor: Tensor) -> Array:
    raise AssertionError(tensor)


@pytest.mark.parametrize("text", list(EXPRESSIONS))
def test_the_engine_computes_it(text: str) -> None:
    np.testing.assert_allclose(formula(parse(text), [X], []), EXPRESSIONS[text], rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("text", list(EXPRESSIONS))
def test_a_keras_file_computes_it_from_stock_layers(text: str) -> None:
    graph = graph_of(("in", Input((3, 5)), ()), ("lambda", parse(text), ("in",)))
    file = io.BytesIO()
    keras3.write(keras3.planned_layers(graph, {}), no_arrays, file, name="net", attributes={})
    file.seek(0)
    model, _ = keras3.read(file, "net.keras")
    assert model.graph is not None
    (name,) = model.graph.outputs
    found = run(model.graph, {"in": X}, no_arrays)[name]
    np.testing.assert_allclose(found, EXPRESSIONS[text], rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("text", list(REFUSED))
def test_nothing_else_is_allowed(text: str) -> None:
    with pytest.raises(UsageError) as refusal:
        parse(text)
    assert REFUSED[text] in refusal.value.sentence


def convert(folder: Path, *options: str, target: str = "out.keras") -> int:
    weights = [str(ZOO / "weights.h5"), "--architecture", str(ZOO / "model.json"), "--from", "th/th"]
    return main(["convert", *weights, "-o", str(folder / target), "--referee", "numpy", *options])


def test_a_lambda_is_proven_as_the_user_says_it(tmp_path: Path) -> None:
    assert convert(tmp_path, "--lambda", "lambda_*=x/2.0 - 0.1") == 0
    certificate = tmp_path / "out.keras.proof.json"
    assumed = json.loads(certificate.read_text())["assumptions"]
    assert "Lambda 'lambda_1' computes x/2.0 - 0.1 (given by --lambda)" in assumed
    given = [str(ZOO / "weights.h5"), str(tmp_path / "out.keras"), "--architecture", str(ZOO / "model.json")]
    assert main(["prove", "--check", str(certificate), *given]) == 0


def test_another_expression_is_another_model(tmp_path: Path) -> None:
    assert convert(tmp_path, "--lambda", "lambda_1=x/2.0 - 0.1") == 0
    given = [str(ZOO / "weights.h5"), str(tmp_path / "out.keras"), "--architecture", str(ZOO / "model.json")]
    settings = ["--from", "th/th", "--lambda", "lambda_1=x/2.0 + 0.1", "--referee", "numpy"]
    assert main(["prove", *given, *settings]) == 1


def test_the_lambda_itself_stays_in_the_same_dialect(tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    options = ("--dialect", "same", "--lambda", "lambda_1=x/2 - 0.1", "--architecture-out", str(out))
    assert convert(tmp_path, *options, target="out.h5") == 0
    before, after = (json.loads(path.read_text())["config"] for path in (ZOO / "model.json", out))
    assert [layer["class_name"] for layer in after] == ["Lambda", "Convolution2D", "Flatten", "Dense"]
    assert after[0]["config"]["function"] == before[0]["config"]["function"]


def test_without_an_expression_both_ways_out_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert(tmp_path) == 3
    told = capsys.readouterr().err
    assert "--lambda 'lambda_1=EXPRESSION'" in told
    assert "--keep lambda_1" in told


def test_a_kept_lambda_is_an_island_and_unproven(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "model.json"
    options = ("--dialect", "same", "--keep", "lambda_1", "--architecture-out", str(out))
    assert convert(tmp_path, *options, target="out.h5") == 0
    assert "NOT PROVEN" in capsys.readouterr().out
    layers = json.loads(out.read_text())["config"]
    assert [layer["class_name"] for layer in layers] == ["Lambda", "Permute", "Convolution2D", "Flatten", "Dense"]
    assert layers[0]["config"]["batch_input_shape"] == [None, 3, 8, 8]


@pytest.mark.parametrize("said", ["lambda_1", "=x", "lambda_1=", "lambda_2=x/2", "lambda_1=open('x')"])
def test_what_is_said_of_no_lambda_or_not_allowed_is_a_usage_error(said: str, tmp_path: Path) -> None:
    assert convert(tmp_path, "--lambda", said) == 2
