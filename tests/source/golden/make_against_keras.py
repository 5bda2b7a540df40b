"""What real Keras builds from a sample: run for each sample and ordering, under Python 3.6 and Theano.

    HOME=DIR KERAS_BACKEND=theano PYTHONPATH=.../keras-1.2.2 python make_against_keras.py samples/NAME.txt TARGET.json

DIR/.keras/keras.json chooses the ordering; Keras 1.2.2 for *_keras1 and *_python2, else 2.2.4. Rows are added to the
file that is there. Python 2 is translated by lib2to3, and its division of whole numbers is kept by hand.
"""

import ast
import json
import os
import sys
from lib2to3.refactor import RefactoringTool

import theano.ifelse  # noqa: F401  Keras 1.2.2 calls it without importing it
from keras import backend
from keras.engine.topology import Layer


class Whole(ast.NodeTransformer):
    """Division as Python 2 means it between whole numbers."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Div):
            node.op = ast.FloorDiv()
        return node


def tree(path):
    with open(path) as file:
        text = file.read()
    if not path.endswith("_python2.txt"):
        return ast.parse(text)
    tool = RefactoringTool(["lib2to3.fixes.fix_print", "lib2to3.fixes.fix_xrange"])
    return ast.fix_missing_locations(Whole().visit(ast.parse(str(tool.refactor_string(text, path)))))


def row(layer):
    shapes = [[int(size) for size in each.get_value(borrow=True).shape] for each in layer.weights]
    return [type(layer).__name__, layer.name, [size and int(size) for size in layer.output_shape[1:]], shapes]


def models(path):
    names = {"__name__": "__main__"}
    exec(compile(tree(path), path, "exec"), names)  # our own samples
    found = {name: each for name, each in names.items() if isinstance(each, Layer) and hasattr(each, "layers")}
    return {name: [row(layer) for layer in each.layers] for name, each in sorted(found.items())}


def main():
    path, target = sys.argv[1:]
    with open(target) as file:
        known = json.load(file)
    stated = getattr(backend, "image_data_format", backend.image_dim_ordering)()
    channels = {"th": "first", "tf": "last"}.get(stated, stated.replace("channels_", ""))
    known.setdefault(os.path.basename(path), {})[channels] = models(path)
    with open(target, "w") as file:
        json.dump(known, file, sort_keys=True, separators=(",", ":"))
        file.write("\n")


main()
