"""Tensor names of every era taken apart: whose array it is, and which role it has there."""

from __future__ import annotations

import re

from dimorder.graph import Tensor
from dimorder.model import Layer

_GATES = "[ifcozrh]"
_KERAS1 = re.compile(
    rf"(?P<owner>.+?)_(?P<role>[WUb]_{_GATES}|[Wb]_carry|W|U|b|gamma|beta|running_mean|running_std"
    r"|alphas|betas|[ta]_left|[ta]_right|depthwise_kernel|pointwise_kernel)(?:_\d+)?(?::\d+)?"
)
"""`block1_conv1_W_1:0`: a session that held the model twice numbered the variable once more."""
_KERAS2 = re.compile(r"(?:(?P<owner>.+)/)?(?P<role>[A-Za-z_]+?)(?:_\d+)?(?::\d+)?")
_UNNAMED = re.compile(r"(param_\d+|Variable(_\d+)?)(:\d+)?")
"""Keras 0 named nothing; Keras 1 wrote param_N for nameless variables, TF Variable_N."""

_ROLES = {
    "W": "kernel", "b": "bias", "running_mean": "mean", "running_std": "statistic",
    "moving_mean": "mean", "moving_variance": "statistic", "alphas": "alpha",
}  # fmt: skip


def named(tensor: Tensor) -> bool:
    """Whether the name says anything at all."""
    return _UNNAMED.fullmatch(tensor.name) is None


def owner_and_role(tensor: Tensor) -> tuple[str, str]:
    """The name's own layer and the role in our words; ("", "") where the name says nothing."""
    if not named(tensor):
        return "", tensor.role
    found = _KERAS1.fullmatch(tensor.name)
    if found is None and "/" in tensor.name:
        found = _KERAS2.fullmatch(tensor.name)
    if found is None:
        return "", tensor.role
    return found["owner"] or "", tensor.role or _ROLES.get(found["role"], found["role"])


def split(layer: Layer) -> tuple[Layer, ...]:
    """One layer for each owner that the names tell; a group that holds one layer stays as it is.

    Keras 1 wrote a nested Sequential as one group, all trainable arrays first (layout-facts 1).
    """
    owners = [owner_and_role(tensor)[0] for tensor in layer.tensors]
    distinct = list(dict.fromkeys(owners))
    if len(distinct) < 2 or "" in distinct:
        return (layer,)
    pairs = list(zip(owners, layer.tensors, strict=True))
    return tuple(Layer(own, "", tuple(t for owner, t in pairs if owner == own)) for own in distinct)
