"""Names of converted files: the released ones where they exist, else the layout before the suffix."""

from __future__ import annotations

import pytest

from dimorder.flow.naming import default_target
from dimorder.flow.options import Dialect
from dimorder.layout import parse_layout

RELEASED = "vgg16_weights_th_dim_ordering_th_kernels"


@pytest.mark.parametrize(
    ("source", "target", "dialect", "name"),
    [
        (f"{RELEASED}.h5", "tf/tf", None, "vgg16_weights_tf_dim_ordering_tf_kernels.h5"),
        (f"{RELEASED}_notop.h5", "tf/tf", None, "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"),
        (f"{RELEASED}.h5", "th/tf", None, "vgg16_weights_th_dim_ordering_tf_kernels.h5"),
        (f"{RELEASED}.h5", "tf/tf", "keras3", "vgg16_weights_tf_dim_ordering_tf_kernels.keras"),
        (f"{RELEASED}.h5", "th/th", None, f"{RELEASED}.th.h5"),
        ("model.h5", "tf/tf", None, "model.tf.h5"),
        ("model.h5", "th/th", None, "model.th.h5"),
        ("model.h5", "th/tf", None, "model.th-tf.h5"),
        ("model.h5", "tf/tf", "keras3", "model.keras"),
        ("model.keras", "tf/tf", "keras3", "model.tf.keras"),
        ("model.keras", "tf/tf", None, "model.tf.keras"),
        ("a/b.c/model.hdf5", "tf/tf", None, "a/b.c/model.tf.hdf5"),
        ("model.weights.h5", "tf/tf", None, "model.weights.tf.h5"),
        ("MODEL.H5", "tf/tf", None, "MODEL.tf.H5"),
        ("model", "tf/tf", None, "model.tf.h5"),
        ("model.v2", "tf/tf", None, "model.v2.tf.h5"),
    ],
)
def test_default_target(source: str, target: str, dialect: Dialect | None, name: str) -> None:
    assert default_target(source, parse_layout(target), dialect) == name
