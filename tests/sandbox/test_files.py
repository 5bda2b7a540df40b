"""What a user names is opened as it is: regular files only, and any later change of them is noticed."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dimorder.errors import DimorderError, EnvironmentProblem, UsageError
from dimorder.sandbox.files import check_unchanged, open_input, sha256


def failing(number: int) -> Callable[..., None]:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_file_opens_with_its_identity(tmp_path: Path) -> None:
    (tmp_path / "model.h5").write_bytes(b"abc")
    with open_input(str(tmp_path / "model.h5")) as opened:
        assert opened.file.read() == b"abc"
        assert opened.identity.size == 3
        assert sha256(opened.file).startswith("ba7816bf")


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "model.h5").write_bytes(b"abc")
    (tmp_path / "link").symlink_to("model.h5")
    with open_input(str(tmp_path / "link")) as opened:
        assert opened.is_same_file(str(tmp_path / "model.h5"))


@pytest.mark.parametrize("path", ["missing.h5", ".", "model.h5/x", "x" * 300, "a\0b", "loop", "", "/dev/null"])
def test_what_is_no_file_is_a_usage_error(tmp_path: Path, path: str) -> None:
    (tmp_path / "model.h5").write_bytes(b"")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError), open_input(os.path.join(tmp_path, path) if path else ""):
        pass


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="not a regular file"), open_input(str(tmp_path / "pipe")):
        pass


def test_a_file_without_permission_is_the_environments_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "open", failing(errno.EACCES))  # root may read everything
    with pytest.raises(EnvironmentProblem, match="Permission denied"), open_input("model.h5"):
        pass


@pytest.mark.parametrize("how", ["written to", "replaced", "removed", "written to behind the clock"])
def test_a_source_that_changes_is_noticed(tmp_path: Path, how: str) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(b"abc")
    with open_input(str(path)) as opened:
        check_unchanged(opened)
        opened = replace(opened, digest=sha256(opened.file))
        check_unchanged(opened)
        _change(path, how)
        with pytest.raises(DimorderError):
            check_unchanged(opened)


def _change(path: Path, how: str) -> None:
    before = path.stat()
    if how == "replaced":
        other = path.with_name("other")
        other.write_bytes(path.read_bytes())
        os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
        os.replace(other, path)
    elif how == "removed":
        path.unlink()
    else:
        path.write_bytes(b"abd")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns if "clock" in how else 0))


def test_a_read_leaves_the_file_at_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "model.h5").write_bytes(b"abc")
    with open_input(str(tmp_path / "model.h5")) as opened:
        sha256(opened.file)
        assert opened.file.read() == b"abc"


def test_a_digest_is_of_the_disk_and_not_of_what_a_buffer_remembers(tmp_path: Path) -> None:
    """A child shares the position of a file that it was given, and writes into it."""
    path = tmp_path / "model.h5"
    path.write_bytes(b"abc")
    with open_input(str(path)) as opened:
        opened.file.read(1)
        os.lseek(opened.file.fileno(), 2, os.SEEK_SET)
        assert sha256(opened.file) == hashlib.sha256(b"abc").hexdigest()
        path.write_bytes(b"xyz")
        assert sha256(opened.file) == hashlib.sha256(b"xyz").hexdigest()
