"""The standard input as a file with a name, for editors that check what is not saved yet."""

from __future__ import annotations

import sys
from contextlib import ExitStack

from dimorder.errors import UsageError
from dimorder.flow.inputs import scratch
from dimorder.flow.walk import Place
from dimorder.sandbox.files import CHUNK, explaining

DASH = "-"


def place(stack: ExitStack, filename: str, largest: int) -> Place:
    """What stands on the standard input, kept until the end of the block; read as far as it may be judged."""
    if not filename:
        raise UsageError("- reads the standard input, which has no name", hint="add --stdin-filename PATH")
    file = scratch(stack)
    left = largest + 1
    with explaining("cannot read the standard input"):
        while left > 0 and (block := sys.stdin.buffer.read(min(CHUNK, left))):
            file.write(block)
            left -= len(block)
        file.flush()
    return Place(filename, file.name, named=True)
