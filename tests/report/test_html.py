"""The HTML report: one file that anybody can read, with any program, whatever names stand in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from dimorder.finding import Page
from dimorder.proof import Drift
from dimorder.report.escape import plain
from dimorder.report.html.look import STYLE
from dimorder.report.html.render import render
from dimorder.report_data import ArrayLine, ConvertReport, ProveReport, Report, RulesReport
from dimorder.verdict import Evidence
from sample_reports import (
    ARRAYS,
    EVERY,
    PICTURES,
    a_check,
    a_comparison,
    a_conversion,
    a_diagnosis,
    a_finding,
    a_proof,
    an_inspection,
    findings,
)
from support.gfm import read
from support.strange import HOSTILE, strange_markup

PAGE = Page("DIM204", "An axis.", "It\n\nmoves.", "if a < b:\n    c", "axis=-1", "unsafe", "It becomes -1.", ("x",))
PAGES: list[Report] = [*EVERY, RulesReport((PAGE,)), a_conversion(proof=None, verdict="unproven", arrays=())]
VOID = {"meta", "link", "br"}


class Outline(HTMLParser):
    """The elements of a page, and what is wrong with how they are nested."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.inside: list[list[str]] = []
        self.feed(text)
        self.close()
        self.faults += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.inside.append(list(self.open))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def every(self, *tags: str) -> list[dict[str, str]]:
        return [told for tag, told in self.elements if tag in tags]


def text_of(report: Report) -> str:
    html = re.sub("<style>.*?</style>", "", render(report), flags=re.DOTALL)
    return " ".join(read(re.sub("<t[dh]", r" \g<0>", html)).text.split())


@pytest.mark.parametrize("report", PAGES)
def test_a_page_is_whole_and_stands_alone(report: Report) -> None:
    page = Outline(render(report))
    assert page.faults == []
    assert not page.every("script", "iframe", "img", "object", "form", "base")
    assert [told["href"] for told in page.every("link")] == ["data:,"]
    assert all(told["href"].startswith("#") for told in page.every("a"))
    assert not [name for _, told in page.elements for name in told if name.startswith("on") or name == "style"]
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    (policy,) = (told["content"] for told in page.every("meta") if told.get("http-equiv"))
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("report", PAGES)
def test_a_page_can_be_read_without_eyes(report: Report) -> None:
    page = Outline(render(report))
    keys = [told["id"] for _, told in page.elements if "id" in told]
    assert len(keys) == len(set(keys))
    linked = [told["href"][1:] for told in page.every("a")]
    named = [key for _, told in page.elements for key in told.get("aria-labelledby", "").split()]
    assert {*linked, *named} <= set(keys)
    assert all(told.get("scope") for told in page.every("th"))
    assert page.every("html")[0]["lang"] == "en"
    assert len(page.every("h1")) == 1
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels)), levels
    for place, (tag, told) in enumerate(page.elements):
        if tag == "svg" and told.get("role") == "img":
            assert page.elements[place + 1][0] == "title"
        if tag == "svg" and told.get("role") != "img":
            assert told["aria-hidden"] == "true"
        if told.get("class") in ("scroll", "command", "source"):
            assert told["tabindex"] == "0"


@pytest.mark.parametrize("chapter", ["controls", "predictions", "drift", "kernels", "classes"])
def test_a_table_stands_beside_each_chart(chapter: str) -> None:
    section = re.search(rf'<section id="{chapter}".*?</section>', render(a_conversion()), re.DOTALL)
    assert section
    page = Outline(section[0])
    assert page.every("table")
    assert chapter == "classes" or page.every("svg")


def test_the_verdict_is_read_first() -> None:
    for report, words in (
        (a_conversion(), "Equivalent The predictions did not move."),
        (a_comparison(verdict="different", because="it moved"), "Different The two files do not predict the same."),
        (a_conversion(verdict="unproven", because="no architecture", proof=None), "Not proven No architecture."),
        (a_check("another hash"), "Not confirmed It does not hold"),
        (findings(a_finding()), "Findings Found 1 warning"),
        (findings(), "Clean All checks passed"),
    ):
        assert text_of(report).partition("dimorder report ")[2].startswith(words)


def test_what_is_assumed_stands_above_what_is_proven() -> None:
    text = text_of(a_conversion())
    assert text.index("Assumed kernels read as") < text.index("Proven") < text.index("Not proven")
    assert text.index("Not proven") < text.index("dimorder prove --check model.tf.h5.proof.json") < text.index("gates")


def test_every_layer_stands_once_with_its_arrays() -> None:
    text = text_of(a_conversion())
    assert "conv_1 Convolution2D conv_1_W 5×2×3×4 3×4×2×5 permute OIHW to HWIO conv_1_b 5 5 copied" in text
    assert "dense_1 Dense dense_1_W 30×11 – reorder 30 rows" in text


def test_findings_show_the_line_that_they_are_about() -> None:
    html = render(findings(a_finding()))
    assert re.search(r"x = merge\(.*, <mark>concat_axis</mark>=1\)", html)
    assert "<mark>" not in render(findings(a_finding(column=900)))


def test_what_is_left_out_is_the_mildest() -> None:
    many = [a_finding(severity="info", path=f"a{number:03}.py") for number in range(500)]
    text = text_of(findings(*many, a_finding("DIM205", path="z.py")))
    assert "z.py" in text
    assert "and 1 more findings" in text


def test_no_number_of_notes_hides_the_findings() -> None:
    text = text_of(findings(a_finding(), notes=tuple(f"note {number}." for number in range(1000))))
    assert "note 199." in text
    assert "note 200." not in text
    assert "and 800 more notes" in text


