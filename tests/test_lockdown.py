"""The filter of calls, run here instruction by instruction for both machines, and the numbers of the calls."""

from __future__ import annotations

import errno
import re
import struct
from pathlib import Path

import pytest

from dimorder.lockdown import landlock
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
from dimorder.lockdown.seccomp import Extent, compiled, instructions

ALLOWED, KILLED = 0x7FFF0000, 0x80000000
MACHINES = sorted(AUDIT_ARCH)
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
CLONE_THREAD = 0x10000
READ = {"x86_64": 0, "aarch64": 63}


def answer(machine: str, number: int, *arguments: int, arch: int | None = None, extent: Extent = "all") -> int:
    """What the kernel would do with a call, as classic BPF is defined: errno, or ALLOWED, or KILLED."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    seen = struct.pack("<iIQ6Q", number, AUDIT_ARCH[machine] if arch is None else arch, 0, *padded)
    program, place, held = tuple(instructions(machine, extent)), 0, 0
    while True:
        operation, if_true, if_false, constant = program[place]
        place += 1
        match operation:
            case 0x20:
                (held,) = struct.unpack_from("<I", seen, constant)
            case 0x15:
                place += if_true if held == constant else if_false
            case 0x35:
                place += if_true if held >= constant else if_false
            case 0x45:
                place += if_true if held & constant else if_false
            case 0x06:
                return constant & 0xFFFF if constant >> 16 == 5 else constant
            case _:
                raise AssertionError(f"operation {operation:#x}")


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("table", [FORBIDDEN, SOCKETS, PROGRAMS])
def test_forbidden_calls_are_refused(machine: str, table: dict[str, dict[str, int]]) -> None:
    answers = {name: answer(machine, number) for name, number in table[machine].items()}
    assert answers == dict.fromkeys(table[machine], errno.EPERM)


@pytest.mark.parametrize("machine", MACHINES)
def test_opening_is_refused_only_where_asked(machine: str) -> None:
    for number in OPENING[machine].values():
        assert answer(machine, number) == errno.EACCES
        assert answer(machine, number, extent="but-opening") == ALLOWED


@pytest.mark.parametrize("machine", MACHINES)
def test_programs_alone_are_refused_where_nothing_else_is_to_be(machine: str) -> None:
    assert {answer(machine, number, extent="programs") for number in PROGRAMS[machine].values()} == {errno.EPERM}
    others = [*OPENING[machine].values(), *SOCKETS[machine].values(), *FORBIDDEN[machine].values(), CLONE3]
    assert {answer(machine, number, extent="programs") for number in others} == {ALLOWED}


@pytest.mark.parametrize("machine", MACHINES)
def test_all_other_calls_are_let_pass(machine: str) -> None:
    named = {number for table in (FORBIDDEN, SOCKETS, PROGRAMS, OPENING) for number in table[machine].values()}
    special = {CLONE[machine], CLONE3, PRLIMIT[machine], FCNTL[machine], IOCTL[machine], PRCTL[machine]}
    others = [number for number in range(NEWEST + 1) if number not in named | special]
    assert READ[machine] in others
    assert {answer(machine, number) for number in others} == {ALLOWED}


@pytest.mark.parametrize("machine", MACHINES)
def test_threads_may_start_and_processes_may_not(machine: str) -> None:
    assert answer(machine, CLONE[machine], 0x3D0F00 | CLONE_THREAD) == ALLOWED
    assert answer(machine, CLONE[machine], 0x1200011) == errno.EPERM
    assert answer(machine, CLONE3) == errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_limits_may_be_asked_for_and_not_set(machine: str) -> None:
    assert answer(machine, PRLIMIT[machine], 0, 7, 0, 0x7FFC00001000) == ALLOWED
    assert answer(machine, PRLIMIT[machine], 0, 7, 0x1000, 0) == errno.EPERM
    assert answer(machine, PRLIMIT[machine], 0, 7, 0x700000000, 0) == errno.EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_that_are_newer_than_the_tables_are_unknown(machine: str) -> None:
    """Such as setxattrat, which names a file."""
    assert {answer(machine, number) for number in (NEWEST + 1, 463, 469, 999)} == {errno.ENOSYS}
    assert answer(machine, NEWEST + 1, extent="programs") == ALLOWED


@pytest.mark.parametrize("machine", MACHINES)
def test_of_calls_with_many_faces_the_harmful_ones_are_refused(machine: str) -> None:
    for command in HARMFUL_FCNTL.values():
        assert answer(machine, FCNTL[machine], 3, command) == errno.EPERM
    for command in HARMLESS_IOCTL.values():
        assert answer(machine, IOCTL[machine], 3, command) == ALLOWED
    for option in HARMFUL_PRCTL.values():
        assert answer(machine, PRCTL[machine], option) == errno.EPERM
    get_flags, set_attributes, set_name = 3, 0x40086602, 15
    assert answer(machine, FCNTL[machine], 3, get_flags) == ALLOWED
    assert answer(machine, IOCTL[machine], 3, set_attributes) == errno.EPERM
    assert answer(machine, PRCTL[machine], set_name) == ALLOWED


def test_another_machines_calls_are_the_end() -> None:
    assert answer("x86_64", READ["x86_64"], arch=0x40000003) == KILLED


def test_the_same_calls_under_other_numbers_are_refused() -> None:
    assert answer("x86_64", 0x40000000 + SOCKETS["x86_64"]["socket"]) == errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_fits_into_the_kernel(machine: str) -> None:
    assert 8 < len(compiled(machine, "all")) // 8 < 4096


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_are_the_kernels_own(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip(f"the kernel's headers are not here: {HEADERS[machine]}")
    found = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[machine].read_text()))
    assert len(found) > 200
    named = {name: number for t in (FORBIDDEN, SOCKETS, PROGRAMS, OPENING) for name, number in t[machine].items()}
    named |= {"clone": CLONE[machine], "prlimit64": PRLIMIT[machine]}
    named |= {"fcntl": FCNTL[machine], "ioctl": IOCTL[machine], "prctl": PRCTL[machine]}
    known = named.keys() & found.keys()
    assert {name: named[name] for name in known} == {name: int(found[name]) for name in known}
    assert len(known) > 50


def test_landlock_gives_rights_to_what_is_there_and_nothing_else(tmp_path: Path) -> None:
    """In a child of its own, since there is no way back."""
    import os

    if not landlock.version():
        pytest.skip("this kernel has no Landlock")
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "file").write_text("x")
    (tmp_path / "other").write_text("x")
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        landlock.close_files([str(tmp_path / "given"), str(tmp_path / "absent")], [])
        told = [_opens(tmp_path / "given" / "file"), _opens(tmp_path / "other"), _writes(tmp_path / "given" / "file")]
        os.write(writer, repr(told).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 1000).decode() == "[True, False, False]"
    os.close(reader)
    os.close(writer)


def _opens(path: Path) -> bool:
    try:
        return path.read_text() == "x"
    except OSError:
        return False


def _writes(path: Path) -> bool:
    try:
        path.open("a").close()
    except OSError:
        return False
    return True
