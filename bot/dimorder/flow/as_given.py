"""What the user said of two files, as words of a command line that says it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dimorder.flow.options import TF_TF, Options

_FILES = {
    "architecture": "--architecture",
    "converted_architecture": "--converted-architecture",
    "samples": "--samples",
    "expect": "--expect",
}


def of_prove(names: Mapping[str, str], options: Options) -> tuple[str, ...]:
    """The options of `dimorder prove`, without those that are as by default."""
    return (*_files(names), *_reading(options), *_comparing(options))


def _files(names: Mapping[str, str]) -> Iterator[str]:
    for role, option in _FILES.items():
        if role in names:
            yield from (option, names[role])


def _reading(options: Options) -> Iterator[str]:
    if options.app:
        yield from ("--architecture", f"app:{options.app}")
    if options.stated and not options.released:
        yield from ("--from", str(options.stated))
    for glob, layout in options.layers:
        yield from ("--from", f"{glob}={layout}")
    if options.accept != "certain":
        yield from ("--accept", options.accept)
    if options.keras_version:
        yield from ("--keras-version", options.keras_version)
    for glob, expression in options.expressions:
        yield from ("--lambda", f"{glob}={expression}")


def _comparing(options: Options) -> Iterator[str]:
    if options.target != TF_TF:
        yield from ("--to", str(options.target))
    if options.seed:
        yield from ("--seed", str(options.seed))
