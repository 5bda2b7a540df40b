"""Made tests/formats/golden/containers.zip: one model in every container of today's Keras and of tf.keras.

    KERAS_BACKEND=jax python make_containers.py k3 FOLDER     with Keras 3.15.1
    python make_containers.py tf FOLDER                       with TensorFlow 2.15.1
    (cd FOLDER && zip -X9 containers.zip *)
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

if sys.argv[1] == "tf":
    import tensorflow

    keras = tensorflow.keras
else:
    import keras
layers = keras.layers


def nested() -> Any:
    """A frozen convolution and two models inside a model, one of them with two outputs."""
    first = keras.Sequential(name="inner")
    first.add(keras.Input((6, 7, 2)))
    first.add(layers.Conv2D(3, (3, 2), padding="same", name="ic", trainable=False))
    first.add(layers.BatchNormalization(name="ib"))
    first.add(layers.Conv2D(4, (2, 3), name="ic2"))
    entrance = keras.Input((5, 5, 4))
    left = layers.BatchNormalization(name="fb")(layers.Conv2D(3, 2, name="fc", activation="hard_sigmoid")(entrance))
    right = layers.Conv2D(2, 1, name="fc2", activation="swish")(left)
    second = keras.Model(entrance, [right, left], name="fun")
    image = keras.Input((6, 7, 2), name="img")
    joined = layers.Concatenate()(second(first(image)))
    pooled = layers.Flatten()(layers.GlobalAveragePooling2D(keepdims=True)(joined))
    return keras.Model(image, layers.Dense(3, name="out")(pooled))


def half() -> Any:
    """One layer that keeps and computes bfloat16."""
    image = keras.Input((3, 4, 2))
    return keras.Model(image, layers.Conv2D(5, 2, dtype="bfloat16", name="half")(image))


def filled(model: Any) -> Any:
    random = np.random.RandomState(5)
    new = [random.normal(size=array.shape) * 0.4 for array in model.get_weights()]
    names = [getattr(weight, "path", weight.name) for weight in model.weights]
    new = [np.abs(a) + 0.3 if "var" in name else a for a, name in zip(new, names, strict=True)]
    model.set_weights([a.astype(old.dtype) for a, old in zip(new, model.get_weights(), strict=True)])
    return model


def main(tag: str, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    model, start = filled(nested()), str(folder / f"{tag}")
    x = np.random.RandomState(7).normal(size=(2, 6, 7, 2)).astype("float32")
    np.savez(f"{start}.io.npz", x=x, y=model.predict(x, verbose=0))
    for ending in (".keras", ".h5"):
        model.save(start + ending)
    model.save_weights(f"{start}.weights.h5")
    Path(f"{start}.json").write_text(model.to_json())
    if tag == "k3":
        model.save_weights(f"{start}s.weights.json", max_shard_size=500 / 1024**3)
        filled(half()).save_weights(str(folder / "half.weights.h5"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
