"""Code that builds another model than a hasty reader sees: for `--architecture model.py:NAME` it is told as unknown.

Each piece was run by Keras 2.2.4, which built something else than was read at first.
"""

from __future__ import annotations

import pytest

from dimorder.flow.shaping import shaping
from dimorder.program import BuiltModel
from dimorder.source.evaluate import evaluate_function
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

BEGIN = """
import keras, random
from keras import backend as K
from keras.layers import *
from keras.models import *
"""
CONV = "model = Sequential()\nmodel.add(Conv2D(8, 3, input_shape=(12, 12, 3), name='a'))\n"
TAKES_N = CONV + "model.add(Conv2D(n, 1, name='b'))\n"
LAYER = "layer = Conv2D(8, 3, name='a')\n"
CALLED = "i = Input((12, 12, 3), name='i')\nmodel = Model(i, layer(i))\n"


def filters(code: str) -> list[object]:
    """Of the model's convolutions in the world of today; [] where the model is not known."""
    found = evaluate_function("m.py", "model", Project({"m.py": BEGIN + code}), (KERAS,), shaping)[0]
    if not isinstance(found, BuiltModel) or not found.is_complete:
        return []
    assert found.documents
    return [one.config["filters"] for one in found.layers if one.class_name == "Conv2D"]


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("try:\n  import cPickle as pickle\nexcept ImportError:\n  import pickle\n" + CONV, [8]),
        (CONV + "try:\n  model.load_weights('x.h5')\nexcept IOError:\n  print('no weights')\n", [8]),
        ("try:\n  n = int('5')\nexcept ValueError:\n  raise\n" + TAKES_N, [8, 5]),
        ("import functools\ndef d(f):\n  @functools.wraps(f)\n  def g(): return f() + 1\n  return g\n"
         "@d\ndef f(): return 4\nn = f()\n" + TAKES_N, [8, 5]),
        ("def d(f): return lambda: f() + 1\n@d\ndef f(): return 4\nn = f()\n" + TAKES_N, [8, 5]),
        ("from lib import timed\n@timed\ndef train(): pass\n" + CONV, [8]),
        ("class A:\n  n = 4\nclass B(A): pass\nclass C(A):\n  n = 9\nclass D(B, C): pass\nn = D().n\n" + TAKES_N,
         [8, 9]),
        ("class A:\n  n = 4\na = A()\na.n = 9\ndel a.n\nn = a.n\n" + TAKES_N, [8, 4]),
        ("def batches():\n  while True: yield random.random()\n" + CONV + "model.fit_generator(batches())\n", []),
        ("for k, n in enumerate((4, 5)): pass\n" + TAKES_N, [8, 5]),
        ("def f(m):\n  if len(m.layers) > 5: return\n  m.add(Flatten())\n" + CONV + "f(model)\n", [8]),
        (LAYER + "layer.trainable = False\n" + CALLED, [8]),
        (LAYER + "layer.kernel_regularizer = None\n" + CALLED, [8]),
        (CONV + "for one in model.layers: one.trainable = False\n", [8]),
        ("import os\nos.environ['A'] = 'b'\nos.curdir = 'x'\n" + CONV, [8]),
    ],
)  # fmt: skip
def test_what_can_be_followed_is_known(code: str, known: list[int]) -> None:
    """Doubt that is not called for would make the reader useless."""
    assert filters(code) == known


@pytest.mark.parametrize(
    "code",
    [
        LAYER + "layer.strides = (2, 2)\n" + CALLED,
        LAYER + "layer.data_format = 'channels_first'\n" + CALLED,
        LAYER + "setattr(layer, 'use_bias', False)\n" + CALLED,
        LAYER + "layer.__dict__['strides'] = (2, 2)\n" + CALLED,
        LAYER + "vars(layer).update(strides=(2, 2))\n" + CALLED,
        LAYER + "layer.call = lambda x: x\n" + CALLED,
        LAYER + "import copy\nlayer = copy.copy(layer)\n" + CALLED,
        CONV + "model.layers[-1].activation = keras.activations.tanh\n",
    ],
)
def test_a_layer_that_is_changed_after_it_was_made(code: str) -> None:
    """Keras takes over what is set, if it was not built yet, and sometimes if it was."""
    assert filters(code) == []


