"""Findings as JUnit's XML, which most build servers read: one suite, one case for each finding.

Every text passes through `plain`, which leaves no character that XML 1.0 cannot hold.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from dimorder.finding import Finding, Skipped
from dimorder.report.escape import inert, plain
from dimorder.report.places import LONGEST_PATH, inside, line_of, place
from dimorder.report.words_check import mending, summary, told_aloud
from dimorder.report_data import FindingsReport

_LONGEST = 4000


def render(report: FindingsReport) -> str:
    """The document. Notes pass, for they fail no run; files that could not be judged are errors."""
    suites = Element("testsuites", name="dimorder")
    suite = SubElement(suites, "testsuite", name="dimorder check")
    for finding in report.findings:
        _finding(suite, finding)
    for skipped in report.skipped:
        if told_aloud(skipped):
            _skipped(suite, skipped)
    if not len(suite):
        SubElement(suite, "testcase", classname="dimorder", name=summary(report))
    _count(suite)
    _count(suites)
    indent(suites)
    # In attributes as well: "##[" begins a command of GitHub's runner anywhere in a line.
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, "unicode")}\n'.replace("##[", "#&#35;[")


def _finding(suite: Element, finding: Finding) -> None:
    case = _case(suite, finding.path, f"{finding.rule} {finding.name} {place(finding)}")
    case.set("line", str(line_of(finding)))
    said = _told(f"{inside(finding)}{finding.message}")
    if finding.severity == "info":
        SubElement(case, "system-out").text = said
        return
    wrong = SubElement(case, "error" if finding.is_refusal else "failure", type=finding.rule, message=said)
    wrong.text = inert("\n".join(_lines(finding)))


def _lines(finding: Finding) -> list[str]:
    """What is said below the message."""
    lines = [f"{place(finding)}: {finding.severity}: {_told(finding.message)}"]
    lines += [_told(f"{one.path}{f':{one.line}' if one.line else ''}: {one.message}") for one in finding.related]
    if finding.fix:
        lines.append(_told(f"{mending(finding.fix)}: {finding.fix.description}"))
    return lines


def _skipped(suite: Element, skipped: Skipped) -> None:
    case = _case(suite, skipped.path, f"not judged: {skipped.path}")
    SubElement(case, "skipped", message=_told(skipped.because))


def _case(suite: Element, path: str, name: str) -> Element:
    told = {"classname": plain(path, LONGEST_PATH), "name": plain(name, LONGEST_PATH)}
    return SubElement(suite, "testcase", {**told, "file": told["classname"]})


def _count(element: Element) -> None:
    """Set the sums of a suite, or of all suites."""
    cases = list(element.iter("testcase"))
    within = [part.tag for case in cases for part in case]
    element.set("tests", str(len(cases)))
    for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        element.set(name, str(within.count(tag)))


def _told(text: str) -> str:
    return plain(text, _LONGEST)
