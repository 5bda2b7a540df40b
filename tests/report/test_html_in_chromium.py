"""The HTML report in a real browser: quiet, whole at any width, in light and dark, by keyboard alone, and on paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dimorder.report.html.element import element
from dimorder.report.html.page import Chapter, Verdict, page
from dimorder.report.html.parts import name, section, table
from dimorder.report.html.render import render
from dimorder.report_data import Report
from sample_reports import a_check, a_comparison, a_conversion, a_diagnosis, an_inspection, many_findings
from support.strange import COMMANDS, HOSTILE, strange_markup

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
REPORTS: dict[str, Report] = {
    "convert": a_conversion(source="a-folder-with-a-long-name/" * 4 + "model.h5"),
    "prove": a_comparison(verdict="different", because="it moved; it moved much"),
    "prove-check": a_check("the verdict is different"),
    "inspect": an_inspection(),
    "diagnose": a_diagnosis(),
    "check": many_findings(),
}
TOO_WIDE = """() => [...document.querySelectorAll('main *')]
    .filter(one => !one.closest('.scroll, pre, svg') && one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.outerHTML.slice(0, 80))"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('main *')]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .filter(one => !['title', 'desc'].includes(one.localName))
    .map(one => parseFloat(getComputedStyle(one).fontSize)))"""
UNDRAWN = """() => [...document.querySelectorAll('svg[role=img]')].filter(one => one.checkVisibility())
    .map(one => one.getBoundingClientRect()).filter(box => box.width < 20 || box.height < 10).length"""
FOCUSED = """() => { const one = document.activeElement, style = getComputedStyle(one);
    return [one.localName + (one.getAttribute('href') || ''), style.outlineStyle] }"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium (on Debian: apt-get install chromium)")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


class Tab:
    """A page as shown, with all that it said and asked for."""

    def __init__(self, browser: Any, path: Path, text: str, *, width: int = 1100, scheme: str = "light") -> None:
        path.write_text(text, encoding="utf-8")
        self.page = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
        self.heard: list[str] = []
        for event in ("console", "pageerror", "dialog"):
            self.page.on(event, lambda told, event=event: self.heard.append(f"{event}: {told}"))
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())

    def __call__(self, script: str) -> Any:
        return self.page.evaluate(script)


@pytest.mark.parametrize("kind", REPORTS)
def test_it_says_nothing_and_asks_for_nothing(browser: Any, tmp_path: Path, kind: str) -> None:
    tab = Tab(browser, tmp_path / "report.html", render(REPORTS[kind]))
    assert tab.heard == []
    assert len(tab.asked) == 1
    assert tab(UNDRAWN) == 0


@pytest.mark.parametrize("kind", REPORTS)
@pytest.mark.parametrize("width", [400, 700, 1600])
def test_it_fits(browser: Any, tmp_path: Path, kind: str, width: int) -> None:
    tab = Tab(browser, tmp_path / "report.html", render(REPORTS[kind]), width=width)
    assert tab("document.documentElement.scrollWidth") == width
    assert tab(TOO_WIDE) == []
    assert tab(SMALLEST) >= 11


def test_it_follows_light_and_dark(browser: Any, tmp_path: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    pages = [
        Tab(browser, tmp_path / "report.html", render(a_conversion()), scheme=scheme)(ground)
        for scheme in ("light", "dark")
    ]
    assert pages[0] != pages[1]


def test_a_keyboard_reaches_everything(browser: Any, tmp_path: Path) -> None:
    tab = Tab(browser, tmp_path / "report.html", render(a_conversion()))
    reached = []
    for _ in range(tab("document.querySelectorAll('a, summary, [tabindex=\"0\"]').length")):
        tab.page.keyboard.press("Tab")
        reached.append(tuple(tab(FOCUSED)))
    assert reached[0] == ("a#verdict", "solid")
    assert {"a#proof", "a#drift", "a#certificate", "pre", "summary"} <= {where for where, _ in reached}
    assert {outline for where, outline in reached if where != "body"} == {"solid"}
    tab("document.querySelector('#drift summary').focus()")
    tab.page.keyboard.press("Enter")
    assert tab("document.querySelector('#drift table').checkVisibility()")


def test_numbers_are_printed_though_nobody_opened_them(browser: Any, tmp_path: Path) -> None:
    tab = Tab(browser, tmp_path / "report.html", render(a_conversion()))
    assert not tab("document.querySelector('#drift table').checkVisibility()")
    tab.page.emulate_media(media="print")
    assert tab("document.querySelector('#drift table').getBoundingClientRect().height") > 20
    assert tab("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert tab.page.pdf()[:5] == b"%PDF-"


def test_ten_thousand_names_do_nothing(browser: Any, tmp_path: Path) -> None:
    every = [*HOSTILE, *COMMANDS, *strange_markup(10_000 - len(HOSTILE) - len(COMMANDS), 9)]
    rows = [(name(one), element("p", one, title=one)) for one in every]
    chapters = [Chapter("all", "All", section("all", "All", table("all", ("name", "text"), rows)))]
    tab = Tab(browser, tmp_path / "names.html", page(Verdict("open", "T", every[9]), [], chapters, subject=every[9]))
    assert tab.heard == []
    assert len(tab.asked) == 1
    assert tab("document.querySelectorAll('p[title]').length") == len(every)
    assert tab("document.querySelectorAll('tbody *').length") == len(every) * 5
    assert tab("document.querySelectorAll('script, img, iframe, object, embed, form, [onload], [onclick]').length") == 0