@pytest.mark.parametrize(
    "line",
    [
        "model.layers.pop()", "model.layers.append(Flatten())", "model.layers.insert(0, Flatten())",
        "del model.layers[-1]", "model.layers[0] = Conv2D(9, 3)", "model.layers.reverse()", "model._layers.pop()",
        "model.add(model.layers[-1])", "model = clone_model(model)",
        "other = clone_model(model)\nmodel.add(Flatten())\nmodel = other",
    ],
)  # fmt: skip
def test_a_list_of_layers_that_is_changed_by_hand(line: str) -> None:
    """Whether the model changes with it differs from one Keras to the next."""
    assert filters(CONV + "model.add(Conv2D(7, 3, name='c'))\n" + line + "\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "Conv2D.call = lambda self, x: x", "keras.layers.Conv2D = keras.layers.SeparableConv2D",
        "K.image_data_format = lambda: 'channels_first'", "keras.backend.common._IMAGE_DATA_FORMAT = 'channels_first'",
        "eval('K.set_image_data_format(\"channels_first\")')", "exec('n = 9')", "globals()['n'] = 9",
        "globals().update(n=9)", "import sys\nsys.modules[__name__].n = 9",
        "import sys\nsetattr(sys.modules[__name__], 'n', 9)", "import builtins\nbuiltins.len = max",
        "def f(n=4): return n\nf.__defaults__ = (9,)\nn = f()", "def f(): return 4\nf.__code__ = None\nn = f()",
    ],
)  # fmt: skip
def test_names_that_are_reached_by_a_back_door(line: str) -> None:
    """What a name means is then no longer what its definition says."""
    assert filters("n = 4\n" + line + "\n" + TAKES_N) == []


@pytest.mark.parametrize(
    "line",
    [
        "try:\n  import not_here\n  n = 9\nexcept ImportError:\n  n = 4",
        "try:\n  n = 5 // zero\nexcept ZeroDivisionError:\n  n = 4",
        "try:\n  undefined\n  n = 9\nexcept NameError:\n  pass",
        "try:\n  assert n > 5\n  n = 9\nexcept AssertionError:\n  pass",
        "try:\n  first, second = (1, 2, 3)\n  n = 9\nexcept ValueError:\n  pass",
        "try:\n  Conv2D(8, 3, bogus=1)\n  n = 9\nexcept TypeError:\n  pass",
        "import contextlib\nwith contextlib.suppress(ValueError):\n  int('x')\n  n = 9",
        "class C:\n  def __enter__(self): pass\n  def __exit__(self, *a): return True\nwith C(): n = 9",
    ],
)
def test_errors_that_may_be_raised_or_not(line: str) -> None:
    """Which lines are reached is then not known."""
    assert filters("n = 4\n" + line + "\n" + TAKES_N) == []


@pytest.mark.parametrize(
    "line",
    [
        "def d(f):\n  import functools\n  return functools.partial(f, x=7)\n@d\ndef f(x=4): return x\nn = f()",
        "from lib import captured\n@captured\ndef f(): return 4\nn = f()",
        "class D:\n  def __init__(self, f): self.f = f\n  def __call__(self): return 9\n@D\ndef f(): return 4\nn = f()",
    ],
)
def test_decorators_give_what_they_give(line: str) -> None:
    """Never what the function below them is written as."""
    assert filters(line + "\n" + TAKES_N) in ([], [8, 9], [8, 7])


