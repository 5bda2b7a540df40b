"""Model code of the tests' own, and the weights that Keras 1.2.2 on Theano saved for it."""

from __future__ import annotations

import shutil
from pathlib import Path

from support.places import TESTS

ZOO = TESTS / "zoo" / "k122-theano-th" / "vgg_issue"

BLOCKS = '''
from keras.layers import Convolution2D, MaxPooling2D, ZeroPadding2D


def block(model, filters, times, **first):
    for number in range(times):
        model.add(ZeroPadding2D((1, 1), **(first if number == 0 else {})))
        model.add(Convolution2D(filters, 3, 3, activation="relu"))
    model.add(MaxPooling2D((2, 2), strides=(2, 2)))
'''

VGG = '''
import os
from keras import backend as K
from keras.layers import Dense, Dropout, Flatten
from keras.models import Sequential
from blocks import block

os.system("touch executed")
CLASSES = 10


def vgg(weights=None, top=True):
    shape = (3, 32, 32) if K.image_dim_ordering() == "th" else (32, 32, 3)
    model = Sequential()
    block(model, 4, 2, input_shape=shape)
    for filters, times in [(6, 2), (8, 3)]:
        block(model, filters, times)
    model.add(Flatten())
    for width in (24,) * 2:
        model.add(Dense(width, activation="relu"))
        model.add(Dropout(0.5))
    if top:
        model.add(Dense(CLASSES, activation="softmax"))
    if weights:
        model.load_weights(weights)
    return model
'''
"""The model of the zoo's vgg_issue, as people write it."""


def with_weights(folder: Path, **texts: str) -> Path:
    """The folder with th.h5 of vgg_issue, and modules by their names."""
    shutil.copy(ZOO / "weights.h5", folder / "th.h5")
    for name, text in {"blocks": BLOCKS, "vgg": VGG, **texts}.items():
        (folder / f"{name}.py").write_text(text)
    return folder
