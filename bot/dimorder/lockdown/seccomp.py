"""seccomp: calls that the kernel refuses to this process from now on, whatever runs in it.

A small BPF program looks at each call's number, and at one argument where that decides.
Source: seccomp(2), include/uapi/linux/{seccomp,filter,bpf_common}.h of Linux 6.10.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Collection, Iterator
from functools import cache
from typing import Literal

from dimorder.lockdown.calls import (
    AUDIT_ARCH,
    CLONE,
    CLONE3,
    FCNTL,
    FORBIDDEN,
    HARMFUL_FCNTL,
    HARMFUL_PRCTL,
    HARMLESS_IOCTL,
    IOCTL,
    NEWEST,
    OPENING,
    PRCTL,
    PRLIMIT,
    PROGRAMS,
    SOCKETS,
)
from dimorder.lockdown.identity import gain_nothing
from dimorder.lockdown.kernel import prctl, syscall

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_FILTER, _ALL_THREADS = 1, 1
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2

_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16
"""Offsets in what the program sees of a call: its number, the machine it is meant for, six arguments of 8 bytes."""
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000

Instruction = tuple[int, int, int, int]
"""Operation, jump if true, jump if false, constant."""
_ALLOWED: Instruction = (_RETURN, 0, 0, _ALLOW)


Extent = Literal["programs", "but-opening", "all"]
"""What is refused: starting programs alone; all that a computation needs not, but for opening files; that too."""


def close_calls(extent: Extent) -> bool:
    """No sockets, no programs, no processes, no other files, as far as `extent` says; whether the kernel took it."""
    machine = this_machine()
    if machine not in AUDIT_ARCH or not gain_nothing():
        return False
    program = compiled(machine, extent)
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    packed = ctypes.create_string_buffer(head, len(head))
    try:
        syscall(_SECCOMP[machine], _SET_FILTER, _ALL_THREADS, packed)
    except OSError:
        try:  # Linux before 3.17: only this thread, and there is no other yet
            prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(packed))
        except OSError:
            return False
    return True


def this_machine() -> str:
    """Its name as the kernel has it; the standard library's way to it may start a program."""
    return os.uname().machine if hasattr(os, "uname") else ""


@cache
def compiled(machine: str, extent: Extent) -> bytes:
    """The filter for one machine, 8 bytes for each instruction; made once, before anything forks."""
    return b"".join(struct.pack("=HBBI", *one) for one in instructions(machine, extent))


def instructions(machine: str, extent: Extent) -> Iterator[Instruction]:
    """The filter, in the order in which the kernel goes through it."""
    yield from _number(machine)
    tables = (PROGRAMS,) if extent == "programs" else (PROGRAMS, SOCKETS, FORBIDDEN)
    for calls in tables:
        for number in calls[machine].values():
            yield from _refused(number, errno.EPERM)
    if extent == "all":
        for number in OPENING[machine].values():
            yield from _refused(number, errno.EACCES)
    if extent != "programs":
        yield (_AT_LEAST, 0, 1, NEWEST + 1)
        yield _refusal(errno.ENOSYS)
        yield from _refused(CLONE3, errno.ENOSYS)
        yield from _by_argument(FCNTL[machine], 1, HARMFUL_FCNTL.values(), _refusal(errno.EPERM), _ALLOWED)
        yield from _by_argument(IOCTL[machine], 1, HARMLESS_IOCTL.values(), _ALLOWED, _refusal(errno.EPERM))
        yield from _by_argument(PRCTL[machine], 0, HARMFUL_PRCTL.values(), _refusal(errno.EPERM), _ALLOWED)
        yield from _only_threads(CLONE[machine])
        yield from _only_asking(PRLIMIT[machine])
    yield _ALLOWED


def _number(machine: str) -> Iterator[Instruction]:
    """The call's number, where it is meant for this machine."""
    yield (_LOAD, 0, 0, _MACHINE)
    yield (_EQUAL, 1, 0, AUDIT_ARCH[machine])
    yield (_RETURN, 0, 0, _KILL)
    yield (_LOAD, 0, 0, _NUMBER)
    if machine == "x86_64":  # the same calls once more under other numbers
        yield (_AT_LEAST, 0, 1, _X32)
        yield _refusal(errno.ENOSYS)


def _refused(number: int, error: int) -> Iterator[Instruction]:
    yield (_EQUAL, 0, 1, number)
    yield _refusal(error)


def _only_threads(number: int) -> Iterator[Instruction]:
    """Flags are clone's first argument on both machines."""
    yield (_EQUAL, 0, 4, number)
    yield (_LOAD, 0, 0, _ARGUMENTS)
    yield (_HAS_BITS, 1, 0, _CLONE_THREAD)
    yield _refusal(errno.EPERM)
    yield _ALLOWED


def _only_asking(number: int) -> Iterator[Instruction]:
    """New limits are prlimit64's third argument: a null pointer only asks."""
    yield (_EQUAL, 0, 6, number)
    for half in (0, 4):
        yield (_LOAD, 0, 0, _ARGUMENTS + 2 * 8 + half)
        yield (_EQUAL, 1, 0, 0)
        yield _refusal(errno.EPERM)


def _by_argument(
    number: int, place: int, values: Collection[int], among: Instruction, otherwise: Instruction
) -> Iterator[Instruction]:
    """One answer where the argument at this place is among the values, another where not. It has 32 bits."""
    yield (_EQUAL, 0, 2 * len(values) + 2, number)
    yield (_LOAD, 0, 0, _ARGUMENTS + 8 * place)
    for value in values:
        yield (_EQUAL, 0, 1, value)
        yield among
    yield otherwise


def _refusal(error: int) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | error)
