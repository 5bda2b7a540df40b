"""Which HDF5 the refusals of hostile files were measured with: a newer one brings readers, and holes, of its own."""

from __future__ import annotations

import h5py

MEASURED = (2, 0, 0)
"""Raise it only after the hostile files, `make fuzz` and the known crashing samples have been run with it."""


def test_this_hdf5_is_one_that_was_measured() -> None:
    assert h5py.version.hdf5_version_tuple[:3] <= MEASURED
