"""Nothing in the repository depends on the machine or the registry it was made with."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

# Put together from pieces, or this file would be its own first finding.
REGISTRY = re.compile(
    "|".join(
        [
            r"\b(?:test\.)?pypi\." + "org",
            "files.python" + "hosted",
            "registry.npm" + "js",
            "--(?:extra-)?index" + "-url",
            "--find" + "-links",
        ]
    )
)


def tracked_texts() -> dict[str, str]:
    """Path -> text of every file under version control; binaries are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: which files belong to the repository is unknown")
    paths = [REPOSITORY / name for name in listed.stdout.split("\0") if name]
    contents = {path: path.read_bytes() for path in paths if path.is_file()}
    return {
        str(path.relative_to(REPOSITORY)): content.decode("utf-8", "replace")
        for path, content in contents.items()
        if b"\0" not in content
    }


def places(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]}"
        for path, text in tracked_texts().items()
        for found in pattern.finditer(text)
    ]


def test_no_file_names_a_package_registry() -> None:
    assert places(REGISTRY) == []


def test_no_file_names_the_folder_it_was_made_in() -> None:
    if len(REPOSITORY.parts) < 3:
        pytest.skip(f"{REPOSITORY} is too short a path to tell from any other")
    here, name = re.escape(str(REPOSITORY.parent)), re.escape(REPOSITORY.name)
    assert places(re.compile(rf"(?<![\w.-]){here}/(?:{name}|shared)\b")) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index" + "-url https://example.test/simple",
        "see https://pypi." + "org/project/dimorder",
        "https://files.python" + "hosted.org/x.whl",
        "https://registry.npm" + "js.org/x",
    ],
)
def test_a_registry_would_be_found(line: str) -> None:
    assert REGISTRY.search(line)
