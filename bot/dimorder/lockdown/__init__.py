"""Rights that a process gives up for good, so that what it reads cannot make it do anything but compute.

Knows nothing of models: only the kernel's own words, by ctypes, each lock a file of its own.
"""

from __future__ import annotations

from dimorder.lockdown import landlock, seccomp
from dimorder.lockdown.calls import AUDIT_ARCH
from dimorder.lockdown.identity import be_nobody, die_with_parent, gain_nothing
from dimorder.lockdown.landlock import close_files
from dimorder.lockdown.rlimits import Bounds, bound
from dimorder.lockdown.seccomp import close_calls

__all__ = ["Bounds", "at_hand", "be_nobody", "bound", "close_calls", "close_files", "die_with_parent", "gain_nothing"]


def at_hand() -> None:
    """Have everything ready that closing takes, so that a forked process closes itself in a millisecond."""
    landlock.version()
    if seccomp.this_machine() in AUDIT_ARCH:
        seccomp.compiled(seccomp.this_machine(), "all")
