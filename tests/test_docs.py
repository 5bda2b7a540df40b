"""What the documents say is so: pages match the code, README's commands give what it shows, docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dimorder
from dimorder import cli, proof
from dimorder.engine.keras_referee import PATIENCE
from dimorder.engine.proof import expectation, mistakes, probes, second
from dimorder.flow import recheck
from dimorder.flow.options import DIALECTS

REPOSITORY = Path(__file__).parents[1]
DIGITS = REPOSITORY / "examples" / "digits"
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PROOF = (REPOSITORY / "docs" / "proof.md").read_text(encoding="utf-8")
PAGES = sorted((REPOSITORY / "docs").glob("*.md"))

OMITTED = "…"
FIGURE = re.compile(r"(?<![\w,(])\d+(?:\.\d+)?(?:e-\d+)?(?![\w,)])")
"""Numbers that another processor or numpy may round differently."""


def blocks(language: str) -> list[list[str]]:
    """The lines of README's code blocks in one language."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in found]


def essence(line: str) -> str:
    """A line without its figures and its spacing."""
    return " ".join(FIGURE.sub("#", line).split())


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of the quick start, in order, with the output shown under it."""
    for lines in blocks("console"):
        starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            yield lines[start][2:], lines[start + 1 : end]


def missing(shown: list[str], real: list[str]) -> list[str]:
    """The first line shown that is not there, in its place: directly behind the one before, or anywhere behind `…`."""
    place, skipping = 0, False
    for line in shown:
        if line.strip() == OMITTED:
            skipping = True
            continue
        wanted = essence(line)
        found = next((n for n in range(place, len(real)) if essence(real[n]) == wanted), None)
        if found is None or (found > place and not skipping):
            return [line, "is not in:", *real[place:]]
        place, skipping = found + 1, False
    return [] if skipping or place == len(real) else ["not shown, and no … for it:", *real[place:]]


# generated pages


def test_generated_pages_say_what_the_code_says() -> None:
    script = [sys.executable, str(REPOSITORY / "docs" / "generate.py"), "--check"]
    checked = subprocess.run(script, capture_output=True, text=True, timeout=60)
    assert (checked.returncode, checked.stderr) == (0, ""), "run: python docs/generate.py"


# README


def test_the_quick_start_gives_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(DIGITS, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("out"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    codes = [0]
    for command, shown in commands():
        if command == "echo $?":
            assert [str(codes[-1])] == shown
            continue
        program, *arguments = command.split()
        assert program == "dimorder"
        codes.append(cli.main(arguments))
        told = capsys.readouterr()
        assert missing(shown, (told.out + told.err).rstrip("\n").split("\n")) == [], command
    assert len(codes) > 8
    assert set(codes) == {0, 1, 3}


def test_the_demo_shows_what_readme_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "examples" / "digits"
    shutil.copytree(DIGITS, folder, ignore=shutil.ignore_patterns("out"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    done = subprocess.run(
        [sys.executable, "examples/digits/demo.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    (shown,) = blocks("text")
    *screen, again = done.stdout.splitlines()
    assert missing(shown[:-1], screen) == []
    assert again.endswith(shown[-1].split("dimorder", 1)[1])


def test_readme_names_every_exit_code_and_verdict() -> None:
    codes = (cli.OK, cli.DIFFERENT, cli.USAGE, cli.REFUSED, cli.ENVIRONMENT, cli.BUG, cli.INTERRUPTED)
    assert re.findall(r"^\| (\d+) \|", README, re.MULTILINE) == [str(code) for code in codes]
    verdicts = {"equivalent", "different", "inconclusive", "unproven", "planned", "unchanged"}
    assert verdicts <= set(re.findall(r"^\| (\w+) \|", README, re.MULTILINE))


def test_readme_offers_no_dialect_that_is_not_there() -> None:
    assert set(re.findall(r"--dialect (\w+)", README)) <= set(DIALECTS)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", *(f"docs/{page.name}" for page in PAGES)])
def test_links_lead_somewhere(page: str) -> None:
    path = REPOSITORY / page
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


# docs/proof.md


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("at most 1e-4\n", proof.RELATIVE_LIMIT),
        ("differ by at most 1e-5", proof.SQUASHED_LIMIT),
        ("more than 1e-6, everything runs once more", proof.DOUBT),
        ("the limit is then 1e-8", proof.FLOAT64_LIMIT),
        ("at least 100 times the limit", proof.TOLD_APART),
        ("16 probes for each input size", probes.MOST),
        ("never below 4.", probes.FEWEST),
        ("up to a relative L2 of 1e-3", expectation.PREDICTIONS_LIMIT),
        ("not met above 1e-2", expectation.PREDICTIONS_DOUBT),
        ("with a probability of 1 % at most", 100 * expectation.CHANCE),
        ("has 180 seconds", PATIENCE),
        ("gets 8 probes of each input size", second.MOST),
        ("10 times its noise", second.NOISE),
        ("below 1e-6, where they are rounding", proof.DOUBT),
    ],
)
def test_figures_are_those_of_the_code(said: str, value: float) -> None:
    assert said in PROOF
    (figure,) = re.findall(r"(?<!L)\d+(?:e-\d+)?", said)
    assert float(figure) == pytest.approx(value)


def test_certificates_agree_to_three_digits() -> None:
    assert "figures to three digits" in PROOF
    assert pytest.approx(1e-3) == recheck.RELATIVE


def test_every_mistake_is_explained() -> None:
    assert [name for name in mistakes.MISTAKES if f"| {name} |" not in PROOF] == []
    assert [name for name in mistakes.ALONE if name.replace("no flip", "not flipped") not in PROOF] == []


# docstrings


def modules_with_examples() -> list[str]:
    found = pkgutil.walk_packages(dimorder.__path__, "dimorder.")
    root = Path(dimorder.__path__[0]).parent
    names = [module.name for module in found if not module.ispkg]
    return [name for name in names if ">>> " in (root / (name.replace(".", "/") + ".py")).read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_in_docstrings_run(name: str) -> None:
    tried = doctest.testmod(importlib.import_module(name))
    assert tried.attempted > 0
    assert tried.failed == 0
