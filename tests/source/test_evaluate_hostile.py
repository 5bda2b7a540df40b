"""Code that is meant to crash or to hold up its reader."""

from __future__ import annotations

import itertools
import time

import pytest

from dimorder.source.evaluate import evaluate
from dimorder.source.project import Project
from source.evaluated import Settings, no_shaping

SECONDS = 60
"""Far more than any takes; slow machines do not fail it, endless code does."""


@pytest.mark.parametrize(
    "code",
    [
        "(" * 10_000 + ")" * 10_000,
        "x = " + "-" * 20_000 + "1",
        "x = " + "+".join(["1"] * 3_000),
        "x = " + "[" * 90 + "]" * 90,
        "x = a" + ".b" * 2_000,
        "x = f" + "()" * 2_000,
        "".join(" " * depth + "if x:\n" for depth in range(90)) + " " * 90 + "pass",
        "while True: pass",
        "while True:\n  x = [0] * 100000",
        "x = 2 ** 10 ** 10",
        "x = 1 << 10 ** 12",
        "x = 3\nwhile True: x = x * x",
        "x = 'a' * 10 ** 12\ny = [0] * 10 ** 12\nz = (0,) * 10 ** 18",
        "x = 'a'\nwhile True: x = x + x",
        "x = [0]\nwhile True: x += x",
        "x = [0]\nwhile True: x.extend(x)",
        "x = []\nx.append(x)\ny = []\ny.append(y)\nprint(x == y, str(x), x < y, x in y)\nsorted([x, y])\nf(x)",
        "x = {}\nx['x'] = x\nf(x, **x)\nstr(x)",
        "x = [1]\nfor i in range(80): x = [x, x]\nstr(x)\nf(x)\nx == [x]\n'%s' % x",
        "x = (1,)\nfor i in range(80): x = (x, x)\nd = {x: 1}\nhash(x)\nx in d\nd[x]\nset([x])",
        "def f(): return f()\nf()",
        "def f(n): return f(n - 1) + f(n - 1)\nf(10 ** 9)",
        "def f():\n  while True: yield 1\nx = list(f())\nfor y in f(): pass",
        "def f():\n  i = 0\n  while i >= 0:\n    i += 1\n    yield i\nfor y in f(): pass",
        "for i in range(10 ** 18):\n  for j in range(10 ** 18): pass",
        "x = list(range(10 ** 18))\ny = [i for i in range(10 ** 18)]\nz = sum(range(10 ** 12))",
        "x = '%1000000000d' % 1\ny = '{:>1000000000}'.format(1)\nz = f'{1:1000000000}'\nw = '%*d' % (10 ** 9, 1)",
        "x = 'a'.ljust(10 ** 12)\ny = ('a' * 1000000).replace('a', 'b' * 1000000)\nz = 'a'.zfill(10 ** 12)",
        "x = ('a' * 1000000).join(['b'] * 100000)\nint('9' * 1000000)",
        "x = 0\nwhile True:\n  x = numpy.add(x, x)",
        "import numpy\nx = numpy.zeros(3)\nwhile True:\n  x = numpy.add(x, x) + x\n  y = x[0].T",
        "class A(A): pass\nA().x.y.z()",
        "class C0: pass\nclass C1(C0): pass\n" + "".join(f"class C{n}(C{n - 1}, C{n - 2}): 1\n" for n in range(2, 99)),
        "class A:\n  def __getattr__(self, n): return self.q\n  def __add__(self, o): return self + o\nA() + A()",
        "class A:\n  @property\n  def x(self): return self.x\nA().x",
        "from itertools import product\nx = list(product(*[range(1000)] * 19))",
        "from functools import partial\nf = partial(print)\nfor i in range(5000): f = partial(f, i)\nf()",
        "f = lambda: 0\nfor i in range(1000): f = lambda f=f: f()\nf()",
        "def d(f): return lambda: f()\n" + "@d\n" * 100 + "def g(): pass\ng()",
        "x = 1\n" * 10_000,
        "try:\n  raise ValueError\nexcept ValueError:\n  raise",
        "import main",
        "exec('x')\neval('1')\n__import__('os')\nopen('/etc/passwd').read()",
        "global x\nreturn 1\nyield 2\nbreak",
        "def f(a, a=1): pass\nf(*1, **2)\nf(**{1: 2})",
        "x, y = 1\n(a, *b), c = []\ndel q\ndel x[0][1]\n[1][5] = 3\n'a'['b']\n1[0]\n{}[[]]\n{[]: 1}\n{[]}",
        "x = -'a'\n~1.5\n1 / 0\n1 % 0\n'a' < 1\n[] < 1\nlen(5)\nint('x')\nrange('a')\nmax([])\nround('a')",
        "range(1, 2, 0)",
        "sorted([1, 'a'])\nsum([[1], 2])\nmap(1, 2)\nzip(1)\ndict(1)\nenumerate(1, 'a')\nnext(1)",
        "abs('x')\ndivmod(1, 0)",
        "from math import *\nexp(10 ** 9)\nsqrt(-1)\nlog(0)\nfloor(float('inf'))\nint(float('nan'))\npow(10.0, 400)",
        "float('1' * 400)\n10.0 ** 400\nround(1e300, -400)\n1e308 * 10 // 1",
        "from . import x\nfrom .... import y\nfrom .a.b import *\nimport .\n",
        "from . import x\nfrom .... import y\nfrom .a.b import *\nx.y.z(1)",
        "match f():\n  case [1, *x]: y = x\n  case {'a': z, **r}: pass\n  case _: pass",
        "async def f():\n  async for i in g(): await i\n  async with h() as j: return [k async for k in j]\nf()",
        "with open('x') as f, g() as (a, b): f.read()(1)[2].x = 5",
        "x = lambda *a, **k: x(*a, **k)\nx(1)",
        "a = b = []\na[:] = [a] * 50\na[0][1:2] = a\na[::0]\na[5:1:-1] = [1]\nb.sort(key=lambda x: x)",
        "'{0.__class__.__mro__}'.format(1)\n'{:{}}'.format(1, 10 ** 10)\n'{0[0]}'.format([1])\n'%(a)s' % {}",
        "x = [0] * 100000\nfor i in range(10000):\n  for j in range(1): x.append(1)",
        "x = '" + "a" * 1_000_000 + "'\nf(x)",
        "x = [" + "1," * 30_000 + "]\nf(x)",
        "\0", "\ud800", "x = '\\ud800'\nf(x)", "\ufeff1", "é = 'ü'; f(é)",
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_nothing_crashes_or_holds_it_up(code: str) -> None:
    started = time.monotonic()
    evaluate("main.py", Project({"main.py": code}), (Settings(),), no_shaping)
    assert time.monotonic() - started < SECONDS
