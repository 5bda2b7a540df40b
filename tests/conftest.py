"""Missing parts are skipped with their reason; what the zoo tests measured is printed as one table at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from dimorder.report import as_json
from support.conversions import Workshop
from support.in_process import run_here
from support.places import MISSING, TESTS
from support.schemas import as_published, refused_as_published
from support.table import FIGURE, lines

IN_ONE_PROCESS = ("formats", "infer", "rules", "flow")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "corpus: needs real public files, found by the variable DIMORDER_CORPUS")
    config.addinivalue_line("markers", "hostile: needs the generator of hostile files, found by DIMORDER_HOSTILE")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, (find, because) in MISSING.items():
        if item.get_closest_marker(marker) and find() is None:
            pytest.skip(because)


@pytest.fixture(autouse=True)
def _in_one_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where numbers are what is asked, flows run here: a child for each of thousands of files costs minutes.

    The zoo, hostile files, the command line, the sandbox and all that ends suddenly run as users run them.
    """
    place = request.path.relative_to(TESTS)
    if place.parts[0] in IN_ONE_PROCESS or place.stem.startswith(("test_diagnose", "test_mistakes", "test_corpus")):
        run_here(monkeypatch)


@pytest.fixture(autouse=True)
def _documents_are_as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever report a test has written as JSON is held to the schemas."""
    if find_spec("jsonschema"):
        monkeypatch.setattr(as_json, "document", as_published(as_json.document))
        monkeypatch.setattr(as_json, "refused", refused_as_published(as_json.refused))


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """One folder for all workers of a run."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / "workshop"
    folder.mkdir(exist_ok=True)
    return Workshop(folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    figures = list(_figures(terminalreporter))
    if figures:
        terminalreporter.section("zoo: what the tests measured")
        for line in lines(figures):
            terminalreporter.write_line(line)


def _figures(reporter: pytest.TerminalReporter) -> Iterator[tuple[str, str, object]]:
    """(row, column, value) that tests recorded; user properties are what xdist brings home."""
    for outcome in ("passed", "failed"):
        for report in reporter.stats.get(outcome, ()):
            for name, value in getattr(report, "user_properties", ()):
                if name == FIGURE:
                    yield tuple(value)


def pytest_report_header() -> list[str]:
    found = {marker: find() for marker, (find, _) in MISSING.items()}
    return [f"{marker}: {Path(str(place)) if place else 'not here'}" for marker, place in found.items()]
