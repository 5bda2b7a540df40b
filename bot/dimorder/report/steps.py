"""What to do next: one or two sentences for each outcome, the same in every format."""

from __future__ import annotations

from dimorder.report import words
from dimorder.report.words_check import convertible
from dimorder.report_data import ConvertReport, DiagnoseReport, FindingsReport, InspectReport

LAYOUT = "LAYOUT"
"""Stands in a command where the user must say what the file does not tell."""


def after_convert(report: ConvertReport) -> tuple[str, ...]:
    """Sentences with the commands in them."""
    match report.verdict:
        case "equivalent":
            return _written(report)
        case "unproven":
            if report.target.lower().endswith(".json"):
                step = "It holds no numbers: convert the weights that belong to it with the same options."
                return (*_written(report), step)
            return (*_written(report), _to_prove(report))
        case "planned":
            return ("Run it again without --dry-run: the target appears only if it is proven.",)
        case "inconclusive":
            return ("Nothing was written. Real inputs tell more than made ones: pass --samples.",)
        case "different":
            return ("Nothing was written. This is a bug of dimorder: please report it.",)
        case "unchanged":
            return ("Nothing to do, nothing was written.",)


def _written(report: ConvertReport) -> tuple[str, ...]:
    there = "stood there already, byte for byte the same" if report.already_there else "written"
    steps = [f"{report.target}: {there}; the original was not touched."]
    if report.proof and report.proof.expectation is None:
        steps.append(
            "Do you know what the original predicts for some inputs? "
            "--samples and --expect then also prove that it was read rightly."
        )
    return tuple(steps)


def _to_prove(report: ConvertReport) -> str:
    """What would make it a proven one."""
    if "no architecture" in report.because:
        return "Prove it before you use it: pass the architecture with --architecture."
    return f"Nothing proves that it predicts the same: {report.because}."


def after_inspect(report: InspectReport) -> tuple[str, str]:
    """A sentence, and the command that fits the file ("" where there is nothing to do)."""
    layout, confidence = report.layout, report.confidence
    if report.kind == "architecture" and not report.layers:  # a keras.json
        return f"It holds no model. Of weights that were trained with these settings say --from {_stated(report)}.", ""
    doubtful = any(value != "certain" for value in confidence.values())
    if "th" not in (layout.dim_ordering, layout.kernels, layout.dense_rows):
        return "No sign of Theano ordering." if doubtful else "Nothing to convert.", ""
    if report.refusals:
        first = report.refusals[0]
        return f"It would be refused as it is. For layer {first.layer!r}: {first.hint}.", ""
    if report.kind == "architecture":
        command = words.command("dimorder", "convert", "WEIGHTS", "--architecture", report.file)
        return "It holds no arrays. Convert the weights that belong to it:", command
    stated = ("--from", _stated(report)) if doubtful else ()
    bare = ("--architecture", "model.json") if report.kind == "weights" else ()
    return _said(report, doubtful=doubtful), words.command("dimorder", "convert", report.file, *stated, *bare)


def _said(report: InspectReport, *, doubtful: bool) -> str:
    if not doubtful:
        return "Convert it:"
    if _stated(report) != LAYOUT:
        return "If you know that it is so, convert it and see the proof:"
    offered = _offered(report)
    return f"If you know which it is, write {', '.join(offered[:-1])} or {offered[-1]} for {LAYOUT} and see the proof:"


def _stated(report: InspectReport) -> str:
    """The layout as --from takes it; nothing is guessed."""
    offered = _offered(report)
    return offered[0] if len(offered) == 1 else LAYOUT


def _offered(report: InspectReport) -> list[str]:
    """Layouts that the file may have; where a fact does not matter, one stands for both."""
    parts = (report.layout.dim_ordering, report.layout.kernels)
    may = [("th", "tf") if part == "unknown" else (part if part in ("th", "tf") else "th",) for part in parts]
    return [f"{ordering}/{kernels}" for ordering in may[0] for kernels in may[1]]


def after_check(report: FindingsReport) -> tuple[tuple[str, str], ...]:
    """Sentences, each with its command; none where fixes were asked for already, or nothing can be mended."""
    if report.fixes:
        return ()
    found = []
    first = convertible(report)
    if first:
        path = first.path if not first.path.startswith("-") else f"./{first.path}"
        found.append(("Convert it and prove it:", words.command("dimorder", "convert", path)))
    fixes = [one.fix for one in report.findings if one.fix]
    if fixes:
        options = ("--fix",) if all(fix.safe for fix in fixes) else ("--fix", "--unsafe-fixes")
        found.append(("See what would be mended:", words.command("dimorder", "check", *options, "--diff")))
    return tuple(found)


def after_diagnose(report: DiagnoseReport) -> tuple[tuple[str, ...], str]:
    """Sentences, and the command that writes the right file; "" where there is nothing to write."""
    if report.repair is not None:
        return (f"{report.repair.target}: written, {report.repair.verdict}.",), ""
    if report.verdict == "right" and report.edits:
        return ("The arrays are right in an architecture that has been changed as said above.",), ""
    if report.verdict == "right":
        return ("Nothing is to be mended. What it predicts is compared with: dimorder prove.",), ""
    both = (report.original, report.converted)
    again = words.command("dimorder", "diagnose", *both, *report.given, "--repair", "RIGHT.h5")
    return ("Write the right file from the original, proven:",), again
