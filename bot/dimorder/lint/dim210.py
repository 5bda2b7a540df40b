"""DIM210 mixed-layout-model: one layer says channels first, its neighbour takes whatever the machine says."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.finding import Page, Related
from dimorder.lint.code import Code, Told
from dimorder.lint.units import above, is_over_maps, units
from dimorder.program import BuiltLayer
from dimorder.remedy import Remedy

PAGE = Page(
    code="DIM210",
    finds="A model in which a layer with stated channels first feeds, or reads, one that computes with channels last.",
    why="Every layer that says nothing takes the machine's ordering, today channels last everywhere. A pooling layer "
    "between channels-first convolutions then pools channels and rows. In a published U-Net 11 layers are channels "
    "first and 4 channels last; it was trained like that.",
    bad="from keras.layers import Conv2D, MaxPooling2D\nfrom keras.models import Sequential\n\n"
    "model = Sequential()\n"
    "model.add(Conv2D(8, 3, input_shape=(3, 32, 24), data_format='channels_first'))\n"
    "model.add(MaxPooling2D((2, 2)))\n",
    good="from keras.layers import Conv2D, MaxPooling2D\nfrom keras.models import Sequential\n\n"
    "model = Sequential()\n"
    "model.add(Conv2D(8, 3, input_shape=(3, 32, 24), data_format='channels_first'))\n"
    "model.add(MaxPooling2D((2, 2), data_format='channels_first'))\n",
    safety="unsafe",
    fix="The layer gets the `data_format` of its neighbours; weights that were trained in the mixed model no longer "
    "predict the same.",
    sources=("keras layers/pooling.py@2.0.8 (data_format=None)", "keras utils/conv_utils.py@2.3.1"),
)


def find(code: Code) -> Iterator[Told]:
    """One finding for each layer that computes otherwise than its neighbour says."""
    for unit in units(code.program):
        layers = unit.layers
        for layer in unit.maps:
            for source in above(layer, layers):
                pair = _odd(layer, source)
                if pair is None or pair[0].place.path != code.program.path:
                    continue
                odd, other = pair
                told = f"{odd.class_name} computes with channels {odd.channels}"
                told += ", as the machine says," if odd.channels_from == "machine" else ""
                told += f" beside {other.class_name} with channels {other.channels}"
                related = (Related(other.place.path, other.place.line, f"states channels {other.channels}"),)
                yield Told(
                    "DIM210", odd.place, "error", "certain", told, "code.mixed", related, _edits(odd, other), unit.model
                )


def _odd(layer: BuiltLayer, source: BuiltLayer) -> tuple[BuiltLayer, BuiltLayer] | None:
    """Of two neighbours that differ, the one to blame and the other: who says nothing itself, else the later."""
    if layer.channels == source.channels or "argument" not in (layer.channels_from, source.channels_from):
        return None
    if not is_over_maps(source):
        return None
    return (layer, source) if source.channels_from == "argument" else (source, layer)


def _edits(odd: BuiltLayer, other: BuiltLayer) -> tuple[Remedy, ...]:
    if odd.channels_from != "machine":
        return ()
    new = f"data_format='channels_{other.channels}'"
    told = f"the layer computes with channels {other.channels}, as its neighbours"
    return (Remedy("add-keyword", odd.place, told, False, new=new),)
