"""Numbers that real Keras computed: on Theano, on jax, and (keras-js) on TensorFlow."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dimorder import semantics
from dimorder.engine.run import compute
from dimorder.engine.table import COMPUTE
from dimorder.semantics import Op
from dimorder.shapes import output_shape
from dimorder.steps import Array
from dimorder.weights import weights_of
from engine.keras_js import NO_OPERATION, cases_of

GOLDEN = Path(__file__).parent / "golden"
CORPUS = Path(os.environ.get("DIMORDER_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")


IN_MODELS = {
    "flow/test_legacy.py": ("Highway", "Maxout", "SReLU", "ParametricSoftplus"),
    "formats/test_keras0.py": ("ElementNorm",),
    "engine/test_steps.py": ("ConvRecurrent", "LocallyConnected", "Patches", "Einsum"),
}
"""Operations that real predictions of whole models cover, and where."""


def golden(file: str) -> list[Any]:
    """The cases of one file, each with a name that says which one failed."""
    cases = json.loads((GOLDEN / file).read_text(encoding="utf-8"))["cases"]
    seen: Counter[str] = Counter()
    named = []
    for case in cases:
        seen[case["op"]] += 1
        named.append(pytest.param(case, id=f"{case['op']}-{seen[case['op']]}"))
    return named


def operation(case: dict[str, Any]) -> Op:
    """The operation that a case states, its lists turned to tuples."""
    fields = {key: frozen(value) for key, value in case["fields"].items()}
    op: Op = getattr(semantics, case["op"])(**fields)
    return op


def frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return operation(value)
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def agrees(op: Op, inputs: Sequence[Array], weights: Sequence[Array], expected: Array) -> None:
    """The engine's value, the shape foretold for it, and the arrays foretold for the operation."""
    shapes = tuple(batch.shape[1:] for batch in inputs)
    for dtype in (np.float32, np.float64):
        value = compute(op, [b.astype(dtype) for b in inputs], [w.astype(dtype) for w in weights])
        assert value.dtype == dtype
        assert value.shape == expected.shape
        np.testing.assert_allclose(value, expected, rtol=2e-6, atol=4e-6)
    assert output_shape(op, shapes) == expected.shape[1:]
    assert [weight.shape for weight in weights_of(op, shapes)] == [w.shape for w in weights]


def agrees_with(case: dict[str, Any]) -> None:
    inputs, weights = ([np.array(one) for one in case[key]] for key in ("inputs", "weights"))
    numbers, shape = case["expected"]
    agrees(operation(case), inputs, weights, np.array(numbers).reshape(shape))


@pytest.mark.parametrize("case", golden("theano.json"))
def test_it_computes_what_keras_1_on_theano_computes(case: dict[str, Any]) -> None:
    agrees_with(case)


@pytest.mark.parametrize("case", golden("keras3.json"))
def test_it_computes_what_keras_3_computes(case: dict[str, Any]) -> None:
    agrees_with(case)


def test_golden_numbers_cover_every_operation() -> None:
    files = ("theano.json", "keras3.json")
    tried = {param.values[0]["op"] for file in files for param in golden(file)}
    tried |= {op for ops in IN_MODELS.values() for op in ops}
    assert tried == {op.__name__ for op in COMPUTE}


@pytest.mark.skipif(
    not (CORPUS / "keras-js").is_dir(),
    reason="no corpus: set DIMORDER_CORPUS to the folder that holds keras-js",
)
def test_it_computes_what_keras_2_on_tensorflow_computed_for_keras_js() -> None:
    run, left = 0, 0
    for file in sorted((CORPUS / "keras-js").glob("*/*.json")):
        data = json.loads(file.read_text(encoding="utf-8"))
        if file.stem in NO_OPERATION:
            left += len(data)
            continue
        for (name, case), ops in zip(data.items(), cases_of(file.stem), strict=True):
            follows(name, case, ops)
            run += 1
    print(f"keras-js: {run} cases agree, {left} have no operation ({', '.join(NO_OPERATION)})")
    assert (run, left) == (161, 13)


def follows(name: str, case: dict[str, Any], ops: Sequence[Op]) -> None:
    """A layer of keras-js: one operation, and its activation after it."""

    def array(entry: dict[str, Any]) -> Array:
        return np.array(entry["data"], np.float64).reshape(entry["shape"])

    value, weights = array(case["input"])[None], [array(w) for w in case.get("weights", [])]
    for op in ops:
        value, weights = compute(op, [value], weights), []
    # keras-js rounds everything to six decimals.
    np.testing.assert_allclose(value[0], array(case["expected"]), atol=1e-5, err_msg=name)
