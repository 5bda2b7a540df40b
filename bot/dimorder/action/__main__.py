"""`python -m dimorder.action`: one step of a workflow, from the runner's variables to the job's exit code."""

from __future__ import annotations

import os
from contextlib import suppress

from dimorder.action.secret import hide
from dimorder.sandbox.worker import worker
from dimorder.streams import stand_on_three


def main() -> int:
    """The step's exit code."""
    secrets = hide(os.environ)
    with suppress(OSError):  # it is tried again where there are words for it
        stand_on_three()
        worker(os.getpid())  # which takes longest to start, while the rest is loaded
    from dimorder.action.step import main as carried_out

    return carried_out(secrets)


if __name__ == "__main__":
    raise SystemExit(main())
