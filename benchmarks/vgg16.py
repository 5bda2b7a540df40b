"""What a full VGG16 costs: a 553 MB file in Theano's layout inspected, converted, and proven.

    python benchmarks/vgg16.py [FOLDER]

Each command runs in a process of its own; time is the wall clock's, memory the process's largest resident set.
`cp` and fsync of the same file is what the machine itself takes to write it once.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np

NAME = "vgg16_weights_th_dim_ordering_th_kernels.h5"
BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
DENSE = (("fc1", 25088, 4096), ("fc2", 4096, 4096), ("predictions", 4096, 1000))


def layers() -> Iterator[tuple[str, tuple[int, ...] | None]]:
    """Names in the order of the published file, with the kernel's shape where there is one."""
    channels = 3
    yield "input_1", None
    for block, (filters, depth) in enumerate(BLOCKS, 1):
        for number in range(1, depth + 1):
            yield f"block{block}_conv{number}", (filters, channels, 3, 3)
            channels = filters
        yield f"block{block}_pool", None
    yield "flatten", None
    for name, rows, columns in DENSE:
        yield name, (rows, columns)


def make(path: Path) -> None:
    """A file as Keras 1.2 on Theano saves it; He-scaled random numbers, so that signals neither die nor explode."""
    rng = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = np.array([name.encode() for name, _ in layers()])
        for name, shape in layers():
            group = file.create_group(name)
            names = [] if shape is None else [f"{name}_W".encode(), f"{name}_b".encode()]
            group.attrs["weight_names"] = np.array(names) if names else np.zeros(0)
            if shape is None:
                continue
            fan = int(np.prod(shape[1:])) if len(shape) == 4 else shape[0]
            group[names[0]] = rng.standard_normal(shape, np.float32) * np.float32(np.sqrt(2 / fan))
            group[names[1]] = rng.standard_normal(shape[0 if len(shape) == 4 else 1], np.float32) * np.float32(0.1)


def run(what: str, *command: str) -> float:
    """Run one command and print what it took; its seconds."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{what} failed: {' '.join(command)}")
    print(f"{what:<42} {seconds:7.2f} s {used.ru_maxrss / 1024:7.0f} MB")
    return seconds


def copied(source: Path, target: Path) -> float:
    """Seconds for a copy that has reached the disk."""
    start = time.perf_counter()
    subprocess.run(["cp", str(source), str(target)], check=True)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    target.unlink()
    seconds = time.perf_counter() - start
    print(f"{'cp and fsync':<42} {seconds:7.2f} s")
    return seconds


def main(folder: Path) -> None:
    source, target = folder / NAME, str(folder / "target.h5")
    if not source.exists():
        make(source)
    print(f"{source.stat().st_size / 1e6:.0f} MB, {resource.getpagesize()} bytes a page, {os.cpu_count()} cores")
    dimorder = (sys.executable, "-m", "dimorder")
    plain = copied(source, folder / "copy.h5")
    run("interpreter with h5py", sys.executable, "-c", "import h5py")
    run("inspect", *dimorder, "inspect", str(source), "--quiet")
    bare = ("--from", "th/th/chw", "--unproven", "--force", "--quiet", "-o", target)
    seconds = run("convert, both hashes, read back; no proof", *dimorder, "convert", str(source), *bare)
    print(f"{'':<42} {seconds / plain:7.1f} × cp and fsync")
    proven = ("--architecture", "app:vgg16", "--force", "--quiet", "-o", target)
    run("convert and prove (app:vgg16)", *dimorder, "convert", str(source), *proven)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(Path(made))
