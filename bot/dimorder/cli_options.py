"""The options that commands share, and what they mean as plain values."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import click

from dimorder.errors import UsageError
from dimorder.flow.options import DIALECTS, Dialect
from dimorder.formula import ALLOWED, parse

Format = Literal["text", "json", "markdown", "html", "sarif", "github", "junit", "gitlab"]
FORMATS: tuple[Format, ...] = ("text", "json", "markdown", "html")
FINDING_FORMATS: tuple[Format, ...] = (*FORMATS, "sarif", "github", "junit", "gitlab")
"""Of `check`; what other commands say is no list of findings."""
_SUFFIXES: dict[Format, str] = {
    "text": "txt", "json": "json", "markdown": "md", "html": "html",
    "sarif": "sarif", "github": "txt", "junit": "xml", "gitlab": "json",
}  # fmt: skip

_MODELS = (".h5", ".hdf5", ".keras", ".npy", ".npz", ".proof.json")

APP = "app:"
"""In front of a published architecture's name."""

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Sink:
    """One rendering of the report. path: "" for the standard output."""

    form: Format
    path: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """How the user wants to be told."""

    sinks: tuple[Sink, ...]
    quiet: bool
    verbose: bool
    colour: bool | None


BOUNDS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--max-memory", metavar="MIB", type=click.IntRange(min=16), default=None,
        help="Memory of the closed-off process that reads the files.  [default: by their size]",
    ),
    click.option(
        "--max-seconds", metavar="N", type=click.IntRange(min=1), default=None,
        help="Its time.  [default: by their size, and by its signs of life]",
    ),
)  # fmt: skip


def reading(command: Command) -> Command:
    """How the file is read."""
    return with_options(
        command,
        click.option(
            "--from", "stated", metavar="LAYOUT", multiple=True,
            help="The layout of the file: th/th, th/tf, tf/th, tf/tf (dim ordering/kernels), with /chw or /hwc "
            "for the order of Dense rows. 'GLOB=LAYOUT' for single layers; repeatable.",
        ),
        click.option(
            "--accept", type=click.Choice(["certain", "likely"]), default="certain", show_default=True,
            help="The lowest confidence in the layout that is enough without --from.",
        ),
        click.option(
            "--architecture", metavar="PATH",
            help="The model's architecture, for weights: JSON, YAML, a function or variable in code as "
            "model.py:NAME (read, never run), or a published one as app:NAME "
            "(vgg16, vgg19, resnet50, inception_v3, xception).",
        ),
        click.option("--keras-version", metavar="X", default="", help="Where the file does not say it."),
        click.option(
            "--lambda", "expressions", metavar="GLOB=EXPRESSION", multiple=True,
            help="What a Lambda layer computes, whose code is never run: an expression in x, such as 'x/255 - 0.5', "
            f"of {ALLOWED}; repeatable.",
        ),
        *BOUNDS,
    )  # fmt: skip


def proving(command: Command) -> Command:
    """What the proof is made with."""
    return with_options(
        command,
        click.option("--to", "to", metavar="LAYOUT", default="tf/tf", show_default=True, help="The target layout."),
        click.option("--samples", metavar="PATH", help="Real inputs (.npy, .npz), in the original's layout."),
        click.option("--expect", metavar="PATH", help="What is known of the samples: predictions or labels."),
        click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the made inputs."),
        click.option(
            "--referee", type=click.Choice(["auto", "numpy"]), default="auto", show_default=True,
            help="auto: real Keras 3 too, where it is installed and the converted file is in its form.",
        ),
    )  # fmt: skip


def telling(command: Command) -> Command:
    """How it is told."""
    return _telling(command, FORMATS)


def telling_findings(command: Command) -> Command:
    """How findings are told."""
    return _telling(command, FINDING_FORMATS)


def telling_repositories(command: Command) -> Command:
    """How a sweep is told."""
    return _telling(command, FORMATS, verbose="Each repository as it comes, and those with nothing to do.")


