"""The one way in which HDF5 of strangers is opened."""

from __future__ import annotations

from typing import IO

import h5py

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.guard.beginning import check_beginning
from dimorder.formats.guard.damage import DAMAGE, shown
from dimorder.formats.guard.structure import check_structure
from dimorder.formats.guard.traces import is_of_keras

_AGAIN = "download or copy it again"
_FOREIGN = "it holds nothing of Keras: name the file that model.save or model.save_weights wrote"


def opened(file: IO[bytes], path: str) -> h5py.File:
    """The file, open for reading and checked; data is read by whoever asks for it.

    Raises UnreadableFile for what is no whole HDF5 file, UnsafeContent for what no honest model file holds.
    """
    root = _begun(file, path)
    try:
        _check(root, path)
    except BaseException:
        root.close()
        raise
    return root


def is_foreign(file: IO[bytes], path: str) -> bool:
    """Whether it is HDF5 in which nothing is of Keras. Raises UnreadableFile for what is no whole HDF5 file."""
    with _begun(file, path) as root:
        return not _may_be_of_keras(root)


def _begun(file: IO[bytes], path: str) -> h5py.File:
    check_beginning(file, path)
    try:
        return h5py.File(file, "r")
    except (OSError, RuntimeError, ValueError, MemoryError, OverflowError) as problem:
        raise UnreadableFile(
            f"{path}: not a readable HDF5 file ({shown(str(problem))})", hint=_AGAIN, code="input.corrupt"
        ) from problem


def _check(root: h5py.File, path: str) -> None:
    """What other programs write breaks rules that Keras keeps; whoever named such a file is told what it is not."""
    try:
        check_structure(root, path)
    except UnsafeContent as refusal:
        if _may_be_of_keras(root):
            raise
        raise UnsafeContent(refusal.sentence, hint=_FOREIGN, code=refusal.code) from refusal


def _may_be_of_keras(root: h5py.File) -> bool:
    try:
        return is_of_keras(root)
    except DAMAGE:
        return True
