"""A further process at the jobs of a database: it asks for none itself."""

from __future__ import annotations

import time

from dimorder.hub.sweep.crew import Crew
from dimorder.sandbox.outside import Progress

_LOOKS = 1.0
"""Seconds between two looks at what is left."""


def work(crew: Crew, progress: Progress, *, once: bool) -> None:
    """Stay until interrupted; once: until nothing is left to do. Raises EnvironmentProblem where we were given up."""
    most = 0
    while True:
        crew.check()
        left = crew.durable.unfinished()
        most = max(most, left)
        progress("working", most - left, most)
        if once and not left:
            return
        time.sleep(_LOOKS)
