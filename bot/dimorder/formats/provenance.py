"""What an HDF5 file says of having been written by this tool."""

from __future__ import annotations

import json
from typing import BinaryIO

from dimorder.formats import hdf5
from dimorder.model import Provenance

PROVENANCE = "dimorder"
"""The attribute of a file's root that holds it, as JSON."""


def provenance_in(file: BinaryIO, path: str) -> Provenance | None:
    """That of a file; leaves the file at its start."""
    with hdf5.Hdf5Store(file, path).root as root:
        found = parsed_provenance(hdf5.attribute(root, PROVENANCE))
    file.seek(0)
    return found


def parsed_provenance(written: str | None) -> Provenance | None:
    """The attribute's text; None where it is missing or says something else."""
    if not written:
        return None
    try:
        stated = json.loads(written)
        layout, source, digest, version = (
            str(stated[key]) for key in ("layout", "source_layout", "source_sha256", "version")
        )
        more = (str(stated.get(key, "")) for key in ("conv1d", "flatten", "dialect"))
        return Provenance(layout, source, digest, version, *more)
    except (ValueError, KeyError, TypeError):
        return None
