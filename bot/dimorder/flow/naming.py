"""What a converted file is called where the user does not say."""

from __future__ import annotations

import os
import re

from dimorder.flow.options import Dialect
from dimorder.layout import Layout

CERTIFICATE = ".proof.json"
_RELEASED = re.compile(r"_(th|tf)_dim_ordering_(th|tf)_kernels")
_ENDINGS = (".h5", ".hdf5", ".keras")


def default_target(source: str, target: Layout, dialect: Dialect | None) -> str:
    """Beside the source: under its released name where it has one, else with the layout before its suffix.

    >>> default_target("vgg16_weights_th_dim_ordering_th_kernels.h5", Layout("tf", "tf"), None)
    'vgg16_weights_tf_dim_ordering_tf_kernels.h5'
    >>> default_target("model.h5", Layout("tf", "tf"), None)
    'model.tf.h5'
    """
    folder, name = os.path.split(source)
    stem, ending = _split(name)
    if dialect == "keras3":
        other = f"{_renamed(stem, target)}.keras"
        return os.path.join(folder, other if other != name else f"{stem}.{_tag(target)}.keras")
    renamed = _renamed(stem, target)
    stem = renamed if renamed != stem else f"{stem}.{_tag(target)}"
    return os.path.join(folder, stem + (ending or ".h5"))


def _renamed(stem: str, target: Layout) -> str:
    return _RELEASED.sub(f"_{target.dim_ordering}_dim_ordering_{target.kernels}_kernels", stem)


def _tag(target: Layout) -> str:
    same = target.dim_ordering == target.kernels
    return target.dim_ordering if same else f"{target.dim_ordering}-{target.kernels}"


def _split(name: str) -> tuple[str, str]:
    ending = next((end for end in _ENDINGS if name.lower().endswith(end)), "")
    return (name[: -len(ending)], name[-len(ending) :]) if ending else (name, "")
