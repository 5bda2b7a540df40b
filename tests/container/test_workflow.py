"""The workflow that the examples show, run whole by act on a pull request."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from container.engine import Engine, Image, source
from support.places import REPOSITORY
from support.pull_request import git, pull_request

EXAMPLE = REPOSITORY / "examples" / "workflows" / "judge.yml"
CERTAIN = REPOSITORY / "tests" / "zoo" / "k231-theano-th" / "flatten_dense" / "full.h5"
_USES = re.compile(r"uses: OWNER/dimorder@\S+.*")
_UPLOAD = re.compile(r"\n      - if: always\(\).*?(?=\n      - |\Z)", re.DOTALL)
_AFTER = """
      - if: always()
        env:
          VERDICT: ${{ steps.dimorder.outputs.verdict }}
          REPORT: ${{ steps.dimorder.outputs.report }}
        run: test -s "$REPORT" && echo "the verdict is $VERDICT, the report $REPORT"
"""


@pytest.fixture
def service(engine: Engine, tmp_path: Path) -> Iterator[str]:
    """Podman as a Docker daemon; the address."""
    socket = tmp_path / "podman.sock"
    command = [engine.podman, "system", "service", "--time=0", f"unix://{socket}"]
    with subprocess.Popen(command, env=engine.environment, stderr=subprocess.DEVNULL) as running:
        try:
            for _ in range(100):
                if socket.exists():
                    break
                time.sleep(0.1)
            yield f"unix://{socket}"
        finally:
            running.terminate()


def workflow() -> str:
    """The example with this tree for the action; uploading needs GitHub itself."""
    text = _USES.sub("uses: ./", EXAMPLE.read_text())
    text, cut = _UPLOAD.subn("", text)
    assert cut == 1
    return text.rstrip() + "\n" + _AFTER


def test_the_example_judges_a_pull_request(
    part: Callable[[str], str], engine: Engine, image: Image, service: str, tmp_path: Path
) -> None:
    act = part("act")
    files = source(tmp_path / "source")
    tree = {str(path.relative_to(files)): path for path in files.rglob("*") if path.is_file()}
    pull = pull_request(
        tmp_path / "repository", {**tree, ".github/workflows/dimorder.yml": workflow()}, {"nets/w.h5": CERTAIN}
    )
    checkout = pull.checkout(0)
    git(checkout, "remote", "add", "origin", "https://github.com/owner/nets")
    (tmp_path / "event.json").write_text(json.dumps(pull.event()))
    base = "docker.io/library/debian:bookworm-slim"
    done = subprocess.run(
        [act, "pull_request", "-e", str(tmp_path / "event.json"), "-P", f"ubuntu-latest={base}", "--pull=false",
         "--action-offline-mode", "--rm", "--container-daemon-socket", "-"],
        cwd=checkout, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**engine.environment, "DOCKER_HOST": service, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
        timeout=400, check=False,
    )  # fmt: skip
    assert "nets/w.h5: error DIM101" in done.stdout, done.stdout[-5000:]
    assert "the verdict is finding, the report dimorder-report/report.html" in done.stdout
    assert "compared with the base that GitHub merged it with" in done.stdout
    assert done.returncode == 1, "findings fail the job"
