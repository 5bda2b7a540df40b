"""Which calls are put down: their names, arguments, places, and the conditions around them."""

from __future__ import annotations

import json

from dimorder.program import Place, Thing, Unknown
from dimorder.source.evaluate import evaluate
from dimorder.source.project import Project
from source.evaluated import Settings, calls, no_shaping, program, run, seen


def test_names_are_told_apart_from_how_they_were_imported() -> None:
    code = "import keras.layers as L\nfrom keras import layers\nfrom keras.layers import Dense as D\n"
    code += "import keras\nL.Dense(1)\nlayers.Dense(1)\nD(1)\nkeras.layers.Dense(1)"
    assert [call.callee for call in run(code).calls] == ["keras.layers.Dense"] * 4


def test_names_behind_a_star_are_those_of_its_library() -> None:
    assert [call.callee for call in run("from keras.layers import *\nDense(3)").calls] == ["keras.layers.Dense"]


def test_an_import_that_may_fail_is_taken_to_work() -> None:
    code = "try:\n  from keras.layers import Conv2D as C\n"
    code += "except ImportError:\n  from keras.layers import Convolution2D as C\n"
    assert [call.callee for call in run(code + "C(3)").calls] == ["keras.layers.Conv2D"]


def test_arguments_know_where_their_literals_are() -> None:
    call = calls("Input", "from keras.layers import Input\nshape = (3, 224, 224)\nInput(shape, dtype='f')")[0]
    assert call.arguments["0"].value == (3, 224, 224)
    assert call.arguments["0"].origin == Place("main.py", 2, 9, 2, 22)
    assert call.arguments["0"].place == Place("main.py", 3, 7, 3, 12)
    assert call.arguments["dtype"].origin == Place("main.py", 3, 20, 3, 23)


def test_origins_survive_functions_and_instances() -> None:
    code = "from lib import see\ndef f(shape=(3, 5)): see(shape)\nf()\nclass A:\n"
    code += "  def __init__(self): self.s = (7, 11)\na = A()\nsee(a.s)"
    origins = [call.arguments["0"].origin for call in calls("see", code)]
    assert [(one.line, one.column) for one in origins if one] == [(2, 13), (5, 32)]


def test_columns_count_characters() -> None:
    assert calls("see", "from lib import see\n'äö€'; see(1)")[0].place == Place("main.py", 2, 8, 2, 14)


def test_functions_that_nobody_calls_are_called_by_themselves() -> None:
    code = "from lib import see\ndef f(a, b=2): see((a, b))\nclass A:\n  def __init__(self): self.n = 7\n"
    code += "  def m(self, x): see((self.n, x))"
    first, second = calls("see", code)
    assert first.function == "f"
    assert isinstance(first.arguments["0"].value[0], Unknown)
    assert first.arguments["0"].value[1] == 2
    assert second.function == "A.m"
    assert second.arguments["0"].value[0] == 7


def test_functions_that_are_called_are_not_called_again() -> None:
    assert seen("def f(a): see(a)\nf(1)") == [1]


def test_flips_of_arrays_are_told() -> None:
    flip = calls("__getitem__", "import numpy as np\nw = np.zeros((2, 3, 5, 7))[..., ::-1, ::-1]")[0]
    assert flip.callee == "array.__getitem__"
    assert flip.arguments["0"].value == ["...", {"slice": [None, None, -1]}, {"slice": [None, None, -1]}]


def test_methods_of_arrays_and_of_the_unknown_are_told() -> None:
    code = "import cv2\ndef f(im):\n  cv2.imread('x').transpose((2, 0, 1))\n  im.transpose((2, 0, 1))"
    assert [call.callee for call in calls("transpose", code)] == ["array.transpose", "unknown.transpose"]
    on = calls("transpose", code)[0].on
    assert isinstance(on, Thing)
    assert on.name == "cv2.imread"


GUARDED = "from keras import backend as K\nfrom lib import see\n"


def test_conditions_on_the_machine_are_guards() -> None:
    code = GUARDED + "see(0)\nif K.image_dim_ordering() == 'th':\n  see(1)\nelse:\n  see(2)\nsee(3)"
    for of_world in program(code).runs:
        guards = {call.arguments["0"].value: len(call.guards) for call in of_world.calls if call.callee == "lib.see"}
        assert guards == {0: 0, 1 if of_world.world.channels == "first" else 2: 1, 3: 0}


def test_conditions_by_way_of_a_name_are_guards_too() -> None:
    code = GUARDED + "axis = 1 if K.image_dim_ordering() == 'th' else 3\nif axis == 1: see(1)\nelse: see(2)"
    assert [len(call.guards) for call in calls("see", code)] == [1]


def test_what_follows_an_early_return_is_guarded() -> None:
    code = GUARDED + "def f():\n  if K.backend() == 'theano':\n    return 1\n  see(2)\n  return 3\nf()\nsee(4)"
    assert [(call.arguments["0"].value, len(call.guards)) for call in calls("see", code)] == [(2, 1), (4, 0)]


def test_an_assertion_on_the_machine_ends_the_other_worlds() -> None:
    runs = program(GUARDED + "assert K.image_dim_ordering() == 'th'\nsee(1)").runs
    seen = {of_world.world.channels for of_world in runs if any(call.callee.endswith("see") for call in of_world.calls)}
    assert seen == {"first"}


def test_code_that_ends_by_itself_is_read_to_its_end() -> None:
    assert [run.stopped for run in program("import sys\nsys.exit(main())").runs if run.stopped] == []
    endless = "for i in [1] * 100000:\n  for j in [1] * 100000:\n    see(i if i else j)"
    assert all(run.stopped for run in program(endless).runs)


def test_worlds_are_asked_where_the_code_asks() -> None:
    assert run(GUARDED + "K.backend()").asked == (Place("main.py", 3, 1, 3, 12),)


def test_notebooks_are_placed_by_cell() -> None:
    cells = [
        {"cell_type": "markdown", "source": "text"},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "from lib import see\n", "x = 3"]},
        {"cell_type": "code", "source": "\nsee(x)"},
    ]
    text = json.dumps({"nbformat": 4, "cells": cells})
    found = evaluate("a.ipynb", Project({"a.ipynb": text}), (Settings(),), no_shaping)
    (call,) = found.runs[0].calls
    assert call.place == Place("a.ipynb", 2, 1, 2, 7, cell=2)
    assert call.arguments["0"].value == 3


def test_the_era_is_that_of_most_words() -> None:
    assert program("from keras.layers import Convolution2D\nConvolution2D(3, border_mode='same')").era == "keras1"
    assert program("from keras.layers import Conv2D\nConv2D(3, padding='same')").era == "keras2"
    assert program("import json").era == ""
    assert not program("import json").uses_keras
    assert program("import tensorflow as tf\ntf.keras.layers").uses_keras
