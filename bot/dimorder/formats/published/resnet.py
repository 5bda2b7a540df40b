"""ResNet50. Source: keras/applications/resnet50.py at 1.2.2 and 2.0.8.

They differ in front: 1.2.2 pads by three and convolves 'valid', 2.0.8 convolves 'same'.
"""

from __future__ import annotations

from dimorder.formats.published.build import Build, Pair, Value

SIZE = 224
_STAGES = ((2, 64, "abc"), (3, 128, "abcd"), (4, 256, "abcdef"), (5, 512, "abc"))


def resnet50(build: Build, classes: int | None) -> Value:
    x = build.input(SIZE if classes else None)
    if build.era == "keras1":
        x = build.conv(build.pad(x, 3), 64, (7, 7), strides=(2, 2), name="conv1")
    else:
        x = build.conv(x, 64, (7, 7), strides=(2, 2), mode="same", name="conv1")
    x = build.relu(build.norm(x, name="bn_conv1"))
    x = build.pool(x, "Max", 3, 2)
    for stage, filters, blocks in _STAGES:
        for block in blocks:
            x = _block(build, x, filters, f"{stage}{block}", stage > 2)
    x = build.pool(x, "Average", 7, 7)
    return x if classes is None else build.dense(build.flatten(x), classes, "softmax", "fc1000")


def _block(build: Build, x: Value, filters: int, place: str, halves: bool) -> Value:
    """The first block of a stage has a convolution on its shortcut, and halves the map where the stage does."""
    first = place.endswith("a")
    strides: Pair = (2, 2) if first and halves else (1, 1)
    main = build.relu(_conv(build, x, filters, 1, strides, f"{place}_branch2a"))
    main = build.relu(_conv(build, main, filters, 3, (1, 1), f"{place}_branch2b"))
    main = _conv(build, main, 4 * filters, 1, (1, 1), f"{place}_branch2c")
    shortcut = _conv(build, x, 4 * filters, 1, strides, f"{place}_branch1") if first else x
    return build.relu(build.add(main, shortcut))


def _conv(build: Build, x: Value, filters: int, size: int, strides: Pair, place: str) -> Value:
    mode = "same" if size > 1 else "valid"
    x = build.conv(x, filters, (size, size), strides=strides, mode=mode, name=f"res{place}")
    return build.norm(x, name=f"bn{place}")