def drifts(*sizes: float | None) -> ProveReport:
    return a_comparison(layers=tuple(Drift(f"layer_{n}", size, size or 0.0) for n, size in enumerate(sizes)))


def drawn(report: Report) -> list[dict[str, str]]:
    """The discs of the chart of drift."""
    section = re.search(r'<section id="drift".*?</section>', render(report), re.DOTALL)
    assert section
    return Outline(section[0]).every("circle")


def heights(*sizes: float | None) -> list[float]:
    return [float(told["cy"]) for told in drawn(drifts(*sizes))]


def test_a_layer_lies_the_higher_the_more_it_drifts() -> None:
    found = heights(0.0, 1e-12, 1e-7, 1e-5, 1e-4, 0.5, float("inf"))
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 7


def test_a_layer_above_the_limit_looks_otherwise() -> None:
    assert [told["class"] for told in drawn(drifts(1e-5, 1e-3))] == ["mark", "over"]


def test_what_cannot_be_measured_is_not_drawn_and_said() -> None:
    assert len(heights(1e-7, None, 1e-6)) == 2
    assert "1 of 3 give the same for every probe" in text_of(drifts(1e-7, None, 1e-6))
    assert 'id="drift"' not in render(drifts(None))


def test_of_thousands_of_layers_none_that_drifts_is_lost() -> None:
    sizes = [1e-8] * 3000
    sizes[1234] = 0.5
    found = drawn(drifts(*sizes))
    assert len(found) <= 400
    assert [told["class"] for told in found].count("over") == 1


def test_the_mark_follows_a_kernel_that_is_turned() -> None:
    corners = [told for told in Outline(render(a_conversion())).every("circle") if told["class"] == "corner"]
    assert [(told["cx"], told["cy"]) for told in corners] == [("0.5", "0.5"), ("2.5", "1.5")]


def test_a_report_without_pictures_is_a_report() -> None:
    html = render(a_conversion(proof=a_proof(pictures=None, controls=(), layers=()), arrays=(), evidence=()))
    assert Outline(html).faults == []
    assert 'id="kernels"' not in html


def strange(name: str) -> list[Report]:
    """Reports in which everything that a stranger chooses is this text."""
    evil: dict[str, Any] = {"source": name, "target": name, "because": name, "kept": (name,), "certificate": name}
    array = ArrayLine(name, name, name, (2, 3), (3, 2), (name,))
    proof = a_proof(
        outputs=(Drift(name, 1.0, 1.0),), uncovered=(name,), first_divergence=name, layers=(Drift(name, 1e-7, 0.0),),
        pictures=type(PICTURES)(PICTURES.points, PICTURES.kernels, PICTURES.confusions),
    )  # fmt: skip
    seen = (Evidence("kernels", "th", name),)
    return [
        a_conversion(**evil, assumptions=(name,), proof=proof, notes=(name,), arrays=(array,), evidence=seen),
        an_inspection(file=name, era=name, evidence=seen),
        a_check(name),
        a_diagnosis(original=name, converted=name),
        findings(a_finding(path=name, message=name, code=name, source=name, column=2), notes=(name,)),
    ]


USUAL = [Outline(render(report)) for report in strange("ab")]


@pytest.mark.parametrize("name", [*HOSTILE[::3], *strange_markup(12, 4)])
def test_names_are_text_only(name: str) -> None:
    for report, usual in zip(strange(name), USUAL, strict=True):
        html = render(report).replace(STYLE, "")
        page = Outline(html)
        assert page.faults == []
        assert {tag for tag, _ in page.elements} <= {tag for tag, _ in usual.elements} | {"mark", "pre", "details"}
        assert {key for _, told in page.elements for key in told} <= {key for _, told in usual.elements for key in told}
        assert read(html).other == ["doctype html"]


def test_printable_names_are_shown_as_they_are() -> None:
    name = "".join(chr(number) for number in range(0x21, 0x7F))
    assert name in read(render(an_inspection(file=name))).text
    assert plain("\x1b") in read(render(an_inspection(file="\x1b"))).text


def test_a_page_stays_small() -> None:
    many = 2000
    arrays = ARRAYS * many
    report: ConvertReport = a_conversion(arrays=arrays, kept=("x" * 5000,) * many, assumptions=("y" * 5000,) * 9)
    assert len(render(report)) < 2_000_000
    assert len(render(findings(*[a_finding(message="z" * 5000)] * many))) < 4_000_000


def schemes() -> list[dict[str, str]]:
    """Colours by name: of light, of dark, of paper."""
    found = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block)) for block in found]


def luminance(colour: str) -> float:
    """Relative, as WCAG 2.2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(letter * 2 for letter in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", range(3))
@pytest.mark.parametrize(
    "pair",
    ["ink paper", "ink raised", "ink wash", "ink alarm-wash", "soft paper", "soft raised", "accent paper",
     "alarm paper", "paper alarm", "paper accent"],
)  # fmt: skip
def test_letters_stand_out_from_their_ground(scheme: int, pair: str) -> None:
    front, ground = (schemes()[scheme][name] for name in pair.split())
    assert contrast(front, ground) >= 4.5


@pytest.mark.parametrize("scheme", range(3))
@pytest.mark.parametrize("mark", ["accent", "alarm", "ink"])
def test_what_is_drawn_stands_out_too(scheme: int, mark: str) -> None:
    colours = schemes()[scheme]
    assert min(contrast(colours[mark], colours[ground]) for ground in ("paper", "raised")) >= 3


def test_contrast_is_what_the_standard_says() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
