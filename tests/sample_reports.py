"""Reports as the flows return them, small, every axis of another length."""

from __future__ import annotations

from typing import Any

from dimorder.layout import Layout
from dimorder.plan import Edit, Port
from dimorder.proof import Control, Drift, Proof
from dimorder.report_data import (
    CheckReport,
    ConvertReport,
    InspectReport,
    LayerLine,
    MoveLine,
    ProveReport,
    TensorLine,
)
from dimorder.verdict import Evidence

ASSUMED = "kernels read as Theano's, because --from says so"


def a_proof(**changes: Any) -> Proof:
    told: dict[str, Any] = {
        "verdict": "equivalent",
        "because": "every output lies within the limits",
        "relative_l2": 2.1e-7,
        "max_abs": 3.4e-8,
        "top1_agreement": 1.0,
        "top5_agreement": None,
        "first_divergence": None,
        "outputs": (Drift("dense_2", 2.1e-7, 3.4e-8),),
        "layers": (Drift("conv_1", 1.1e-7, 2e-8), Drift("dense_2", 2.1e-7, 3.4e-8)),
        "referees": ("dimorder's engine on numpy 2",),
        "probes": {"seed": 0, "counts": {"ramp": 3, "noise": 2}, "samples": 0},
        "controls": (
            Control("no flip", "global", 0.89, 0.25, told_apart=True),
            Control("unconverted", "global", None, None, False, applicable=False, because="would raise"),
            Control("rows left", "/dense_1/dense_1_W", 0.31, None, told_apart=True),
        ),
        "uncovered": (),
        "proven": ("The converted file computes what the original computes as read.",),
        "not_proven": (ASSUMED, "Inputs unlike the probes."),
    }
    return Proof(**{**told, **changes})


def a_conversion(**changes: Any) -> ConvertReport:
    told: dict[str, Any] = {
        "source": "model.h5",
        "target": "model.tf.h5",
        "sha256": {"source": "ab" * 32, "target": "cd" * 32},
        "verdict": "equivalent",
        "because": "every output lies within the limits",
        "dialect": "same",
        "layout": {"source": "th/th/chw", "target": "tf/tf"},
        "assumptions": (ASSUMED,),
        "plan": (
            *(MoveLine(f"conv_{n}_W", ("permute OIHW to HWIO", "flip H and W"), "kernel") for n in range(1, 8)),
            MoveLine("dense_1_W", ("reorder 30 rows",), "behind Flatten"),
        ),
        "edits": (Edit("conv_1", "padding made explicit"), Edit("conv_2", "padding made explicit")),
        "refusals": (),
        "kept": (),
        "inputs": (Port("input_1", (3, 5, 7), (5, 7, 3), (1, 2, 0)),),
        "outputs": (Port("dense_2", (11,), (11,), (0,)),),
        "training": "preserved",
        "proof": a_proof(),
        "options": {},
        "certificate": "model.tf.h5.proof.json",
    }
    return ConvertReport(**{**told, **changes})


def an_inspection(**changes: Any) -> InspectReport:
    told: dict[str, Any] = {
        "file": "model.h5",
        "sha256": "ab" * 32,
        "era": "keras1",
        "keras_version": "1.2.2",
        "backend": "",
        "kind": "weights",
        "layout": Layout("th", "th", "th"),
        "confidence": {"dim_ordering": "certain", "kernels": "likely", "dense_rows": "certain"},
        "evidence": (Evidence("kernels", "th", "weight names carry no ':0'", "likely"),),
        "layers": (LayerLine("conv_1", "Convolution2D", (TensorLine("conv_1_W", (2, 3, 5, 7), "float32"),)),),
    }
    return InspectReport(**{**told, **changes})


def a_comparison(**changes: Any) -> ProveReport:
    hashes = {"original": "ab" * 32, "converted": "cd" * 32}
    layout = {"original": "th/th", "converted": "tf/tf"}
    return ProveReport("model.h5", "model.tf.h5", hashes, layout, (ASSUMED,), a_proof(**changes))


def a_check(*differences: str) -> CheckReport:
    path = "model.tf.h5.proof.json"
    if differences:
        return CheckReport(path, "not confirmed", differences, a_comparison())
    return CheckReport(path, "confirmed", (), a_comparison())


EVERY = (a_conversion(), an_inspection(), a_comparison(), a_check(), a_check("the verdict is different"))
