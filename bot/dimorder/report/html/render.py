"""The report as one HTML file."""

from __future__ import annotations

from dimorder.fleet import Fleet
from dimorder.report.html.check import found
from dimorder.report.html.convert import converted
from dimorder.report.html.diagnose import diagnosed
from dimorder.report.html.fleet import swept
from dimorder.report.html.inspect import inspected
from dimorder.report.html.prove import checked, proved
from dimorder.report.html.rules import explained
from dimorder.report_data import (
    CheckReport,
    ConvertReport,
    DiagnoseReport,
    FindingsReport,
    InspectReport,
    ProveReport,
    Report,
    RulesReport,
)


def render(report: Report) -> str:
    """The file's text: no script, nothing fetched, all foreign text escaped."""
    match report:
        case ConvertReport():
            return converted(report)
        case ProveReport():
            return proved(report)
        case CheckReport():
            return checked(report)
        case InspectReport():
            return inspected(report)
        case DiagnoseReport():
            return diagnosed(report)
        case FindingsReport():
            return found(report)
        case RulesReport():
            return explained(report)
        case Fleet():
            return swept(report)
