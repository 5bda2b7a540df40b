"""VGG16 and VGG19. Source: keras/applications/{vgg16,vgg19}.py at 1.2.2 and 2.0.8 (alike)."""

from __future__ import annotations

from dimorder.formats.published.build import Build, Value

SIZE = 224
_FILTERS = (64, 128, 256, 512, 512)


def vgg16(build: Build, classes: int | None) -> Value:
    return _vgg(build, (2, 2, 3, 3, 3), classes)


def vgg19(build: Build, classes: int | None) -> Value:
    return _vgg(build, (2, 2, 4, 4, 4), classes)


def _vgg(build: Build, depths: tuple[int, ...], classes: int | None) -> Value:
    x = build.input(SIZE if classes else None)
    for block, (depth, filters) in enumerate(zip(depths, _FILTERS, strict=True), 1):
        for number in range(1, depth + 1):
            name = f"block{block}_conv{number}"
            x = build.conv(x, filters, (3, 3), mode="same", activation="relu", name=name)
        x = build.pool(x, "Max", 2, 2)
    if classes is None:
        return x
    x = build.flatten(x)
    for name in ("fc1", "fc2"):
        x = build.dense(x, 4096, "relu", name)
    return build.dense(x, classes, "softmax", "predictions")
