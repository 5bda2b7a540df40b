"""The architectures that Keras published with weights, for files that hold the weights alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from dimorder.errors import CannotTell, UsageError
from dimorder.formats.document import Document
from dimorder.formats.published.build import VERSIONS, Build, Value
from dimorder.formats.published.inception import inception_v3
from dimorder.formats.published.resnet import resnet50
from dimorder.formats.published.vgg import vgg16, vgg19
from dimorder.formats.published.xception import xception
from dimorder.layout import Channels, Layout, parse_layout
from dimorder.model import Model

__all__ = ["APPS", "VERSIONS", "document", "released_layout", "sentence"]

APPS: dict[str, Callable[[Build, int | None], Value]] = {
    "vgg16": vgg16,
    "vgg19": vgg19,
    "resnet50": resnet50,
    "inception_v3": inception_v3,
    "xception": xception,
}
_RELEASED = re.compile(r"[a-z0-9_]+_weights_(th|tf)_dim_ordering_(th|tf)_kernels(_notop)?\.h5")
_TOPS = ("predictions", "fc1000")


def released_layout(path: str) -> Layout | None:
    """The layout that a file's name states, if it is spelled as the published files are."""
    found = _RELEASED.fullmatch(PurePath(path).name)
    return parse_layout(f"{found[1]}/{found[2]}") if found else None


def document(name: str, model: Model, channels: Channels | None) -> Document:
    """The published architecture that these weights belong to, in the spelling of their own era.

    channels: as stated; None lets Keras 1's first kernel tell. Whether there is a top, and how many classes it has,
    the weights tell. Raises CannotTell where neither tells the ordering.
    """
    check_name(name)
    if model.era not in VERSIONS:
        raise UsageError(
            f"--architecture app:{name}: {model.path} is a file of {model.era}, the published code is of Keras 1 and 2",
            hint="pass the architecture as JSON",
        )
    build = Build(model.era, channels or _told(model), [layer.name for layer in model.layers])
    output = APPS[name](build, _classes(model))
    return build.document(name, output)


def check_name(name: str) -> None:
    """Raise where nothing of this name was published."""
    if name not in APPS:
        raise UsageError(f"--architecture app:{name}: not known", hint=f"known: {', '.join(f'app:{n}' for n in APPS)}")


def sentence(name: str, model: Model) -> str:
    """What is taken for granted with a published architecture."""
    called = f"the architecture is {name} as Keras {VERSIONS[model.era]} published it (--architecture app:{name})"
    return called + (", BatchNormalization with epsilon 0.001" if not name.startswith("vgg") else "")


def _classes(model: Model) -> int | None:
    """The width of the last Dense; None where the file has no top."""
    tops = [layer for layer in model.layers if layer.name in _TOPS and layer.tensors]
    return tops[-1].tensors[0].shape[-1] if tops else None


def _told(model: Model) -> Channels:
    """Keras 1 stored the first kernel as (filters, 3, ..) or (.., 3, filters); Keras 2 the same way for both."""
    first = next((tensor.shape for tensor in model.tensors() if len(tensor.shape) == 4), ())
    if model.era == "keras1" and len(first) == 4 and (first[1] == 3) != (first[2] == 3):
        return "first" if first[1] == 3 else "last"
    if model.era == "keras1" and len(first) == 4 and first[1] == first[2] == 3:  # kernels of 3 × 3 over 3 channels
        return "first" if first[0] > first[3] else "last"
    raise CannotTell(
        f"{model.path}: Keras 2 stores these kernels alike in both dim orderings",
        hint="state it with --from, for example --from th/th or tf/tf",
    )
