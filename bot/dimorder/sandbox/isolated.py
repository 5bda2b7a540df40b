"""Running a flow apart from the caller: open files go in, a plain report comes out.

The child can open nothing, call nobody and start nothing; when it dies, hangs or grows too fat, that is an answer
about its file, and the caller lives on.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from errno import errorcode
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from dimorder import errors
from dimorder.errors import DimorderError, Refused, UnreadableFile, UnsafeContent
from dimorder.sandbox import wire
from dimorder.sandbox.bounds import Limits
from dimorder.sandbox.files import explained
from dimorder.sandbox.outside import Files, Progress, Service
from dimorder.sandbox.values import address, plain, restored
from dimorder.sandbox.worker import Worker, begun, forget, worker

Report = TypeVar("Report")
LOCKS = ("landlock", "seccomp")
_LONGEST_STAGE = 200
_LAST_WORDS = frozenset(("report", "error", "system", "memory", "bug"))
_CLASSES = {
    name: one for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, DimorderError)
}


@dataclass(frozen=True, slots=True)
class Flow(Generic[Report]):
    """A flow by its address, `dimorder.flow.module:function`, so that the caller need not load it.

    It takes (files by role, names by role, options, Outside) and returns a report, a frozen dataclass.
    needs: libraries that hardly any other flow uses, too slow to be loaded for all of them.
    looks: it is among those that are enough to look at files and code, whose process starts sooner.
    """

    address: str
    report: type[Report]
    needs: tuple[str, ...] = ()
    looks: bool = False


@dataclass(frozen=True, slots=True)
class Host:
    """What the caller does for the flow meanwhile.

    progress: called with its signs of life. services: by name. locks: which walls the child raises.
    """

    progress: Progress
    services: Mapping[str, Service]
    locks: tuple[str, ...] = LOCKS


@dataclass(frozen=True, slots=True)
class Walls:
    """What the kernel puts around a child beside its being a process of its own. landlock: the ABI, 0 for none."""

    seccomp: bool
    landlock: int
    nobody: bool

    def __str__(self) -> str:
        landlock = f"Landlock (ABI {self.landlock})" if self.landlock else ""
        names = ("seccomp" if self.seccomp else "", landlock, "no rights of root" if self.nobody else "")
        return ", ".join(filter(None, names)) or "nothing: neither seccomp nor Landlock is to be had here"


class ChildFailed(RuntimeError):
    """A bug in the flow: its traceback is the message."""


def prepare(*, looks: bool = False) -> None:
    """Have the process that runs flows start already, while the caller is still busy with other things."""
    worker(os.getpid(), looks=looks)


def walls() -> Walls | None:
    """What holds around the children of this process; None before the first of them."""
    own = begun(os.getpid())
    return restored(own.ready.values, Walls) if own and own.ready else None


def run_isolated(
    flow: Flow[Report], files: Files, names: Mapping[str, str], options: object, limits: Limits, host: Host
) -> Report:
    """The report of `flow` on open files.

    files: by role: source, target (opened for writing and reading), architecture, samples, expect.
    names: by role the path to show in messages and reports; it is never opened.
    options: a frozen dataclass. Raises what the flow raises, and UnreadableFile or UnsafeContent for a child that died.
    """
    own = worker(os.getpid(), flow.needs, looks=flow.looks)
    with own.busy:
        return _run(own, flow, files, names, options, limits, host)


def _run(
    own: Worker,
    flow: Flow[Report],
    files: Files,
    names: Mapping[str, str],
    options: object,
    limits: Limits,
    host: Host,
) -> Report:
    about = names.get("source") or next(iter(names.values()), "the file")
    request = {
        "flow": flow.address, "kind": address(type(options)), "options": plain(options), "names": dict(names),
        "roles": list(files), "about": about, "bounds": plain(limits.use), "locks": list(host.locks),
    }  # fmt: skip
    line, theirs = socket.socketpair()
    with line:
        with theirs:
            own.ask(request, [theirs.fileno(), *(file.fileno() for file in files.values())])
        talk = _Talk(line, files, limits, host)
        answer = talk.answer_or_stop(own)
        status = own.ended()["status"]
    if own.once:
        forget(own)
    # A report counts when its sender came to a good end: until then it may still have been writing.
    if answer is None or (status and "report" in answer):
        raise _death(about, status, talk, limits)
    return _report(answer, flow.report, about)


class _Talk:
    """One child's signs of life and questions, until its answer."""

    def __init__(self, line: socket.socket, files: Files, limits: Limits, host: Host) -> None:
        self.line, self.files, self.limits, self.host = line, files, limits, host
        self.end = time.monotonic() + limits.total
        self.until = time.monotonic() + limits.patience
        self.late = False
        self.garbled = False

    def answer_or_stop(self, own: Worker) -> dict[str, Any] | None:
        """Its answer, None if it has none to give; whatever happens here, the child is not left running."""
        try:
            answer = self._answer()
        except BaseException:
            own.stop()
            own.ended()
            raise
        if self.late or self.garbled:
            own.stop()
        return answer

    def _answer(self) -> dict[str, Any] | None:
        try:
            most = wire.QUESTIONS if self.host.services else wire.REPORTS
            while (message := wire.receive(self.line, until=min(self.until, self.end), most=most)) is not None:
                if message.values.keys() & _LAST_WORDS:
                    return message.values
                self._talk(message)
        except wire.TooLate:
            self.late = True
        except (wire.Garbled, ConnectionError):
            self.garbled = True
        return None

    def _talk(self, message: wire.Message) -> None:
        match message.values:
            case {"progress": [str(stage), int(done), int(total)]}:
                self.host.progress(stage[:_LONGEST_STAGE], _counted(done), _counted(total))
            case {"call": str(service), "values": dict(values)} if service in self.host.services:
                found, content = self.host.services[service](values, message.content, self.files)
                wire.send(self.line, found, content)
            case _:
                raise wire.Garbled
        self.until = time.monotonic() + self.limits.stall


