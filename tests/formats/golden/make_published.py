"""Writes published.json.gz: the architectures as real Keras 1.2.2 and 2.0.8 build and describe them.

Run once for each version, under its own interpreter, with KERAS_BACKEND=tensorflow (Xception refuses another):
    python make_published.py published.json.gz
"""

import gzip
import importlib
import json
import os
import sys

import keras

APPS = {
    "vgg16": "VGG16",
    "vgg19": "VGG19",
    "resnet50": "ResNet50",
    "inception_v3": "InceptionV3",
    "xception": "Xception",
}


def described(app, top, ordering):
    if keras.__version__ < "2":
        keras.backend.set_image_dim_ordering({"first": "th", "last": "tf"}[ordering])
    else:
        keras.backend.set_image_data_format("channels_" + ordering)
    module = importlib.import_module("keras.applications." + app)
    return json.loads(getattr(module, APPS[app])(weights=None, include_top=top).to_json())


def main(path):
    found = {}
    if os.path.exists(path):
        with gzip.open(path, "rt") as file:
            found = json.load(file)
    for app in sorted(APPS):
        for top in (True, False):
            for ordering in ("first", "last"):
                name = " ".join([app, keras.__version__, "top" if top else "notop", ordering])
                found[name] = described(app, top, ordering)
    with open(path, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file:
        file.write(json.dumps(found, sort_keys=True).encode())


main(sys.argv[1])
