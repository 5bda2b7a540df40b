"""Loops that are left after a few turns: those alone that compute on what nobody knows, and build nothing."""

from __future__ import annotations

import pytest

from source.evaluated import is_unknown, program, seen

ARRAYS = "import numpy as np\nmask, images = np.load('m.npy'), np.load('i.npy')\nn = 0\n"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("for k in range(300): n += k\nsee(n)", 44850),
        ("held = []\nfor k in range(300): held.append(k)\nsee(len(held))", 300),
        ("held = {}\nfor k in range(300): held[k] = mask[k]\nsee(len(held))", 300),
        ("for k in range(300):\n  if k == 250: n = 7\nsee(n)", 7),
        ("def f(k): return k\nfor k in range(300): n = f(k)\nsee(n)", 299),
        ("class A: pass\na = A()\nfor k in range(300): a.n = k\nsee(a.n)", 299),
        ("for k in range(300):\n  mask[k] = images[k] if k < 280 else see(1)\nsee(2)", 1),
        ("def f(k):\n  if k == 250: see(1)\n  return mask[k]\nfor k in range(300): x = f(k)\nsee(2)", 1),
        ("for k in range(300):\n  mask[k] = images[k]\nsee(k)", None),
    ],
)
def test_loops_that_change_what_is_known_are_gone_to_their_end(code: str, value: object) -> None:
    found = seen(ARRAYS + code)[0]
    assert is_unknown(found) if value is None else found == value


@pytest.mark.parametrize(
    "loop",
    [
        "for k in range(5000): mask[:, :, k] = images\n",
        "for k in range(5000):\n  for j in range(5000): mask[j, :, k] = images[k] * 2\n",
        "for k in range(5000):\n  if n: mask[k] = images\n  else: mask[:, k] = images\n",
        "for k in range(5000): x = images[k].mean()\n",
    ],
)
def test_masks_and_images_take_few_steps(loop: str) -> None:
    many = "for again in range(40):\n  see(again)\n  " + loop.replace("\n", "\n  ") + "\n"
    assert [run.stopped for run in program(f"from lib import see\n{ARRAYS}{many}").runs if run.stopped] == []
