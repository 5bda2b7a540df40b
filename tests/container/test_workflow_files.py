"""action.yml and the examples against their schemas and two linters that others wrote."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from support.places import REPOSITORY

EXAMPLES = sorted((REPOSITORY / "examples" / "workflows").glob("*.yml"))
ACTION = REPOSITORY / "action.yml"
Part = Callable[[str], str]


def run(*command: str, cwd: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_the_action_is_as_github_describes_actions(part: Part) -> None:
    done = run(part("check-jsonschema"), "--builtin-schema", "vendor.github-actions", str(ACTION))
    assert done.returncode == 0, done.stdout


def test_the_examples_are_as_github_describes_workflows(part: Part) -> None:
    done = run(part("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *map(str, EXAMPLES))
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing(part: Part) -> None:
    done = run(part("zizmor"), "--offline", "--pedantic", "--format=json", *map(str, EXAMPLES), str(ACTION))
    found = json.loads(done.stdout)
    assert [one["ident"] for one in found] == []


def test_zizmor_would_find_something(part: Part, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(EXAMPLES[0].read_text().replace("persist-credentials: false", "ref: main"))
    assert json.loads(run(part("zizmor"), "--offline", "--format=json", str(bad)).stdout)


def test_actionlint_finds_nothing(part: Part, tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for path in EXAMPLES:
        shutil.copy(path, folder)
    done = run(part("actionlint"), ".github/workflows/*.yml", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "bad.yml").write_text(EXAMPLES[0].read_text().replace("steps.dimorder.", "steps.nobody."))
    assert run(part("actionlint"), ".github/workflows/*.yml", cwd=tmp_path).returncode != 0
