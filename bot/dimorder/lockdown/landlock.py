"""Landlock: the kernel lets this process open nothing more.

Source: Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h of Linux 6.10 (ABI 1 to 6).
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Sequence

from dimorder.lockdown.identity import gain_nothing
from dimorder.lockdown.kernel import syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Every right on files that an ABI knows, by the ABI that brought it."""
_OF_A_FILE = (1 << 0) | (1 << 1) | _READ_FILE | (1 << 14) | (1 << 15)
"""Rights that a rule on a file, and not a folder, may give."""
_TCP = 3
_SCOPES = 3
"""No signals to, and no abstract sockets of, processes outside."""


def version() -> int:
    """The kernel's ABI number, 0 where there is none or it is switched off."""
    try:
        return syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def close_files(readable: Sequence[str] = (), writable: Sequence[str] = ()) -> int:
    """From now on only these folders and files can be opened, and no TCP port; files open already stay so.

    readable, writable: paths; those that do not exist are left out. Returns the ABI that holds, 0 for none.
    """
    abi = version()
    if not abi or not gain_nothing():
        return 0
    rights = _FILES[max(known for known in _FILES if known <= abi)]
    try:
        ruleset = _ruleset(abi, rights)
    except OSError:
        return 0
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR)
        for path in writable:
            _allow(ruleset, path, rights)
        syscall(_RESTRICT_SELF, ruleset, 0)
    except OSError:
        return 0
    finally:
        os.close(ruleset)
    return abi


def _ruleset(abi: int, rights: int) -> int:
    fields = [rights, *([_TCP] if abi >= 4 else []), *([_SCOPES] if abi >= 6 else [])]
    packed = struct.pack(f"={len(fields)}Q", *fields)
    return syscall(_CREATE_RULESET, ctypes.create_string_buffer(packed, len(packed)), len(packed), 0)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        number = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _OF_A_FILE
        packed = struct.pack("=Qi", rights, number)
        syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.create_string_buffer(packed, len(packed)), 0)
    finally:
        os.close(number)