@pytest.mark.parametrize(
    "line",
    [
        "class M(type):\n  def __call__(cls): return 9\nclass A(metaclass=M):\n  n = 4",
        "class A:\n  n = 4\n  def __new__(cls):\n    made = object.__new__(cls)\n    made.n = 9\n    return made",
        "class A:\n  n = 4\n  def __getattribute__(self, name): return 9",
        "class A:\n  def __init__(self): self.n = 4\n  def __setattr__(self, k, v): object.__setattr__(self, k, v + 1)",
        "class B:\n  def __init_subclass__(cls): cls.n = 9\nclass A(B):\n  n = 4",
        "class A:\n  n = 4\n  @property\n  def m(self): return 1\n  @m.setter\n  def m(self, v): self.n = v\nA().m = 9",
        "from lib import odd\n@odd\nclass A:\n  n = 4",
    ],
)
def test_classes_with_ways_of_their_own(line: str) -> None:
    """They decide themselves what their instances hold."""
    assert filters(line + "\na = A()\nn = a.n if not isinstance(a, int) else a\n" + TAKES_N) == []


@pytest.mark.parametrize(
    "line",
    [
        "it = (k for k in (4, 5))", "it = map(int, '45')", "it = zip((4, 5))", "it = iter([4, 5])",
        "def g():\n  yield 4\n  yield 5\nit = g()", "it = reversed([5, 4])", "it = filter(None, [4, 5])",
    ],
)  # fmt: skip
def test_iterators_that_are_gone_through_once(line: str) -> None:
    """The second time they are empty in Python 3; in Python 2 some are not."""
    assert filters(line + "\n" + CONV + "for x in it: pass\nfor x in it: model.add(Conv2D(4, 1))\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "for k in range(3):\n  if random.random() > 2: continue\n  n += 1",
        "for k in range(3):\n  if random.random() > 2: break\n  n += 1",
        "for k in range(3):\n  m = k\n  if random.random() > 2: break\nn = m",
        "for k in range(300): x = random.random()\nn = k",
        "def f():\n  global n\n  if random.random() > 2: return\n  n = 5\nf()",
        "held = []\ndef f():\n  if random.random() > 2: return\n  held.append(5)\nf()\nn = 4 + len(held)",
        "one, two = [4], [7]\n(one if random.random() > 2 else two).append(5)\nn = sum(one)",
        "one, two = [4], [7]\n[one, two][int(random.random() > 2)].append(5)\nn = sum(one)",
        "sizes = [4, 5]\nrandom.shuffle(sizes)\nn = sizes[0]",
        "class A: n = 4\na = A()\nsetattr(a, 'n' if random.random() > 2 else 'm', 9)\nn = a.n",
        "held = [4]\ndef g():\n  for k in range(2): yield held[0]\nfor n in g(): held[0] += 1",
    ],
)
def test_what_depends_on_the_unknown(line: str) -> None:
    """Whatever was changed behind a condition that nobody knows, also through another name."""
    assert filters("n = 4\n" + line + "\n" + TAKES_N) == []


@pytest.mark.parametrize(
    "line",
    [
        "map(model.add, [Flatten()])", "from lib import grow\ngrow(model)", "Sequential.add(model, Flatten())",
        "from importlib import import_module\nimport_module('lib').grow(model)",
        "keras.utils.generic_utils.get_custom_objects()['relu'] = K.tanh",
        "sizes = [1, 2]\nfor k in sizes:\n  if len(sizes) < 5: sizes.append(k)\nmodel.add(Conv2D(sum(sizes), 1))",
        "class A:\n  def __eq__(self, other): return True\nif A() == 3: model.add(Flatten())",
        "class A:\n  def __len__(self): return 0\nif A(): model.add(Flatten())",
        "class A:\n  def __getattr__(self, name): return 9\nif not hasattr(A(), 'x'): model.add(Flatten())",
    ],
)  # fmt: skip
def test_what_others_do_to_the_model(line: str) -> None:
    """Code that is not read here, or that runs when Python calls it behind the scenes."""
    assert filters(CONV + line + "\n") == []
