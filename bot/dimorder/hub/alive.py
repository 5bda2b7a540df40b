"""Which program somebody is, so that others on the same machine can see that it is gone."""

from __future__ import annotations

import os
from contextlib import suppress

_BOOT, _ROOM = "/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"


def this_program() -> str:
    """The machine since it was started and its room of numbers, this program's number, and when it began.

    A number alone is given again, and containers on one machine each count from one.
    """
    number = os.getpid()
    return f"{_machine()} {number} {_began(number)}"


def is_gone(program: str) -> bool:
    """Whether it surely runs no more; of programs on other machines nobody knows."""
    machine, _, rest = program.partition(" ")
    number, _, began = rest.partition(" ")
    if not machine or machine != _machine() or not number.isdecimal():
        return False
    return _began(int(number)) != began


def _machine() -> str:
    """Where the system does not tell, no machine is another's."""
    with suppress(OSError), open(_BOOT, encoding="ascii") as file:
        return f"{file.read().strip()}/{os.readlink(_ROOM)}"
    return ""


def _began(number: int) -> str:
    """Ticks from the machine's start to the program's; "" where there is none, or only its remains.

    Source: proc_pid_stat(5): state is the 3rd field, starttime the 22nd; the 2nd may hold anything, in parentheses.
    """
    with suppress(OSError), open(f"/proc/{number}/stat", encoding="utf-8", errors="replace") as file:
        state, *fields = file.read().rpartition(")")[2].split()
        return "" if state in "ZX" else fields[18]
    return ""
