"""A sweep of many repositories, few of which have changed since the last one: its speed, requests and memory.

    python benchmarks/sweep.py [REPOSITORIES] [FOLDER]

GitHub is the one of the tests, over HTTP on this machine: what it takes for its answers is part of the time. Writes are
not held back to GitHub's one a second, so that the sweep itself is measured.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from github_com.hub import Hub  # noqa: E402 - it lies beside the tests
from github_com.serving import serving  # noqa: E402
from github_com.town import INVITED, OWN, QUIET, TH  # noqa: E402
from github_com.world import Repository  # noqa: E402

CHANGED, WITH_MODEL = 20, 10
"""One in so many repositories has changed; one in so many of these has got a model."""
EVERY = 0.5
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Measured:
    """seconds of one sweep; requests that it made; memory of it and what it started, MiB, over time."""

    seconds: float
    requests: int
    memory: list[float]

    def line(self, name: str, count: int) -> str:
        perhour = count / self.seconds * 3600
        half = statistics.median(self.memory[len(self.memory) // 2 :])
        return (
            f"{name:<34}{self.seconds:8.1f} s {perhour:12,.0f}/h {self.requests:8} requests   "
            f"{max(self.memory):5.0f} MiB at most, {half:5.0f} in the second half"
        )


def built(hub: Hub, count: int) -> list[Repository]:
    hub.account(OWN, "Organization")
    files = {".dimorder.yml": INVITED, "README.md": b"nets\n", "net.py": b"import os\n"}
    made = [hub.repository(f"{OWN}/nets{number:05}", files, roles={"bot": "write"}) for number in range(count)]
    for one in made:
        one.pushed -= 2 * QUIET
    return made


def changed(hub: Hub, repositories: list[Repository]) -> int:
    """Let one in CHANGED have a push of an hour ago; how many that are."""
    chosen = repositories[::CHANGED]
    for number, one in enumerate(chosen):
        files = {"nets/model.h5": TH} if number % WITH_MODEL == 0 else {"more.py": b"import sys\n"}
        hub.world.push(one, dict(files))
        one.pushed -= QUIET
    return len(chosen)


def swept(hub: Hub, folder: Path, token: str) -> Measured:
    """By a process as users start it."""
    before, start = len(hub.journal.asked), time.monotonic()
    command = [
        sys.executable, "-m", "dimorder", "sweep", "--organization", OWN, "--apply", "--folder", str(folder / "swept"),
        "--scratch", str(folder / "scratch"), "--between", "0", "--max-pull-requests", "100000",
        "--max-per-hour", "100000", "--quiet",
    ]  # fmt: skip
    variables = {**os.environ, "DIMORDER_TOKEN": token, "DIMORDER_API": hub.address}
    memory = []
    with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        while process.poll() is None:
            memory.append(resident(process.pid))
            time.sleep(EVERY)
    if process.returncode:
        raise SystemExit(f"the sweep ended with {process.returncode}")
    return Measured(time.monotonic() - start, len(hub.journal.asked) - before, memory)


def resident(session: int) -> float:
    """MiB of all processes of a session, what they share counted once for each."""
    pages = sum(_pages(place, session) for place in Path("/proc").iterdir() if place.name.isdecimal())
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _pages(place: Path, session: int) -> int:
    try:
        facts = (place / "stat").read_text().rpartition(")")[2].split()
        return int((place / "statm").read_text().split()[1]) if int(facts[3]) == session else 0
    except (OSError, IndexError):  # it has ended
        return 0


def of_unchanged(hub: Hub, since: int, repositories: list[Repository]) -> Counter[str]:
    """Requests for each repository that has not changed, besides the listing's pages."""
    names = {one.full_name for number, one in enumerate(repositories) if number % CHANGED}
    counts = Counter(dict.fromkeys(names, 0))
    for one in hub.journal.asked[since:]:
        name = "/".join(one.path.partition("?")[0].split("/")[2:4])
        if name in names:
            counts[name] += 1
    return counts


def main(count: str = "1000", place: str = "") -> None:
    with tempfile.TemporaryDirectory(dir=place or None) as name, serving(Path(name) / "github") as hub:
        folder, token = Path(name) / "machine", hub.token("bot")
        folder.mkdir(mode=0o700)
        repositories = built(hub, int(count))
        print(f"{count} repositories, {os.cpu_count()} cores; GitHub on the same machine")
        print(swept(hub, folder, token).line("all of them new", len(repositories)))
        moved = changed(hub, repositories)
        since = len(hub.journal.asked)
        again = swept(hub, folder, token)
        print(again.line(f"{moved} of them changed", len(repositories)))
        pages = sum(f"/orgs/{OWN}/repos" in one.path for one in hub.journal.asked[since:])
        most = max(of_unchanged(hub, since, repositories).values())
        rest = len(repositories) - moved
        each = most + pages / len(repositories)
        print(f"an unchanged repository            {each:8.2f} requests at most ({rest} of them, {pages} pages)")
        opened = sum(len(one.pulls) for one in repositories)
        print(f"pull requests                      {opened:8}")
        print("memory, MiB, every half second     " + " ".join(f"{one:.0f}" for one in again.memory))


if __name__ == "__main__":
    main(*sys.argv[1:])
