"""Repositories of our own making that are written for Theano, spelled every way that people spell."""

from __future__ import annotations

import json
import random

IMAGES = (
    "x.transpose((0, 3, 1, 2))", "x.transpose(0, 3, 1, 2)", "np.transpose(x, [0, 3, 1, 2])", "x.reshape(-1, 1, 12, 11)",
)  # fmt: skip
PREDICT = (
    "from net.images import read\n", "from net.model import build\n",
    "model = build()\nx = read('x.npy')  # (3, 12, 11)\nprint(model.predict(x))\n",
)  # fmt: skip


class Writer:
    """One repository for each seed: a model, a module that reads images, and a script or a notebook that predicts."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.end = self.chance.choice(["\n", "\n", "\r\n"])
        self.quote = self.chance.choice("'\"")
        self.is_old = self.chance.random() < 0.5
        self.is_switched = self.chance.random() < 0.4
        self.images = self.chance.choice(IMAGES)

    def files(self) -> dict[str, bytes]:
        made = {"net/model.py": self.model(), "net/__init__.py": ""}
        is_script = self.chance.random() < 0.5
        if is_script:
            made |= {"net/images.py": self.reader(), "predict.py": "".join(PREDICT)}
        content = {path: text.replace("\n", self.end).encode(self.coding(text)) for path, text in made.items()}
        return content if is_script else content | self.notebook()

    def coding(self, text: str) -> str:
        return "latin-1" if "latin-1" in text else "utf-8-sig" if self.chance.random() < 0.2 else "utf-8"

    def ordering(self) -> str:
        """What layers say of it, behind their other arguments."""
        if self.is_switched:
            return ""
        key, word = ("dim_ordering", "th") if self.is_old else ("data_format", "channels_first")
        return f"{self.comma()}{key}{self.chance.choice(['=', ' = '])}{self.quote}{word}{self.quote}"

    def comma(self) -> str:
        return self.chance.choice([", ", ",", ",  # th (é\n            ", ",\n        "])

    def shape(self) -> str:
        channels = 1 if "1, 12" in self.images else 3
        opening, closing = self.chance.choice([("(", ")"), ("[", "]")])
        return f"{opening}{channels},{self.chance.choice(['', ' '])}12, 11{self.chance.choice(['', ', '])}{closing}"

    def conv(self, filters: int) -> str:
        size = "3, 2" if self.is_old else "(3, 2)"
        return f"{'Convolution2D' if self.is_old else 'Conv2D'}({filters}, {size}{self.ordering()})"

    def join(self) -> str:
        if self.is_old:
            return f"merge([x, y], mode={self.quote}concat{self.quote}, concat_axis=1)"
        return self.chance.choice(["concatenate([x, y], axis=1)", "Concatenate(axis=1)([x, y])"])

    def model(self) -> str:
        head = ["# -*- coding: latin-1 -*-", "# é"] if self.chance.random() < 0.3 else ["# é, th and (3, 12, 11)"]
        head += ["from keras import backend as K", "from keras.layers import *", "from keras.models import Model", ""]
        if self.is_switched:
            call = "set_image_dim_ordering" if self.is_old else "set_image_data_format"
            head.append(f"K.{call}({self.quote}{'th' if self.is_old else 'channels_first'}{self.quote})  # for all")
        if self.chance.random() < 0.5:
            head.append(f"SHAPE = {self.shape()}  # channels, rows, columns")
            shape = "SHAPE"
        else:
            shape = self.shape()
        head += ["", "", "def build():", f"    image = Input(shape={shape})"]
        body = ["    x = image"]
        for number in range(self.chance.randrange(1, 3)):
            body += [f"    x = {self.conv(4 + number)}(x)", "    x = BatchNormalization(axis=1)(x)"]
        if self.chance.random() < 0.6:
            one = "1, 1" if self.is_old else "1"
            name = "Convolution2D" if self.is_old else "Conv2D"
            body += [f"    y = {name}(3, {one}{self.ordering()})(x)", f"    x = {self.join()}"]
        words = "input=image, output=x" if self.is_old else "image, x"
        end = ["    x = Flatten()(x)", "    x = Dense(4)(x); text = '(3, 12, 11) th'", f"    return Model({words})", ""]
        return "\n".join([*head, *body, *end])

    def reader(self) -> str:
        return f"import numpy as np\n\n\ndef read(path):\n    x = np.load(path)  # é\n    return {self.images}  # th\n"

    def notebook(self) -> dict[str, bytes]:
        source = ["%matplotlib inline\n", "!ls\n", "import numpy as np\n", "from net.model import build\n"]
        lines = f"model = build()\nx = np.load('x.npy')  # 'é'\nx = {self.images}\nmodel.predict(x)\n"
        listed = {"cell_type": "code", "id": "a1", "metadata": {"é": 1.50}, "execution_count": 7, "source": source,
                  "outputs": [{"text": ["(3, 12, 11) 'th'\n"]}]}  # fmt: skip
        plain = {"cell_type": "code", "metadata": {}, "outputs": [], "source": lines}
        text = {"cell_type": "markdown", "metadata": {}, "source": ["# dim_ordering='th'\n"]}
        indent = self.chance.choice([None, 1, 2])
        content = {"nbformat": 4, "cells": [text, listed, plain], "metadata": {"z": [1, 2]}, "nbformat_minor": 5}
        return {"predict.ipynb": json.dumps(content, indent=indent, ensure_ascii=self.chance.random() < 0.5).encode()}
