"""InceptionV3. Source: keras/applications/inception_v3.py at 1.2.2 and 2.0.8.

They differ: 1.2.2 has a bias and its relu ahead of the normalisation, three pooling branches of 32 filters, 160 filters
at the head of one branch, and averages (the second over 8 × 8) where 2.0.8 has a maximum and a global average; 2.0.8
has no bias, no scale, its relu behind, pooling branches of 32, 64 and 64 filters, and 192 at that head.
"""

from __future__ import annotations

from dimorder.formats.published.build import Build, Pair, Value

SIZE = 299
"""Of Keras 1 with a top; with its global average 2.0.8 leaves the size open."""


def inception_v3(build: Build, classes: int | None) -> Value:
    x = _stem(build, build.input(SIZE if classes and build.era == "keras1" else None))
    for number in range(3):
        x = _mixed_35(build, x, 32 if build.era == "keras1" or number == 0 else 64)
    x = _shrink_35(build, x)
    for filters in (128, 160, 160, 192):
        x = _mixed_17(build, x, filters)
    x = _shrink_17(build, x)
    for _ in range(2):
        x = _mixed_8(build, x)
    if classes is None:
        return x
    x = build.flatten(build.pool(x, "Average", 8, 8)) if build.era == "keras1" else build.global_average(x)
    return build.dense(x, classes, "softmax", "predictions")


def _conv(
    build: Build, x: Value, filters: int, rows: int, columns: int, *, strides: Pair = (1, 1), mode: str = "same"
) -> Value:
    if build.era == "keras1":
        # In the published 1.2.2 (at variance with 2.0) the relu stands ahead of the normalisation.
        return build.norm(build.conv(x, filters, (rows, columns), strides=strides, mode=mode, activation="relu"))
    x = build.conv(x, filters, (rows, columns), strides=strides, mode=mode, bias=False)
    return build.relu(build.norm(x, scale=False))


def _chain(build: Build, x: Value, *convs: tuple[int, int, int]) -> Value:
    for filters, rows, columns in convs:
        x = _conv(build, x, filters, rows, columns)
    return x


def _stem(build: Build, x: Value) -> Value:
    x = _conv(build, x, 32, 3, 3, strides=(2, 2), mode="valid")
    x = _conv(build, x, 32, 3, 3, mode="valid")
    x = build.pool(_conv(build, x, 64, 3, 3), "Max", 3, 2)
    x = _conv(build, x, 80, 1, 1, mode="valid")
    return build.pool(_conv(build, x, 192, 3, 3, mode="valid"), "Max", 3, 2)


def _pooled(build: Build, x: Value, filters: int) -> Value:
    return _conv(build, build.pool(x, "Average", 3, 1, "same"), filters, 1, 1)


def _mixed_35(build: Build, x: Value, pooled: int) -> Value:
    one = _conv(build, x, 64, 1, 1)
    five = _chain(build, x, (48, 1, 1), (64, 5, 5))
    three = _chain(build, x, (64, 1, 1), (96, 3, 3), (96, 3, 3))
    return build.concat(one, five, three, _pooled(build, x, pooled))


def _shrink_35(build: Build, x: Value) -> Value:
    three = _conv(build, x, 384, 3, 3, strides=(2, 2), mode="valid")
    double = _chain(build, x, (64, 1, 1), (96, 3, 3))
    double = _conv(build, double, 96, 3, 3, strides=(2, 2), mode="valid")
    return build.concat(three, double, build.pool(x, "Max", 3, 2))


def _mixed_17(build: Build, x: Value, n: int) -> Value:
    one = _conv(build, x, 192, 1, 1)
    seven = _chain(build, x, (n, 1, 1), (n, 1, 7), (192, 7, 1))
    first = 160 if build.era == "keras1" and n == 192 else n
    double = _chain(build, x, (first, 1, 1), (n, 7, 1), (n, 1, 7), (n, 7, 1), (192, 1, 7))
    return build.concat(one, seven, double, _pooled(build, x, 192))


def _shrink_17(build: Build, x: Value) -> Value:
    three = _conv(build, _conv(build, x, 192, 1, 1), 320, 3, 3, strides=(2, 2), mode="valid")
    seven = _chain(build, x, (192, 1, 1), (192, 1, 7), (192, 7, 1))
    seven = _conv(build, seven, 192, 3, 3, strides=(2, 2), mode="valid")
    kind = "Average" if build.era == "keras1" else "Max"
    return build.concat(three, seven, build.pool(x, kind, 3, 2))


def _mixed_8(build: Build, x: Value) -> Value:
    one = _conv(build, x, 320, 1, 1)
    three = _split(build, _conv(build, x, 384, 1, 1))
    double = _split(build, _chain(build, x, (448, 1, 1), (384, 3, 3)))
    return build.concat(one, three, double, _pooled(build, x, 192))


def _split(build: Build, x: Value) -> Value:
    return build.concat(_conv(build, x, 384, 1, 3), _conv(build, x, 384, 3, 1))
