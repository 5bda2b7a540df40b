"""Flows that do what a file could make a hijacked reader do; each reports what the kernel let it do."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from dimorder.lockdown import kernel
from dimorder.lockdown.calls import FORBIDDEN


@dataclass(frozen=True, slots=True)
class Order:
    """What to try, and with what."""

    path: str = ""
    port: int = 0
    size: int = 0
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """errno of each attempt by name, 0 where it succeeded; and whatever else is told."""

    tried: dict[str, int]
    told: dict[str, str]


def attempt(files: Any, names: Any, order: Order, outside: Any) -> Found:
    """Everything that is not computing."""
    attempts: dict[str, Callable[[], object]] = {
        "open": lambda: os.open(order.path, os.O_RDONLY),
        "create": lambda: os.open(order.path + ".new", os.O_WRONLY | os.O_CREAT),
        "python-open": lambda: open(order.path, "rb").read(1),  # noqa: SIM115
        "own-again": lambda: os.open(f"/proc/self/fd/{files['source'].fileno()}", os.O_RDWR),
        "list": lambda: os.listdir(os.path.dirname(order.path)),
        "rename": lambda: os.rename(order.path, order.path + ".gone"),
        "unlink": lambda: os.unlink(order.path),
        "link": lambda: os.link(order.path, order.path + ".too"),
        "symlink": lambda: os.symlink(order.path, order.path + ".sym"),
        "chmod": lambda: os.chmod(order.path, 0o777),
        "truncate": lambda: os.truncate(order.path, 0),
        "mkdir": lambda: os.mkdir(order.path + ".folder"),
        "socket": lambda: socket.socket(socket.AF_INET).close(),
        "unix-socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "socketpair": socket.socketpair,
        "connect": lambda: socket.create_connection(("127.0.0.1", order.port), 2),
        "exec": lambda: os.execv("/bin/true", ["true"]),
        "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "subprocess": lambda: subprocess.run(["/bin/true"], check=True),
        "fork": _fork,
        "kill-parent": lambda: os.kill(os.getppid(), 0),
        "become-root": lambda: os.setuid(0),
        "raise-limits": _raise_limits,
        "own-rights": lambda: os.fchmod(files["source"].fileno(), 0o777),
        "own-attributes": lambda: os.setxattr(files["source"].fileno(), "user.evil", b"1"),
        "own-flags": lambda: fcntl.ioctl(files["source"].fileno(), 0x40086602, b"\0" * 8),
        "signal-by-file": lambda: fcntl.fcntl(files["source"].fileno(), fcntl.F_SETOWN, os.getppid()),
        "message-queue": lambda: kernel.syscall(FORBIDDEN[os.uname().machine]["msgget"], 0xD1, 0),
        "outlive": lambda: kernel.prctl(1, 0),
    }
    wanted = order.only or tuple(attempts)
    return Found({name: _number(attempts[name]) for name in wanted}, {})


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _raise_limits() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (1 << 40, 1 << 40))


def _number(attempt: Callable[[], object]) -> int:
    try:
        attempt()
    except OSError as error:
        return error.errno or -1
    except ValueError:
        return -1
    return 0


def load(files: Any, names: Any, order: Order, outside: Any) -> Found:
    """A library that nobody has loaded, or somebody."""
    try:
        import_module(order.path)
    except OSError as error:
        return Found({"import": error.errno or -1}, {})
    except ImportError:
        return Found({"import": -1}, {})
    return Found({"import": 0}, {})


def look_around(files: Any, names: Any, order: Order, outside: Any) -> Found:
    """Who am I, what have I."""
    numbers = [number for number in range(256) if _number(partial(os.fstat, number)) == 0]
    told = {"environment": repr(dict(os.environ)), "user": str(os.getuid()), "open": str(len(numbers))}
    return Found({}, told)


def hang(files: Any, names: Any, order: Order, outside: Any) -> Found:
    time.sleep(1000)
    return Found({}, {})


def spin(files: Any, names: Any, order: Order, outside: Any) -> Found:
    while True:
        pass


def chatter(files: Any, names: Any, order: Order, outside: Any) -> Found:
    """Signs of life for ever."""
    number = 0
    while True:
        outside.progress(f"stage {number}", 0, 1)
        number += 1
        time.sleep(0.01)


def grow(files: Any, names: Any, order: Order, outside: Any) -> Found:
    kept = [np.ones(1 << 20) for _ in range(order.size)]
    return Found({}, {"kept": str(len(kept))})


def crash(files: Any, names: Any, order: Order, outside: Any) -> Found:
    ctypes.string_at(0)
    return Found({}, {})


def vanish(files: Any, names: Any, order: Order, outside: Any) -> Found:
    os._exit(0)


def die(files: Any, names: Any, order: Order, outside: Any) -> Found:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [])
    os.abort()


def say(files: Any, names: Any, order: Order, outside: Any) -> Found:
    """Whatever text is ordered, in place of an answer; filled up to a size in MiB."""
    text = order.path.encode() + b" " * (order.size << 20)
    outside.progress.line.sendall(struct.pack("!QI", len(text), 0) + text)
    os._exit(0)


def promise(files: Any, names: Any, order: Order, outside: Any) -> Found:
    """A message of a length that is told, and bytes beside it of a size that is told."""
    outside.progress.line.sendall(struct.pack("!QIQ", order.size, 1, 1 << 20))
    time.sleep(1000)
    return Found({}, {})


def hoard(files: Any, names: Any, order: Order, outside: Any) -> Found:
    """Memory that no bound on memory counts."""
    kept: list[int] = []
    while len(kept) < order.size and _number(lambda: kept.append(os.memfd_create("kept"))) == 0:
        pass
    return Found({}, {"kept": str(len(kept))})


def multiply(files: Any, names: Any, order: Order, outside: Any) -> Found:
    """Threads as many as are let start."""
    done, started = threading.Event(), 0
    threading.stack_size(1 << 16)
    with suppress(RuntimeError):
        for _ in range(order.size):
            threading.Thread(target=done.wait, daemon=True).start()
            started += 1
    done.set()
    return Found({}, {"started": str(started)})


def garble(files: Any, names: Any, order: Order, outside: Any) -> Found:
    """Bytes that are no message: a length beyond all bounds."""
    outside.progress.line.sendall(b"\xff" * 64)
    time.sleep(1000)
    return Found({}, {})


def lie(files: Any, names: Any, order: Order, outside: Any) -> Any:
    """Another report than the one that was promised."""
    return Order(path="I am a report")


def beg(files: Any, names: Any, order: Order, outside: Any) -> Found:
    """A service that is not offered."""
    outside.call("shell", {"command": "true"}, [])
    return Found({}, {})


def blunder(files: Any, names: Any, order: Order, outside: Any) -> Found:
    raise KeyError("a bug of ours")


def fall_deep(files: Any, names: Any, order: Order, outside: Any) -> Found:
    return fall_deep(files, names, order, outside)


def compute(files: Any, names: Any, order: Order, outside: Any) -> Found:
    """What must still work: threads of BLAS, memory without a name, a question to the parent, its own file."""
    product = np.ones((600, 600)) @ np.ones((600, 600))
    memory = os.memfd_create("scratch")
    os.write(memory, b"x" * 1000)
    answer, content = outside.call("double", {"number": 21}, [b"ab"])
    told = {"product": str(product[0, 0]), "answer": str(answer["number"]), "content": content[0].decode()}
    return Found({}, {**told, "read": files["source"].read().decode(), "name": names["source"]})


def write(files: Any, names: Any, order: Order, outside: Any) -> Found:
    files["target"].write(b"converted")
    files["target"].flush()
    return Found({}, {})


def double(values: Mapping[str, Any], content: list[bytes], files: Any) -> tuple[dict[str, Any], list[bytes]]:
    """A service of the parent's."""
    return {"number": 2 * values["number"]}, [part * 2 for part in content]
