"""Reports as the flows return them, small, every axis of another length."""

from __future__ import annotations

from typing import Any

from dimorder.finding import RULES, Finding, Fix, Related, Skipped
from dimorder.layout import Layout
from dimorder.pictures import Confusion, Kernels, Pictures, Points
from dimorder.plan import Edit, Port, Refusal
from dimorder.proof import Control, Drift, Proof
from dimorder.report_data import (
    ArrayLine,
    CheckReport,
    ConvertReport,
    DiagnoseReport,
    FindingsReport,
    Fixed,
    FixReport,
    InspectReport,
    LayerLine,
    Mistake,
    MoveLine,
    ProveReport,
    TensorLine,
    Unfixed,
)
from dimorder.verdict import Evidence

ARRAYS = (
    ArrayLine("conv_1", "Convolution2D", "conv_1_W", (5, 2, 3, 4), (3, 4, 2, 5), ("permute OIHW to HWIO",)),
    ArrayLine("conv_1", "Convolution2D", "conv_1_b", (5,), (5,)),
    ArrayLine("dense_1", "Dense", "dense_1_W", (30, 11), None, ("reorder 30 rows",)),
)
WRONG = Points("dense_2", (-1.5, 0.0, 2.5), (0.5, 2.0, -2.5), 30)
GRID, TURNED = ((0.5, -0.25, 0.0), (1.0, 0.125, -1.0)), ((-1.0, 0.125, 1.0), (0.0, -0.25, 0.5))
PICTURES = Pictures(
    (Points("dense_2", (-1.5, 0.0, 2.5), (-1.5, 0.0, 2.5000002), 40, "softmax"),),
    Kernels("conv_1_W", ("OIHW", "HWIO"), ("permute OIHW to HWIO", "flip H and W"), (GRID,), (TURNED,), 5),
    (Confusion("dense_2", (0, 3), True, ((2, 0, 0), (0, 7, 1), (0, 1, 0)), ((2, 0, 0), (0, 7, 1), (0, 1, 0))),),
)
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
            Control("no flip", "global", 0.89, 0.25, told_apart=True, points=WRONG),
            Control("unconverted", "global", None, None, False, applicable=False, because="would raise"),
            Control("rows left", "/dense_1/dense_1_W", 0.31, None, told_apart=True),
        ),
        "uncovered": (),
        "proven": ("The converted file computes what the original computes as read.",),
        "not_proven": (ASSUMED, "Inputs unlike the probes."),
        "pictures": PICTURES,
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
        "evidence": (Evidence("kernels", "th", "weight names carry no ':0'", "likely"),),
        "arrays": ARRAYS,
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
    told = (Evidence("dim_ordering", "th", "'conv_1' says channels first"),)
    given = ("--from", "th/th")
    return ProveReport("model.h5", "model.tf.h5", hashes, layout, (ASSUMED,), a_proof(**changes), told, ARRAYS, given)


def a_check(*differences: str) -> CheckReport:
    path = "model.tf.h5.proof.json"
    if differences:
        return CheckReport(path, "not confirmed", differences, a_comparison())
    return CheckReport(path, "confirmed", (), a_comparison())


def a_diagnosis(**changes: Any) -> DiagnoseReport:
    told: dict[str, Any] = {
        "original": "model.h5",
        "converted": "other.h5",
        "sha256": {"original": "ab" * 32, "converted": "ef" * 32},
        "layout": {"original": "th/th/chw", "target": "tf/tf"},
        "verdict": "wrong",
        "assumptions": (ASSUMED,),
        "mistakes": (Mistake("conv_1_W", "not-flipped", "its kernels were not turned"),),
        "right": 3,
        "arrays": 4,
        "edits": (Edit("conv_1", "padding made explicit"),),
        "unjudged": (Refusal("odd_1", "no rule for Odd"),),
        "repair": a_conversion(),
    }
    return DiagnoseReport(**{**told, **changes})


def a_finding(rule: str = "DIM204", **changes: Any) -> Finding:
    """Of code; for a binary give line=None, column=None, source=""."""
    told: dict[str, Any] = {
        "rule": rule,
        "name": RULES[rule].name,
        "severity": RULES[rule].severity,
        "confidence": "certain",
        "path": "nets/model.py",
        "message": "axis 1 is the channels' only where channels come first",
        "code": "axis.channels",
        "fingerprint": "0123456789abcdef",
        "line": 12,
        "column": 38,
        "source": "    x = merge([a, b], mode='concat', concat_axis=1)",
    }
    return Finding(**{**told, **changes})


def findings(*found: Finding, **changes: Any) -> FindingsReport:
    told: dict[str, Any] = {"checked": 7, "skipped": (), "suppressed": 0, "outcome": "finding" if found else "clean"}
    return FindingsReport(found, **{**told, **changes})


def fixes(**changes: Any) -> FixReport:
    told: dict[str, Any] = {
        "fixed": (Fixed("nets/model.py", ("concat_axis=1 becomes -1",), DIFF), Fixed("w.tf.h5", ("written, proven",))),
        "refused": (Unfixed("notes.ipynb", "set_image_dim_ordering", "a magic stands in it", line=4, cell=3),),
        "written": True,
        "offered": 1,
    }
    return FixReport(**{**told, **changes})


DIFF = """--- a/nets/model.py
+++ b/nets/model.py
@@ -11,3 +11,3 @@
 def top(a, b):
-\tx = merge([a, b], concat_axis=1)\x20\x20
+\tx = merge([a, b], concat_axis=-1)\x20\x20
\x20
"""


def many_findings() -> FindingsReport:
    """One of every kind: code, a binary, a cell, a refusal, a note; with and without a fix; a path passed over."""
    binary: dict[str, Any] = {"line": None, "column": None, "source": ""}
    elsewhere = Related("nets/data.py", 3, "the images come with channels last from here")
    return findings(
        a_finding("DIM101", path="w/vgg 16.h5", message="weights in Theano's ordering", confidence="likely", **binary),
        a_finding(fix=Fix(False, "concat_axis=-1"), related=(elsewhere, Related("w.h5", None, "loaded here"))),
        a_finding("DIM208", path="notes.ipynb", cell=3, line=4, column=2, source="\tx = Conv2D(3, 5)(größe)"),
        a_finding("DIM402", path="broken.h5", message="not HDF5", code="hdf5.signature", **binary),
        a_finding("DIM109", path="old.json", message="of Keras 1", code="", fix=Fix(True, "write it anew"), **binary),
        skipped=(
            Skipped("link.h5", "leads out of the folder", "link"),
            Skipped("a.json", "no model", "input.not-keras"),
        ),
        outcome="refused",
        suppressed=2,
        statistics={"DIM101": 1, "DIM204": 1},
    )


EVERY = (
    a_conversion(), an_inspection(), a_comparison(), a_check(), a_check("the verdict is different"), a_diagnosis(),
    many_findings(), findings(), findings(fixes=fixes()),
)  # fmt: skip
