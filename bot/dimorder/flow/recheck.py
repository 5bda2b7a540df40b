"""A certificate's proof run again: hashes and verdict exactly, figures within what machines differ by."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from dimorder.flow.certificate import Certificate, StatedControl, StatedProof, figures
from dimorder.flow.prove import prove
from dimorder.proof import DOUBT
from dimorder.report import as_json
from dimorder.report_data import CheckReport
from dimorder.sandbox.files import sha256
from dimorder.sandbox.outside import Outside

RELATIVE = 1e-3
"""Machines sum in another order: figures agree to three digits, or both are rounding (below DOUBT)."""
ABSOLUTE = 1e-7
"""Of errors in the outputs' own unit, unless the relative ones say that both are rounding."""
_CALLED = {
    "source": "the original",
    "converted": "the converted file",
    "architecture": "the architecture",
    "converted_architecture": "the converted architecture",
    "samples": "the file of samples",
    "expect": "the file of known answers",
}


def recheck(
    files: Mapping[str, BinaryIO],
    names: Mapping[str, str],
    options: Certificate,
    outside: Outside,
) -> CheckReport:
    """What the certificate says against what is found; other files are not even computed with."""
    other = tuple(changed(files, names, options))
    if other:
        return CheckReport(options.path, "not confirmed", other, None)
    again = prove(files, names, options.options, outside)
    found = tuple(differences(options.proof, figures(as_json.document(again))))
    return CheckReport(options.path, "not confirmed" if found else "confirmed", found, again)


def changed(files: Mapping[str, BinaryIO], names: Mapping[str, str], stated: Certificate) -> Iterator[str]:
    """One sentence for each file that is not the one that was certified."""
    for role, file in files.items():
        called = _called(role, names)
        if not called:
            continue  # nothing that is read
        digest, certified = sha256(file), stated.sha256.get(role)
        if certified is None:
            yield f"the certificate knows nothing of {called}"
        elif digest != certified:
            yield (
                f"{called} is not the one that was certified: "
                f"sha256 {digest[:16]}…, the certificate says {certified[:16]}…"
            )


def _called(role: str, names: Mapping[str, str]) -> str:
    """A file in words; "" for one that nobody named."""
    whole, _, shard = role.partition(":")
    if whole not in names:
        return ""
    return f"{_CALLED[whole]}'s shard ({shard})" if shard else f"{_CALLED[role]} ({names[role]})"


def differences(stated: StatedProof, found: StatedProof) -> Iterator[str]:
    """One sentence for each thing that is not as stated."""
    if stated.verdict != found.verdict:
        yield f"the verdict is {found.verdict}, the certificate says {stated.verdict}"
    for name in ("relative_l2", "top1_agreement", "top5_agreement"):
        yield from _figure(name, getattr(stated, name), getattr(found, name), DOUBT)
    yield from _largest("max_abs", stated, found)
    yield from _outputs(stated, found)
    yield from _controls(stated, found)
    if set(stated.uncovered) != set(found.uncovered):
        yield f"uncovered arrays: {len(found.uncovered)}, the certificate says {len(stated.uncovered)}"


def _outputs(stated: StatedProof, found: StatedProof) -> Iterator[str]:
    ours = {output.name: output for output in found.outputs}
    if set(ours) != {output.name for output in stated.outputs}:
        yield "the model has other outputs than the certificate names"
        return
    for output in stated.outputs:
        again = ours[output.name]
        what = f"relative_l2 of output '{output.name}'"
        yield from _figure(what, output.relative_l2, again.relative_l2, DOUBT)


def _controls(stated: StatedProof, found: StatedProof) -> Iterator[str]:
    ours = {(control.scope, control.name): control for control in found.controls}
    theirs = {(control.scope, control.name): control for control in stated.controls}
    if ours.keys() != theirs.keys():
        yield "other mistakes were tried than the certificate names"
        return
    for key, control in theirs.items():
        yield from _control(control, ours[key])


def _control(stated: StatedControl, found: StatedControl) -> Iterator[str]:
    called = f"'{stated.name}'" if stated.scope == "global" else f"'{stated.name}' at {stated.scope}"
    for name in ("told_apart", "applicable"):
        if getattr(stated, name) != getattr(found, name):
            yield f"the mistake {called}: {name} is {getattr(found, name)}, not {getattr(stated, name)}"
    yield from _figure(f"relative_l2 of {called}", stated.relative_l2, found.relative_l2, DOUBT)


def _largest(name: str, stated: StatedProof, found: StatedProof) -> Iterator[str]:
    """Where the relative figures are rounding on both sides, so is this one, at the outputs' own scale."""
    if (stated.relative_l2 or 0) > DOUBT or (found.relative_l2 or 0) > DOUBT:
        yield from _figure(name, stated.max_abs, found.max_abs, ABSOLUTE)


def _figure(name: str, stated: float | None, found: float | None, absolute: float) -> Iterator[str]:
    if stated is None or found is None:
        same = stated is found
    else:
        same = math.isclose(stated, found, rel_tol=RELATIVE, abs_tol=absolute)
    if not same:
        yield f"{name} is {found}, the certificate says {stated}"
