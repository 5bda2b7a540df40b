"""What to do next: one or two sentences for each outcome, the same in every format."""

from __future__ import annotations

from dimorder.report import words
from dimorder.report_data import ConvertReport, InspectReport


def after_convert(report: ConvertReport) -> tuple[str, ...]:
    """Sentences with the commands in them."""
    match report.verdict:
        case "equivalent":
            return _written(report)
        case "unproven":
            return (*_written(report), "Prove it before you use it: pass the architecture with --architecture.")
        case "planned":
            return ("Run it again without --dry-run: the target appears only if it is proven.",)
        case "inconclusive":
            return ("Nothing was written. Real inputs tell more than made ones: pass --samples.",)
        case "different":
            return ("Nothing was written. This is a bug of dimorder: please report it.",)
        case "unchanged":
            return ("Nothing to do, nothing was written.",)
        case "refused":
            hints = dict.fromkeys(one.hint for one in report.refusals if one.hint)
            return ("Nothing was written.", *hints)


def _written(report: ConvertReport) -> tuple[str, ...]:
    there = "stood there already, byte for byte the same" if report.already_there else "written"
    steps = [f"{report.target}: {there}; the original was not touched."]
    if report.proof and report.proof.expectation is None:
        steps.append(
            "Do you know what the original predicts for some inputs? "
            "--samples and --expect then also prove that it was read rightly."
        )
    return tuple(steps)


def after_inspect(report: InspectReport) -> tuple[str, str]:
    """A sentence, and the command that fits the file ("" where there is nothing to do)."""
    layout, confidence = report.layout, report.confidence
    doubtful = any(value != "certain" for value in confidence.values())
    if "th" not in (layout.dim_ordering, layout.kernels, layout.dense_rows):
        return "No sign of Theano ordering." if doubtful else "Nothing to convert.", ""
    stated = ("--from", _stated(report)) if doubtful else ()
    bare = ("--architecture", "model.json") if report.kind == "weights" else ()
    said = "If you know that it is so, convert it and see the proof:" if doubtful else "Convert it:"
    return said, words.command("dimorder", "convert", report.file, *stated, *bare)


def _stated(report: InspectReport) -> str:
    parts = (report.layout.dim_ordering, report.layout.kernels)
    return "/".join(part if part in ("th", "tf") else "th" for part in parts)
