"""Weights in several files: the certificate holds the hash of each, and a change of one is found."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import h5py
import pytest

from dimorder.flow import certificate
from dimorder.flow.on_files import check_certificate, convert_file
from dimorder.flow.options import Options
from dimorder.sandbox.files import open_input, sha256
from support.conversions import quiet

GOLDEN = Path(__file__).parents[1] / "formats" / "golden" / "containers.zip"
INDEX = "k3s.weights.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Sharded weights of real Keras 3, and their conversion with its certificate."""
    with zipfile.ZipFile(GOLDEN) as archive:
        archive.extractall(tmp_path)
    assert converted(tmp_path).verdict == "equivalent"
    return tmp_path


def converted(folder: Path) -> Any:
    paths = {"source": INDEX, "architecture": "k3.json", "target": "new.keras"}
    named = {role: str(folder / name) for role, name in paths.items()}
    return convert_file(named, Options(referee="numpy"), quiet)


def checked(folder: Path) -> Any:
    return check_certificate(str(folder / "new.keras.proof.json"), {}, quiet)


def shards(folder: Path) -> list[Path]:
    return sorted(folder.glob("k3s_*.weights.h5"))


def test_every_shard_is_certified_and_confirmed(folder: Path) -> None:
    document = json.loads((folder / "new.keras.proof.json").read_text())
    assert len(shards(folder)) > 1
    for path in shards(folder):
        with open_input(str(path)) as opened:
            stated = {"path": path.name, "sha256": sha256(opened.file)}
        assert document["beside"][f"source:{path.name}"] == stated
    assert checked(folder).verdict == "confirmed"


def test_another_shard_is_not_confirmed_whatever_it_holds(folder: Path) -> None:
    last = shards(folder)[-1]
    with h5py.File(last, "r+") as root:
        root.attrs["note"] = "the same arrays"
    report = checked(folder)
    assert report.verdict == "not confirmed"
    assert len(report.differences) == 1
    assert report.differences[0].startswith(f"the original's shard ({last.name}) is not the one that was certified")
    assert report.again is None


def test_a_shard_that_no_hash_is_stated_of_is_not_confirmed(folder: Path) -> None:
    path = folder / "new.keras.proof.json"
    document = json.loads(path.read_text())
    lost = f"source:{shards(folder)[0].name}"
    del document["beside"][lost]
    path.write_text(json.dumps(document))
    (difference,) = checked(folder).differences
    assert difference == f"the certificate knows nothing of the original's shard ({shards(folder)[0].name})"


def test_a_certificate_of_other_shards_proves_less(folder: Path) -> None:
    ours = (folder / "new.keras.proof.json").read_bytes()
    document = json.loads(ours)
    document["beside"][f"source:{shards(folder)[0].name}"]["sha256"] = "0" * 64
    assert certificate.says_as_much(ours, ours)
    assert not certificate.says_as_much(json.dumps(document).encode(), ours)


def test_the_certificate_is_confirmed_where_all_files_went_together(folder: Path, tmp_path_factory: Any) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(folder, elsewhere, dirs_exist_ok=True)
    assert checked(elsewhere).verdict == "confirmed"
