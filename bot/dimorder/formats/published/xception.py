"""Xception. Source: keras/applications/xception.py at 1.2.2 and 2.0.8: alike but for the size of their input."""

from __future__ import annotations

from dimorder.formats.published.build import Build, Value

SIZE = 299
"""Of Keras 1 with a top; with its global average 2.0.8 leaves the size open."""


def xception(build: Build, classes: int | None) -> Value:
    x = build.input(SIZE if classes and build.era == "keras1" else None)
    x = build.conv(x, 32, (3, 3), strides=(2, 2), bias=False, name="block1_conv1")
    x = build.relu(build.norm(x, name="block1_conv1_bn"))
    x = build.conv(x, 64, (3, 3), bias=False, name="block1_conv2")
    x = build.relu(build.norm(x, name="block1_conv2_bn"))
    for block, filters in ((2, 128), (3, 256), (4, 728)):
        x = _halved(build, x, block, (filters, filters))
    for block in range(5, 13):
        main = x
        for number in (1, 2, 3):
            main = _separable(build, build.relu(main), 728, block, number)
        x = build.add(main, x)
    x = _halved(build, x, 13, (728, 1024))
    for number, filters in ((1, 1536), (2, 2048)):
        x = build.relu(_separable(build, x, filters, 14, number))
    return x if classes is None else build.dense(build.global_average(x), classes, "softmax", "predictions")


def _halved(build: Build, x: Value, block: int, filters: tuple[int, int]) -> Value:
    residual = build.norm(build.conv(x, filters[1], (1, 1), strides=(2, 2), mode="same", bias=False))
    # Block 2 follows a relu already.
    main = _separable(build, x if block == 2 else build.relu(x), filters[0], block, 1)
    main = _separable(build, build.relu(main), filters[1], block, 2)
    return build.add(build.pool(main, "Max", 3, 2, "same"), residual)


def _separable(build: Build, x: Value, filters: int, block: int, number: int) -> Value:
    name = f"block{block}_sepconv{number}"
    return build.norm(build.separable(x, filters, name=name), name=f"{name}_bn")