def _telling(
    command: Command, offered: tuple[Format, ...], *, verbose: str = "Every array, layer and mistake tried."
) -> Command:
    return with_options(
        command,
        click.option(
            "--output", "outputs", metavar="FORMAT[=PATH]", multiple=True,
            callback=lambda context, option, outputs: tuple(_sink(output, offered) for output in outputs),
            help=f"{', '.join(offered)}; to a file with =PATH. Repeatable.  [default: text]",
        ),
        click.option("-q", "--quiet", is_flag=True, help="The verdict only, in one line."),
        click.option("-v", "--verbose", is_flag=True, help=verbose),
        click.option("--no-color", is_flag=True, help="No colours; so does the variable NO_COLOR."),
    )  # fmt: skip


def with_options(command: Command, *options: Callable[[Command], Command]) -> Command:
    """The command with these options, in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def told(sinks: tuple[Sink, ...], *, quiet: bool, verbose: bool, no_color: bool) -> Told:
    """Sinks in the order given; text stands on the standard output unless something else does."""
    if quiet and verbose:
        raise UsageError("--quiet and --verbose exclude each other", hint="give one of them")
    shown = [sink.form for sink in sinks if not sink.path]
    if len(shown) > 1:
        hint = f"send one of them to a file: --output {shown[1]}=PATH"
        raise UsageError("two formats would share the standard output", hint=hint)
    if not shown:
        sinks = (Sink("text"), *sinks)
    return Told(sinks, quiet, verbose, False if no_color else None)


def _sink(output: str, offered: tuple[Format, ...]) -> Sink:
    form, equals, path = output.partition("=")
    if form not in offered:
        if form in FINDING_FORMATS:
            raise UsageError(f"format {form!r} is one of `dimorder check`", hint=f"available: {', '.join(offered)}")
        raise _not_offered("format", form, offered)
    hint = f"--output {form}=report.{_SUFFIXES[form]}"
    if equals and not path:
        raise UsageError(f"--output {output}: the path is missing", hint=hint)
    if path.endswith(_MODELS):
        raise UsageError(f"--output {output}: a report is no model", hint=hint)
    if path and os.path.dirname(path) and not os.path.isdir(os.path.dirname(path)):
        raise UsageError(f"there is no folder {os.path.dirname(path)!r}", hint="make it first")
    return Sink(form, "" if path == "-" else path)


def dialect(name: str | None) -> Dialect | None:
    """The dialect asked for; None leaves it to the target's suffix."""
    if name is None:
        return None
    if name not in DIALECTS:
        raise _not_offered("dialect", name, DIALECTS)
    return name


def architecture(path: str | None, role: str = "architecture") -> dict[str, str]:
    """The path by its role; nothing without one."""
    if path is None or (path.startswith(APP) and role == "architecture"):
        return {}
    if path.startswith(APP):
        raise UsageError(
            f"--{role.replace('_', '-')} {path}: a published model has no changed form",
            hint="pass the architecture as JSON or YAML: model.to_json() in your Keras writes it",
        )
    return {role: path}


def app(path: str | None) -> str:
    """The published architecture that is named instead of a file; "" for a file, or nothing."""
    if path == APP:
        raise UsageError("--architecture app: the name is missing", hint="for example --architecture app:vgg16")
    return path.removeprefix(APP) if path and path.startswith(APP) else ""


def expressions(given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The values of --lambda as (glob, expression), each known to be an allowed one."""
    pairs = []
    for text in given:
        glob, equals, expression = (part.strip() for part in text.partition("="))
        if not (glob and equals and expression):
            raise UsageError(f"--lambda {text!r} is not GLOB=EXPRESSION", hint="for example --lambda 'lambda_1=x/255'")
        parse(expression)
        pairs.append((glob, expression))
    return tuple(pairs)


def check_apart(told: Told, named: Mapping[str, Any]) -> None:
    """No report replaces a file that the call names otherwise."""
    texts = [text for value in named.values() for text in (value if isinstance(value, tuple) else (value,))]
    places = {os.path.realpath(text) for text in texts if isinstance(text, str) and text and "\0" not in text}
    for sink in told.sinks:
        if sink.path and os.path.realpath(sink.path) in places:
            raise UsageError(f"the report would replace {sink.path!r}", hint="name another path")


def given(**paths: str | None) -> dict[str, str]:
    """Paths by role, without those that were not given."""
    return {role: path for role, path in paths.items() if path is not None}


def _not_offered(kind: str, name: str, offered: tuple[str, ...]) -> UsageError:
    return UsageError(f"{kind} {name!r} does not exist", hint=f"available: {', '.join(offered)}")
