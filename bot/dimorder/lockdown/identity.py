"""Who a process is, and whom it outlives.

Source: prctl(2), setresuid(2).
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from dimorder.lockdown.kernel import prctl

NOBODY = 65534
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38


def gain_nothing() -> bool:
    """No program started from here has more rights than this one; whether the kernel knows that."""
    with suppress(OSError):
        prctl(_PR_SET_NO_NEW_PRIVS, 1)
        return True
    return False


def be_nobody() -> bool:
    """Leave the rights of root behind, with all its groups and capabilities; whether there was anything to leave.

    A container may forbid even root to become someone else: then root stays, and the other locks hold.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    with suppress(OSError):
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        return True
    return False


def die_with_parent(parent: int) -> None:
    """Nobody outlives the process that waits for it. parent: its id, which may be gone already."""
    with suppress(OSError):
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(_PR_SET_DUMPABLE, 0)  # nor is looked into by others of the same user
    if os.getppid() != parent:
        os._exit(0)
