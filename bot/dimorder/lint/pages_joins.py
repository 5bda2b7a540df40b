"""Pages of the rules about files that do not belong together, DIM3xx."""

from __future__ import annotations

from dimorder.finding import Page

PAGES: tuple[Page, ...] = (
    Page(
        code="DIM301",
        finds="A weights file that the code loads into a model whose arrays have other shapes.",
        why="The call raises: the repository as it is cannot run. Often the weights are of an earlier version of "
        "the model, or of the other ordering.",
        bad="model.load_weights('weights.h5')    # conv1: (64, 1, 3, 3) in code, (32, 1, 3, 3) in the file",
        good="model.load_weights('weights.tf.h5')",
        safety="none",
        fix="Which of the two is the right one only their authors know.",
        sources=("keras engine/topology.py@1.2.2 (load_weights_from_hdf5_group)",),
    ),
    Page(
        code="DIM302",
        finds="A weights file that fits the model of the code array by array, and was made for another ordering.",
        why="Nothing raises. Keras compares shapes, and kernels that are not turned, or Dense rows in the other "
        "order, have the right ones.",
        bad="model.load_weights('weights_th_kernels.h5')",
        good="model.load_weights('weights_th_kernels.tf.h5')",
        safety="unsafe",
        fix="The file is converted and the code's path is changed to the twin, together with the model's ordering.",
        sources=("keras saving/hdf5_format.py@v2.10.0", "https://github.com/keras-team/keras/issues/3994"),
    ),
    Page(
        code="DIM303",
        finds="Weights whose arrays have other sizes than their own architecture states.",
        why="No Keras loads the pair, and nothing can be proven of it.",
        bad='model.json: {"class_name": "Dense", "config": {"units": 10}}\nmodel.h5: dense_1 (128, 12)',
        good='model.json: {"class_name": "Dense", "config": {"units": 12}}',
        safety="none",
        fix="Find the architecture that belongs to the weights.",
        sources=("keras engine/saving.py@2.3.1",),
        language="text",
    ),
    Page(
        code="DIM304",
        finds="Layers of one name whose shapes differ between the code and a file that it uses: an architecture "
        "that it names, or weights that it loads by name (besides DIM301 where they are loaded).",
        why="One of the two is stale. Weights saved by the one do not load into the other.",
        bad="model.json: conv1 with 32 filters\ntrain.py: Conv2D(64, 3, name='conv1')",
        good="model.json written anew by train.py",
        safety="none",
        fix="Write the architecture anew from the code that is meant.",
        sources=("keras engine/network.py@2.3.1 (to_json)",),
        language="text",
    ),
)
"""By code."""
