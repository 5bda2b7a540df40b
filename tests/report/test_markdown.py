"""The Markdown report: verdict first, proof with controls, what is assumed, one command to run it again."""

from __future__ import annotations

from typing import Any

import pytest

from dimorder.finding import Fix
from dimorder.proof import Drift
from dimorder.report.markdown import COMMENT, SUMMARY, Room, render
from dimorder.report_data import MoveLine, Report
from sample_reports import (
    EVERY,
    a_check,
    a_comparison,
    a_conversion,
    a_diagnosis,
    a_finding,
    a_proof,
    an_inspection,
    findings,
    fixes,
)
from support.gfm import acts, read, rendered
from support.strange import HOSTILE, strange_markup

OURS = {
    "h2", "h3", "p", "ul", "li", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "strong", "details",
    "summary",
}  # fmt: skip


def size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def test_sections_stand_in_order() -> None:
    text = render(a_conversion())
    words = ["EQUIVALENT", "### Assumed", "### Proof", "### Proven", "### Not proven", "### Next", "Moved: 8"]
    assert text.startswith("## EQUIVALENT: `model.h5` → `model.tf.h5`\n")
    assert [text.index(word) for word in words] == sorted(text.index(word) for word in words)
    assert "```\ndimorder prove --check model.tf.h5.proof.json\n```" in text


def test_the_proof_is_a_table_with_its_controls() -> None:
    text = render(a_conversion())
    assert "| **this conversion** | 2.1e-07 | 100 % | within the limit 1e-04 |" in text
    assert "| on purpose: `no flip` | 0.89 | 25.0 % | told apart |" in text
    assert "| `dense_2` | 2.1e-07 | 1e-04 | 3.4e-08 |" in text


def test_what_moved_is_not_called_within_the_limit() -> None:
    assert "| limit 1e-04 |" in render(a_comparison(verdict="different", relative_l2=0.5))


def test_unproven_is_said_loudly() -> None:
    text = render(a_conversion(verdict="unproven", proof=None))
    assert "**NOT PROVEN" in text
    assert "--check" not in text


def test_two_files_are_compared_again_as_they_were() -> None:
    text = render(a_comparison())
    assert "```\ndimorder prove model.h5 model.tf.h5 --from th/th\n```" in text


def test_findings_end_with_what_to_do() -> None:
    text = render(findings(a_finding("DIM101", path="a b.h5", line=None), a_finding(fix=Fix(False, "-1"))))
    assert "```\ndimorder convert 'a b.h5'\n```" in text
    assert "```\ndimorder check --fix --unsafe-fixes --diff\n```" in text


def test_the_worst_finding_stands_first() -> None:
    text = render(findings(a_finding("DIM202"), a_finding("DIM205"), a_finding("DIM204")))
    assert text.index("DIM205") < text.index("DIM204") < text.index("DIM202")


@pytest.mark.parametrize("report", EVERY)
def test_every_report_begins_with_its_verdict(report: Report) -> None:
    assert render(report).startswith("## ")


@pytest.mark.parametrize("report", EVERY)
def test_what_is_opened_is_closed(report: Report) -> None:
    text = render(report)
    assert text.count("<details>") == text.count("</details>")
    assert set(read(rendered(text)).tags) <= OURS


def strange_reports(name: str) -> list[Report]:
    """Reports in which everything that a stranger chooses is this text."""
    evil: dict[str, Any] = {"source": name, "target": name, "because": name, "kept": (name,), "certificate": name}
    proof = a_proof(outputs=(Drift(name, 1.0, 1.0),), uncovered=(name,), first_divergence=name, not_proven=(name,))
    moves = (MoveLine(name, (name,), name),)
    return [
        a_conversion(**evil, verdict="planned", assumptions=(name,), plan=moves, proof=proof, notes=(name,)),
        a_comparison(because=name, outputs=(Drift(name, 1.0, 1.0),), uncovered=(name,), first_divergence=name),
        an_inspection(file=name, era=name),
        a_check(name),
        a_diagnosis(original=name, converted=name),
        findings(a_finding(path=name, message=name, code=name, source=name), notes=(name,), fixes=fixes()),
    ]


@pytest.mark.parametrize("name", [*HOSTILE, *strange_markup(20, 3)])
def test_names_are_text_only(name: str) -> None:
    for report in strange_reports(name):
        text = render(report)
        seen = read(rendered(text))
        assert set(seen.tags) <= OURS
        assert [one for one in seen.attributes if one[1] != "align"] == []
        assert seen.other == []
        without_commands = "".join(text.split("```")[::2])
        assert acts(read(rendered(without_commands)).running) == []


MANY = a_conversion(
    proof=a_proof(
        outputs=tuple(Drift("x" * 60_000 + str(n), 1.0, 1.0) for n in range(1000)), uncovered=("u" * 999,) * 5000
    )
)


@pytest.mark.parametrize("report", [MANY, findings(*(a_finding(message="| é" * 999) for _ in range(600)))])
@pytest.mark.parametrize("room", [COMMENT, SUMMARY, Room(9000, (40, 5)), Room(900, (40, 5))])
def test_what_does_not_fit_is_left_out_and_said(report: Report, room: Room) -> None:
    text = render(report, room)
    assert size(text) <= room.most
    assert "JSON report holds everything" in text or "more" in text
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0


def test_a_summary_holds_more_than_a_comment() -> None:
    report = findings(*(a_finding(path=f"{n}.py") for n in range(1500)))
    assert "and 1460 more findings" in render(report)
    assert "1499.py" in render(report, SUMMARY)
