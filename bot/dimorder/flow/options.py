"""What a user may say to the flows: plain values that can cross a process boundary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dimorder.layout import Layout

Dialect = Literal["same", "keras1", "keras2", "keras3"]
DIALECTS: tuple[Dialect, ...] = ("same", "keras1", "keras2", "keras3")
Referee = Literal["auto", "numpy"]


TF_TF = Layout("tf", "tf")


@dataclass(frozen=True, slots=True)
class Options:
    """Settings shared by inspect, convert and prove.

    stated:       the layout given with --from, None without. layers: (glob of layer names, layout), first match wins.
    accept:       the lowest confidence that converts without --from.
    dialect:      None chooses by the target's suffix and, for h5, by what the source is.
    keep:         globs of layers to copy as they are. keep_inputs: inputs that stay channels-first.
    unproven:     convert weights whose architecture is not known.
    app:          a published architecture that the source's weights belong to; "" for none.
    expressions:  (glob of Lambda layers, what they compute), given with --lambda.
    released:     `stated` comes from the source's name, spelled as the published files are, not from --from.
    max_memory:   MiB that the process which reads files may take. max_seconds: its time. 0 goes by their size.
    referee:      "auto" asks real Keras 3 too, where it is installed and the converted file is in its form.
    """

    stated: Layout | None = None
    layers: tuple[tuple[str, Layout], ...] = ()
    target: Layout = TF_TF
    accept: Literal["certain", "likely"] = "certain"
    dialect: Dialect | None = None
    keep: tuple[str, ...] = ()
    keep_inputs: tuple[str, ...] = ()
    unproven: bool = False
    dry_run: bool = False
    seed: int = 0
    keras_version: str = ""
    app: str = ""
    released: bool = False
    expressions: tuple[tuple[str, str], ...] = ()
    referee: Referee = "auto"
    max_memory: int = 0
    max_seconds: int = 0
