"""What plain code computes, and what it leaves unknown."""

from __future__ import annotations

from typing import Any

import pytest

from source.evaluated import is_unknown, seen

UNKNOWN = "import os\nunknown = os.path.exists('x')\n"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("see(1 + 2 * 3)", 7),
        ("see((3, 224, 224)[::-1])", (224, 224, 3)),
        ("a, *b = 1, 2, 3\nsee(b)", [2, 3]),
        ("a = b = 2\na += 3\nsee((a, b))", (5, 2)),
        ("x: int = 4\nsee(x)", 4),
        ("see([i * j for i in range(3) for j in (1, 2) if i != j])", [0, 0, 2, 2]),
        ("see({k: v for k, v in zip('ab', (1, 2))})", {"a": 1, "b": 2}),
        ("see('conv%d_%s' % (1, 'a'))", "conv1_a"),
        ("see('conv{}_{name}'.format(1, name='b'))", "conv1_b"),
        ("n = 3\nsee(f'conv{n:02d}')", "conv03"),
        ("see('x' if 1 > 2 else 'y')", "y"),
        ("see(1 < 2 < 3)", True),
        ("def f(a, b=2, *c, d=4, **e): return (a, b, c, d, e)\nsee(f(1, 5, 6, x=7))", (1, 5, (6,), 4, {"x": 7})),
        ("def f(n): return 1 if n < 2 else n * f(n - 1)\nsee(f(5))", 120),
        ("def outer():\n  n = [0]\n  def inner(): n[0] += 1\n  inner(); inner()\n  return n\nsee(outer())", [2]),
        ("c = 0\ndef f():\n  global c\n  c += 1\nf(); f()\nsee(c)", 2),
        ("def g():\n  for i in range(3): yield i\nsee(list(g()))", [0, 1, 2]),
        ("total = 0\nfor i in range(10):\n  if i == 3: continue\n  if i == 6: break\n  total += i\nsee(total)", 12),
        ("i = 0\nwhile i < 5: i += 1\nelse: i = 50\nsee(i)", 50),
        ("try: x = {}['a']\nexcept KeyError: x = 'none'\nsee(x)", "none"),
        ("try: raise ValueError\nexcept (TypeError, ValueError) as e: x = 1\nfinally: y = 2\nsee((x, y))", (1, 2)),
        ("if (n := 3) > 2: see(n)", 3),
        ("from functools import partial, reduce\nsee(reduce(partial(lambda a, b, c: a + b + c, 1), [1, 2, 3]))", 8),
        ("from collections import OrderedDict\nsee(OrderedDict([('a', 1)]))", {"a": 1}),
        ("from collections import namedtuple\nP = namedtuple('P', 'x y')\nsee(P(1, y=2).y)", 2),
        ("from collections import defaultdict\nd = defaultdict(list)\nd['a'].append(1)\nsee(d)", {"a": [1]}),
        ("import numpy as np\nsee(int(np.prod((3, 4))))", 12),
        ("import numpy as np\nsee(np.zeros((5, 3, 7, 11)).transpose(0, 2, 3, 1).shape)", (5, 7, 11, 3)),
        ("import os\nsee(os.path.join(os.path.dirname(__file__), 'w.h5'))", "w.h5"),
        ("import math\nsee(math.ceil(7 / 2))", 4),
        ("see(sorted({'b': 1, 'a': 2}.items(), key=lambda kv: kv[1], reverse=True))", [("a", 2), ("b", 1)]),
        ("blocks = [dict(f=8), dict(f=16)]\nsee([(lambda f: f * 2)(**b) for b in blocks])", [16, 32]),
        ("see(getattr('a-b', 'split')('-'))", ["a", "b"]),
        ("x = [1, 2]\ndel x[0]\nsee(x)", [2]),
        ("if __name__ == '__main__': see('main')", "main"),
    ],
)
def test_plain_code_computes_what_python_computes(code: str, value: Any) -> None:
    assert seen(code) == [value]


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("class A(object):\n  n = 3\n  def __init__(self, x): self.x = x\n  def y(self): return self.x * self.n\n", 6),
        ("class B:\n  def y(self): return 5\nclass A(B):\n  def __init__(self, x): pass\n"
         "  def y(self): return super(A, self).y() + 1\n", 6),
        ("class B:\n  def __init__(self, x): self.x = x\nclass A(B):\n  def __init__(self, x):\n"
         "    super().__init__(x + 1)\n  def y(self): return self.x * 2\n", 6),
    ],
)  # fmt: skip
def test_methods_find_what_instances_and_classes_hold(code: str, value: Any) -> None:
    assert seen(code + "see(A(2).y())") == [value]


