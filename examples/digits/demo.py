"""The demo: a network trained on Theano, converted the classic wrong way and by dimorder, side by side.

    python examples/digits/demo.py [--out FOLDER] [--no-color]

It needs the core dependencies only. What Theano itself answered lies in test_digits.npz; the rest is computed here.
Exit code 0: everything is as promised; 1: something is not; other codes as `dimorder convert` has them.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.text import Text

from dimorder.cli_show import has_colour, say, show_error
from dimorder.engine.run import run
from dimorder.errors import DimorderError
from dimorder.flow.on_files import convert_file
from dimorder.flow.opened import Settled
from dimorder.flow.options import Options
from dimorder.flow.reading import open_model
from dimorder.flow.settling import settled
from dimorder.graph import Tensor
from dimorder.report import paper, text, text_proof
from dimorder.report.paper import Look
from dimorder.report_data import ConvertReport

Array = np.ndarray[Any, Any]

HERE = Path(__file__).resolve().parent
SHOWN = (3, 7, 5, 2, 4, 9)
"""Digits to draw, as many as the terminal is wide."""
LOGITS_LIMIT = 1e-4
"""Largest difference from Theano's own logits, which reach from -28 to 24: room for another order of float32 sums."""
LABELS, DIGIT, FIGURES = 19, 9, 27
"""Widths in columns."""


@dataclass(frozen=True)
class Known:
    """The held-out digits: images (N, 1, 8, 8), labels (N,), and Theano's own answers (N, 10)."""

    images: Array
    labels: Array
    logits: Array
    probabilities: Array


@dataclass(frozen=True)
class Answers:
    """Logits (N, 10) of one model."""

    who: str
    logits: Array

    @property
    def digits(self) -> Array:
        return np.asarray(self.logits.argmax(axis=1))

    def right(self, known: Known) -> int:
        return int((self.digits == known.labels).sum())


def main() -> int:
    """Convert, compute, show; then the exit code."""
    parser = argparse.ArgumentParser(description="A network trained on Theano, converted wrongly and rightly.")
    parser.add_argument("--out", type=Path, default=HERE / "out", help="where the converted file goes")
    parser.add_argument("--no-color", action="store_true", help="no colours; so does the variable NO_COLOR")
    told = parser.parse_args()
    try:
        return demonstrate(told.out, look_of(plain=told.no_color))
    except DimorderError as error:
        show_error(error)
        return {"usage": 2, "refused": 3, "environment": 4}[error.exit_class]


def look_of(*, plain: bool) -> Look:
    """At most 100 columns; colours on terminals only."""
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    return Look(width, has_colour(sys.stdout, False if plain else None), unicode)


def demonstrate(out: Path, look: Look) -> int:
    """The whole demo on one screen."""
    with np.load(HERE / "test_digits.npz") as stored:
        known = Known(**{name: stored[name] for name in ("images", "labels", "logits", "probabilities")})
    report = convert(out, known)
    theano = Answers("Theano", known.logits)
    wrong, ours = answers_of(report, known) if report.verdict == "equivalent" else (None, None)
    parts = [*comparison(known, (theano, wrong, ours), look)] if wrong and ours else []
    sys.stdout.write(paper.printed(parts, look) + text.render(report, replace(look, quiet=True)))
    if report.proof:
        sys.stdout.write(paper.printed(text_proof.proof_parts(report.proof, report.assumptions, look), look))
    broken = [*broken_promises(report, known, theano, wrong, ours)]
    sys.stdout.write(f"\n  Run the proof again:  {again(report)}\n" if not broken else "")
    sys.stdout.flush()
    for promise in broken:
        say("not as promised", promise)
    return 1 if broken else 0


def convert(out: Path, known: Known) -> ConvertReport:
    """What `dimorder convert digits_th.h5 --samples images.npy --expect probabilities.npy` does.

    Nobody says `--from`: only kernels read as Theano's give the probabilities that Theano gave.
    """
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "images.npy", known.images)
    np.save(out / "probabilities.npy", known.probabilities)
    paths = {
        "source": HERE / "digits_th.h5",
        "target": out / "digits_tf.h5",
        "samples": out / "images.npy",
        "expect": out / "probabilities.npy",
    }
    return convert_file({role: shown(path) for role, path in paths.items()}, Options(), silent, force=True)


def silent(stage: str, done: int, total: int) -> None:
    """A second's work needs no progress bar."""


