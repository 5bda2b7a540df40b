"""The Markdown report: verdict first, proof with controls, what is assumed, one command to run it again."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from dimorder.proof import Drift
from dimorder.report.markdown import LONGEST, render
from dimorder.report_data import MoveLine, Report
from sample_reports import EVERY, a_check, a_comparison, a_conversion, a_proof, an_inspection

EVIL = "`|<img src=x onerror=y>\n@octocat fixes #12 \x1b[2J **b** [l](http://evil.example)"


def html_of(text: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


def test_sections_stand_in_order() -> None:
    text = render(a_conversion())
    words = ["EQUIVALENT", "### Assumed", "### Proof", "### Wrong", "### Proven", "### Not proven", "### Next"]
    assert text.startswith("## EQUIVALENT: `model.h5` → `model.tf.h5`\n")
    assert [text.index(word) for word in words] == sorted(text.index(word) for word in words)
    assert "```\ndimorder prove --check model.tf.h5.proof.json\n```" in text


def test_the_proof_is_a_table_with_its_controls() -> None:
    text = render(a_conversion())
    assert "| `dense_2` | 2.1e-07 | 1e-04 | 3.4e-08 |" in text
    assert "| `no flip` | 0.89 | 25.0 % | told apart |" in text


def test_unproven_is_said_loudly() -> None:
    text = render(a_conversion(verdict="unproven", proof=None))
    assert "**NOT PROVEN" in text
    assert "--check" not in text


@pytest.mark.parametrize("report", EVERY)
def test_every_report_begins_with_its_verdict(report: Report) -> None:
    assert render(report).startswith("## ")


@pytest.mark.parametrize(
    "report",
    [
        a_conversion(
            source=EVIL, target=EVIL, because=EVIL, verdict="planned", assumptions=(EVIL,), kept=(EVIL,),
            plan=(MoveLine(EVIL, (EVIL,), EVIL),), certificate=EVIL,
        ),
        a_comparison(because=EVIL, outputs=(Drift(EVIL, 1.0, 1.0),), uncovered=(EVIL,), first_divergence=EVIL),
        an_inspection(file=EVIL, era=EVIL),
        a_check(EVIL),
    ],
)  # fmt: skip
def test_names_are_text_only(report: Report) -> None:
    html = html_of(render(report))
    assert "<img" not in html
    assert "<a " not in html
    assert "<strong>b" not in html
    assert "@octocat" not in html.replace("<pre>", "\0").partition("\0")[0]
    assert "\x1b" not in html


def test_a_thousand_outputs_fit_into_a_comment() -> None:
    many = tuple(Drift("x" * 60_000 + str(n), 1.0, 1.0) for n in range(1000))
    assert len(render(a_conversion(proof=a_proof(outputs=many, uncovered=("u" * 999,) * 5000)))) <= LONGEST + 100