def test_properties_and_static_methods_are_read() -> None:
    code = "class A:\n  @property\n  def p(self): return 1\n  @staticmethod\n  def s(x): return x\n"
    code += "  @classmethod\n  def c(cls): return cls().p\nsee((A().p, A.s(2), A.c()))"
    assert seen(code) == [(1, 2, 1)]


@pytest.mark.parametrize(
    "code",
    [
        "x = 1\nif unknown: x = 2\nsee(x)",
        "x = [1]\nif unknown: x.append(2)\nsee(x)",
        "x = [1]\nif unknown: x.append(2)\nsee(len(x))",
        "d = {'a': 1}\nif unknown: d['a'] = 2\nsee(d['a'])",
        "class A: pass\na = A()\na.x = 1\nif unknown: a.x = 2\nsee(a.x)",
        "see(1 if unknown else 2)",
        "def f():\n  if unknown: return 1\n  return 2\nsee(f())",
        "x = 0\nfor i in unknown: x += 1\nsee(x)",
        "x = 0\nfor i in range(5):\n  if unknown: break\n  x += 1\nsee(x)",
        "x = 0\nwhile unknown: x += 1\nsee(x)",
        "x = 0\nfor i in range(100000):\n  x += 1\nsee(x)",
        "n = 0\ndef f():\n  global n\n  n = 1\nif unknown: f()\nsee(n)",
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--n', default=3)\nsee(p.parse_args().n == 3)",
        "def f(n): return f(n - 1) + f(n - 2) if unknown else 1\nsee(f(5))",
        "see([i for i in range(3) if unknown])",
        "see(nobody_defined_this)",
        "see(unknown + 1)",
        "see('%s' % unknown)",
        "import random\nsee(random.random() < 0.5)",
        "import random\nsee(random.choice('ab') in ('a', 'b'))",
        "import random\nsee(random.choice('ab') not in {'a': 1})",
    ],
)
def test_what_depends_on_the_unknown_is_unknown(code: str) -> None:
    assert [is_unknown(value) for value in seen(UNKNOWN + code)] == [True]


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("if unknown: x = 2\nelse: x = 2\nsee(x)", 2),
        ("x = 1\nif unknown: raise ValueError('no')\nsee(x)", 1),
        ("x = 1\nif unknown:\n  x = 2\n  raise ValueError('no')\nsee(x)", 1),
        ("if unknown: x = 1\nsee(x)", 1),
        ("def f():\n  if unknown: return 1\n  return 1\nsee(f())", 1),
        ("x = []\nif unknown:\n  y = []\n  y.append(1)\n  x = y\nelse: raise ValueError\nsee(x)", [1]),
        ("d = {'a': 1, 'b': 2}\nif unknown: d['a'] = 2\nsee(d['b'])", 2),
    ],
)
def test_what_is_alike_on_both_ways_is_known(code: str, value: Any) -> None:
    assert seen(UNKNOWN + code) == [value]


def test_both_ways_are_gone_where_nobody_knows() -> None:
    assert seen(UNKNOWN + "if unknown: see(1)\nelse: see(2)") == [1, 2]