def answers_of(report: ConvertReport, known: Known) -> tuple[Answers, Answers]:
    """Of the classic wrong conversion, and of the file that dimorder wrote: both computed as TensorFlow computes."""
    with open(report.source, "rb") as before, open(report.target, "rb") as after:
        original = open_model({"source": before}, {"source": report.source}, Options())
        converted = settled(open_model({"source": after}, {"source": report.target}, Options()), Options())
        assert original.model.graph is not None
        assert converted.graph is not None
        old, new = original.model.graph.by_name(), converted.graph.nodes
        stored = {t.address: old[node.name].tensors[n] for node in new for n, t in enumerate(node.tensors)}

        def as_in_5374(tensor: Tensor) -> Array:
            """Kernels (O, I, H, W) turned to (W, H, I, O) for (H, W, I, O), not flipped; Dense rows left."""
            array = original.read(stored[tensor.address])
            return array.transpose(3, 2, 1, 0) if array.ndim == 4 else array

        images = known.images.transpose(0, *(axis + 1 for axis in report.inputs[0].permutation))
        wrong = Answers("as in keras#5374", logits(converted, as_in_5374, images))
        return wrong, Answers("dimorder", logits(converted, converted.opened.read, images))


def logits(model: Settled, read: Callable[[Tensor], Array], images: Array) -> Array:
    """What enters the softmax."""
    assert model.graph is not None
    return run(model.graph, {model.graph.inputs[0]: images}, read, keep={"logits"})["logits"]


def comparison(known: Known, rows: tuple[Answers, ...], look: Look) -> Iterator[Text]:
    """Some digits, and what each model takes them for."""
    theano, wrong, ours = rows
    count = len(known.labels)
    yield Text(f"A digit classifier, trained with Keras 1.2.2 on Theano, and {count} digits it has never seen.", "bold")
    yield Text()
    examples = misread(known, wrong, (look.width - LABELS - FIGURES) // DIGIT)
    for line in range(4):
        drawn = "".join(f"{drawing(known.images[at], look)[line]:{DIGIT}}" for at in examples)
        yield Text(f"{'':{LABELS}}{drawn}", "cyan")
    for row in rows:
        yield answer_line(known, row, examples)
    usual = np.bincount(wrong.digits).argmax()
    said = f"No error, but {usual} for {(wrong.digits == usual).sum()} of {count}."
    yield Text(f"  keras#5374: kernels transposed by (3,2,1,0), Dense rows left. {said}", "dim")
    yield Text()
    same = int((ours.digits == theano.digits).sum())
    apart = np.abs(ours.logits - known.logits).max()
    yield Text(f"dimorder's file, read back from disk, answers {same} of {count} digits as Theano did, right or wrong.")
    yield Text(f"Of {ours.logits.size:,} logits, none is further than {apart:.1e} from the one that Theano computed.")
    yield Text()


def misread(known: Known, wrong: Answers, most: int) -> list[int]:
    """Places of the first digits of each kind that the wrong conversion takes for another one."""
    found = ((known.labels == digit) & (wrong.digits != digit) for digit in SHOWN)
    return [int(places.argmax()) for places in found if places.any()][:most]


def drawing(image: Array, look: Look) -> list[str]:
    """Four lines of eight signs, two pixels in each."""
    signs = " ▄▀█" if look.unicode else " .'#"
    dark = (image[0] > 0.45).astype(int)
    return ["".join(signs[sign] for sign in line) for line in 2 * dark[::2] + dark[1::2]]


def answer_line(known: Known, row: Answers, examples: list[int]) -> Text:
    """One model's answers to the digits drawn above, and how many of all are right."""
    line = Text(f"  {row.who:{LABELS - 2}}")
    for at in examples:
        good = row.digits[at] == known.labels[at]
        line.append(f"{row.digits[at]:^8}".ljust(DIGIT), "green" if good else "bold red")
    right, count = row.right(known), len(known.labels)
    style = "bold green" if right > count / 2 else "bold red"
    return line.append(f"  {right:>3} of {count} right  {100 * right / count:.2f} %", style)


def broken_promises(
    report: ConvertReport, known: Known, theano: Answers, wrong: Answers | None, ours: Answers | None
) -> Iterator[str]:
    """What the screen should have shown and did not."""
    count = len(known.labels)
    if report.verdict != "equivalent" or wrong is None or ours is None:
        yield f"the conversion is {report.verdict}: {report.because}"
        return
    if theano.right(known) < 0.95 * count:
        yield f"Theano was right for {theano.right(known)} of {count} digits only"
    if wrong.right(known) > 0.5 * count:
        yield f"the wrong conversion is right for {wrong.right(known)} of {count} digits"
    if (ours.digits != theano.digits).any():
        yield f"{(ours.digits != theano.digits).sum()} digits are not read as Theano read them"
    apart = float(np.abs(ours.logits - known.logits).max())
    if not apart <= LOGITS_LIMIT:
        yield f"a logit lies {apart:.1e} from Theano's, more than {LOGITS_LIMIT:.0e}"
    if report.assumptions:
        yield f"the conversion rests on assumptions: {'; '.join(report.assumptions)}"


def again(report: ConvertReport) -> str:
    """The command that runs the proof from the certificate."""
    beside = Path(sys.executable).with_name("dimorder")
    program = "dimorder" if shutil.which("dimorder") or not beside.exists() else shown(beside)
    return shlex.join([program, "prove", "--check", report.certificate])


def shown(path: Path) -> str:
    """Short where it lies below the current folder."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


if __name__ == "__main__":
    sys.exit(main())