def _report(answer: dict[str, Any], kind: type[Report], about: str) -> Report:
    match answer:
        case {"report": values}:
            try:
                return restored(values, kind)
            except msgspec.ValidationError as problem:
                raise ChildFailed(f"its report is none: {problem}") from problem
        case {"error": dict(told)}:
            try:
                raise _error(restored(told, _Error))
            except msgspec.ValidationError as problem:
                raise ChildFailed(f"its error is none: {problem}") from problem
        case {"system": [int(number), str(reason), str() | None as name]} if number in errorcode:
            raise _of_the_system(OSError(number, reason, *([name] if name else [])))
        case {"memory": True}:
            raise _fat(about)
        case {"bug": str(told)}:
            raise ChildFailed(told)
    raise ChildFailed("it answered nonsense")


@dataclass(frozen=True, slots=True)
class _Error:
    """An error as it comes home. Its code is shown as it is, and those of the sandbox are not the child's to give."""

    kind: str
    sentence: str
    hint: str
    code: Annotated[str, msgspec.Meta(pattern=r"^(?!sandbox)[a-z0-9.-]{0,60}\Z")]
    refusals: tuple[tuple[str, str, str], ...] = ()


def _error(told: _Error) -> DimorderError:
    kind = _CLASSES.get(told.kind, UnreadableFile)
    if kind is Refused:
        return Refused(told.sentence, hint=told.hint, code=told.code, refusals=told.refusals)
    return kind(told.sentence, hint=told.hint, code=told.code)


def _of_the_system(error: OSError) -> Exception:
    """An error that whoever called can explain; any other is told as a bug of the flow."""
    return error if explained(error, "") else ChildFailed(repr(error))


def _counted(number: int) -> int:
    """As much as a progress bar can show."""
    return max(0, min(number, 1 << 53))


def _death(about: str, status: int, talk: _Talk, limits: Limits) -> DimorderError:
    """What a child that gave no answer says about its file."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if talk.garbled:
        return UnreadableFile(f"{about}: the process that read it answered nonsense", code="input.corrupt")
    if talk.late or number == signal.SIGXCPU:
        seconds = limits.total if time.monotonic() >= talk.end else limits.patience
        return UnsafeContent(
            f"{about}: reading it was stopped after {seconds:.0f} seconds",
            hint="if the file is trusted and the machine slow: --max-seconds N",
            code="limits.time",
        )
    if number == signal.SIGKILL:
        return _fat(about)
    how = f"by signal {signal.Signals(number).name}" if number else f"with code {os.waitstatus_to_exitcode(status)}"
    return UnreadableFile(
        f"{about}: the process that read it ended {how}: the file is damaged, or made to do that",
        hint="get the file again from where it came from",
        code="input.corrupt",
    )


def _fat(about: str) -> UnsafeContent:
    return UnsafeContent(
        f"{about}: reading it takes more memory than it is given",
        hint="if the file is trusted: --max-memory MIB",
        code="limits.memory",
    )
