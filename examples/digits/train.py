"""Train the demo: a VGG-style digit classifier, by Keras 1.2.2 on real Theano in `th` ordering.

It writes four files beside itself (or into the folder named as its only argument):

    digits_th.h5          the full model: architecture, weights, optimizer state
    digits_th_weights.h5  the weights alone
    digits_th.json        the architecture alone
    test_digits.npz       images (N, 1, 8, 8), labels (N,), Theano's logits, probabilities (N, 10)

This software is from 2017. It runs on Python 3.6 with a C++ compiler:

    python3.6 -m venv venv
    venv/bin/pip install pip==21.3.1 setuptools==58.5.3 wheel==0.37.1
    venv/bin/pip install numpy==1.16.6 scipy==1.2.3 h5py==2.10.0 pyyaml==5.4.1 six==1.16.0
    venv/bin/pip install Theano==1.0.5 joblib==1.1.1 threadpoolctl==3.1.0
    venv/bin/pip install --no-deps keras==1.2.2 scikit-learn==0.24.2

Then, with a HOME of its own because Keras and Theano write there:

    HOME=$PWD/home KERAS_BACKEND=theano OMP_NUM_THREADS=1 \
        THEANO_FLAGS=floatX=float32,device=cpu,optimizer=fast_compile venv/bin/python train.py
"""

import sys
from pathlib import Path
from typing import NamedTuple, Tuple

import numpy as np
import theano.ifelse  # noqa: F401  Keras 1.2.2 calls it for Dropout without importing it
from keras import backend as K  # noqa: N812
from keras.layers import (
    Activation,
    Convolution2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
    ZeroPadding2D,
)
from keras.models import Sequential
from keras.utils.np_utils import to_categorical
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 1337
EPOCHS = 60
TEST_DIGITS = 360

Digits = NamedTuple("Digits", [("images", np.ndarray), ("labels", np.ndarray)])


def load_split() -> Tuple[Digits, Digits]:
    """Training and held-out digits; images are (N, 1, 8, 8), float32, in sixteenths from 0 to 1."""
    digits = load_digits()
    images = (digits.images / 16).astype("float32")[:, np.newaxis]
    train_images, test_images, train_labels, test_labels = train_test_split(
        images, digits.target, test_size=TEST_DIGITS, stratify=digits.target, random_state=SEED
    )
    return Digits(train_images, train_labels), Digits(test_images, test_labels)


def build_model() -> Sequential:
    """Where Flatten reads the map every length differs: no two axes can be swapped unseen."""
    return Sequential(
        [
            ZeroPadding2D((3, 2), input_shape=(1, 8, 8), name="pad"),  # (1, 14, 12)
            Convolution2D(6, 3, 3, activation="relu", name="conv1_1"),  # (6, 12, 10)
            Convolution2D(8, 3, 3, activation="relu", border_mode="same", name="conv1_2"),
            MaxPooling2D((2, 2), name="pool1"),  # (8, 6, 5)
            Convolution2D(12, 3, 3, activation="relu", border_mode="same", name="conv2_1"),
            Convolution2D(16, 3, 3, activation="relu", border_mode="same", name="conv2_2"),
            MaxPooling2D((2, 2), name="pool2"),  # (16, 3, 2)
            Flatten(name="flatten"),
            Dense(32, activation="relu", name="fc1"),
            Dropout(0.25, name="dropout"),
            Dense(10, name="logits"),
            Activation("softmax", name="softmax"),
        ]
    )


def fit(model: Sequential, digits: Digits) -> None:
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    targets = to_categorical(digits.labels, 10)
    model.fit(digits.images, targets, batch_size=32, nb_epoch=EPOCHS, verbose=2)


def logits_of(model: Sequential, images: np.ndarray) -> np.ndarray:
    """What enters the softmax, in the test phase (no dropout)."""
    until_logits = K.function([model.input, K.learning_phase()], [model.get_layer("logits").output])
    return until_logits([images, 0])[0]


def save(folder: Path, model: Sequential, test: Digits) -> None:
    model.save(str(folder / "digits_th.h5"))
    model.save_weights(str(folder / "digits_th_weights.h5"), overwrite=True)
    (folder / "digits_th.json").write_text(model.to_json(indent=2, sort_keys=True) + "\n")
    np.savez_compressed(
        str(folder / "test_digits.npz"),
        images=test.images,
        labels=test.labels,
        logits=logits_of(model, test.images),
        probabilities=model.predict(test.images),
    )


def main() -> None:
    if K.backend() != "theano":
        sys.exit("this demo needs Theano: set KERAS_BACKEND=theano")
    K.set_image_dim_ordering("th")
    np.random.seed(SEED)  # before the layers are made: they draw from it
    train, test = load_split()
    model = build_model()
    model.summary()
    fit(model, train)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    save(folder, model, test)
    right = model.predict_classes(test.images, verbose=0) == test.labels
    print("held-out digits right: {} of {} ({:.2%})".format(right.sum(), right.size, right.mean()))


if __name__ == "__main__":
    main()
