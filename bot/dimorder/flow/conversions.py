"""Files that others converted, beside their originals: held against what the conversion makes, and mistakes named.

Names only say what to compare. Where the numbers do not say that the one was made from the other, nothing is told.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dimorder.errors import DimorderError, EnvironmentProblem
from dimorder.finding import Finding, Related
from dimorder.flow.as_findings import finding
from dimorder.flow.lint_report import Judged
from dimorder.flow.mates import mate
from dimorder.flow.naming import default_target
from dimorder.flow.on_files import diagnose_files
from dimorder.flow.options import TF_TF, Options
from dimorder.layout import Layout
from dimorder.report_data import DiagnoseReport, Mistake
from dimorder.sandbox.outside import Progress

CODE = "layout.converted"
_TOKENS = re.compile(r"(?<=[\W_])(theano|th)(?![a-z])|(?<![a-z])(theano|th)(?=[-_])", re.IGNORECASE)
"""The words beside some other word: files that are called th.h5 and tf.h5 alone may be anything."""
_OTHERS = {"theano": "tensorflow", "th": "tf"}
_OTHER_NUMBERS = ("not-copied", "altered", "exchanged")
"""Mistakes that two trainings of one model make, too."""
_NO_MOVE = ("missing", "extra", "not-computed")
"""What says nothing of how numbers were moved."""
_UNTOUCHED = ("not-flipped", "dense-rows-unpermuted", "not-transposed")
_MOST_PAIRS, _MOST_TOLD = 20, 3
_LARGEST = 64 << 20
"""Bytes of a file that is compared: `check` stays cheap, and `diagnose` takes larger ones."""


def wrong_conversions(
    models: Sequence[Judged], is_proven: Callable[[str, str], bool], progress: Progress
) -> Iterator[Finding]:
    """One finding for each file that is a wrong conversion of the one beside it.

    is_proven: whether the second path is the first one's twin, which needs no look at its numbers here.
    """
    known = {one.path: one for one in models if one.kind != "architecture"}
    pairs = [(one, known[name]) for one in known.values() for name in _twin_names(one.path) if name in known]
    for original, converted in pairs[:_MOST_PAIRS]:
        if original.sha256 == converted.sha256 or _is_large(original) or _is_large(converted):
            continue
        if not _is_of_theano(original) or is_proven(original.path, converted.path):
            continue
        report = _diagnosed(original, converted, progress)
        if report is not None and (mistakes := _of_moving(report)) and not _is_copy(mistakes, original, converted):
            yield _told(original, converted, mistakes)


def _twin_names(path: str) -> tuple[str, ...]:
    """What a converted file beside this one may be called."""
    folder, name = os.path.split(path)
    other = _TOKENS.sub(lambda found: _OTHERS[found[0].lower()], name)
    names = (*_targets(path), os.path.join(folder, other))
    return tuple(found for found in dict.fromkeys(names) if found != path)


def _targets(path: str) -> tuple[str, ...]:
    """What our own conversion calls it."""
    return default_target(path, TF_TF, None), default_target(path, TF_TF, "keras3")


def _is_of_theano(original: Judged) -> bool:
    return "th" in (original.verdict.layout.dim_ordering, original.verdict.layout.kernels)


def _is_large(one: Judged) -> bool:
    try:
        return os.path.getsize(one.path) > _LARGEST
    except OSError:
        return True


def _diagnosed(original: Judged, converted: Judged, progress: Progress) -> DiagnoseReport | None:
    """None where it cannot be told."""
    paths = {"source": original.path, "converted": converted.path}
    beside = mate(original.path) if original.kind == "weights" else ""
    paths |= {"architecture": beside} if beside else {}
    options = Options(accept="likely", target=_target(original, converted), unproven=True)
    try:
        return diagnose_files(paths, options, progress)
    except EnvironmentProblem:
        raise
    except DimorderError:
        return None


def _target(original: Judged, converted: Judged) -> Layout:
    """As the name promises; where it speaks of the backend alone, channels may have stayed where they were."""
    stayed = converted.path not in _targets(original.path) and converted.verdict.layout.dim_ordering == "th"
    return Layout("th", "tf") if stayed else TF_TF


def _of_moving(report: DiagnoseReport) -> tuple[Mistake, ...]:
    """Mistakes made while moving the original's numbers; none if some of the numbers are not the original's."""
    if any(one.mistake in _OTHER_NUMBERS for one in report.mistakes):
        return ()
    return tuple(one for one in report.mistakes if one.mistake not in _NO_MOVE)


def _is_copy(mistakes: Sequence[Mistake], original: Judged, converted: Judged) -> bool:
    """Whether nothing was moved at all: a model trained twice from one seed, or only called like a conversion."""
    if any(one.mistake not in _UNTOUCHED for one in mistakes) or _shapes(original) != _shapes(converted):
        return False
    told = {name for one in mistakes for name in (one.tensor, one.found)}
    kernels = [tensor for tensor in converted.model.tensors() if sum(size > 1 for size in tensor.shape) > 2]
    return all(tensor.name in told for tensor in kernels)


def _shapes(one: Judged) -> list[tuple[int, ...]]:
    return [tensor.shape for tensor in one.model.tensors()]


def _told(original: Judged, converted: Judged, mistakes: Sequence[Mistake]) -> Finding:
    words: dict[str, list[Mistake]] = {}
    for one in mistakes:
        words.setdefault(one.mistake, []).append(one)
    said = [f"{word} ({same[0].tensor}{_more(same)}: {same[0].because})" for word, same in words.items()]
    rest = f"; and {len(said) - _MOST_TOLD} more mistakes" if len(said) > _MOST_TOLD else ""
    name = os.path.basename(original.path)
    message = f"not what converting {name} yields: {'; '.join(said[:_MOST_TOLD])}{rest}"
    made = finding("DIM103", converted.path, message, CODE, None, "certain")
    says = f"the original; dimorder diagnose {name} {os.path.basename(converted.path)} tells all"
    return replace(made, related=(Related(original.path, None, says),))


def _more(same: Sequence[Mistake]) -> str:
    return f" and {len(same) - 1} more" if len(same) > 1 else ""
