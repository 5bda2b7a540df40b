"""Calls of the Linux kernel that Python does not offer; on other systems they are simply not there."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from functools import cache

IS_LINUX = sys.platform == "linux"


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def syscall(number: int, *arguments: int | ctypes.Array[ctypes.c_char] | None) -> int:
    """The kernel's answer. OSError where it refuses, ENOSYS on other systems than Linux."""
    if not IS_LINUX:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    function = _libc().syscall
    function.restype = ctypes.c_long
    given = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return _checked(int(function(ctypes.c_long(number), *given)))


def prctl(option: int, *arguments: int) -> int:
    """prctl(2): the kernel's answer. OSError where it refuses, ENOSYS on other systems than Linux."""
    if not IS_LINUX:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    padded = (*arguments, 0, 0, 0, 0)[:4]
    return _checked(int(_libc().prctl(ctypes.c_int(option), *(ctypes.c_ulong(one) for one in padded))))


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer
