"""A file without a name, for bytes that must be unpacked or gathered before they can be read as a file."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from typing import BinaryIO


def unnamed_file() -> BinaryIO:
    """Open for writing and reading, gone when closed; needs no folder, which whoever reads strangers' bytes may lack.

    Linux keeps it outside of this process's own memory, other systems in it.
    """
    if hasattr(os, "memfd_create"):
        with suppress(OSError):
            return os.fdopen(os.memfd_create("dimorder", os.MFD_CLOEXEC), "w+b")
    return io.BytesIO()
