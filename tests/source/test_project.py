"""Which file an import means."""

from __future__ import annotations

from dimorder.source.evaluate import evaluate
from dimorder.source.project import Project
from source.evaluated import Settings, no_shaping, seen


def test_own_modules_are_imported() -> None:
    assert seen("import other\nsee(other.n)", other="n = 3") == [3]
    assert seen("from other import f\nsee(f(2))", other="def f(x): return x + k\nk = 5") == [7]


def test_packages_hold_modules() -> None:
    others = {"pack__INIT": "from .part import n\nm = 1", "pack__part": "n = 7"}
    assert seen("import pack.part\nsee((pack.n, pack.part.n, pack.m))", **others) == [(7, 7, 1)]
    assert seen("from pack import part\nsee(part.n)", pack__part="n = 11") == [11]


def test_relative_imports_climb() -> None:
    others = {"a__b__c": "from ..d import n", "a__d": "n = 5"}
    assert seen("from a.b.c import n\nsee(n)", **others) == [5]


def test_stars_bring_all_names_but_private_ones() -> None:
    assert seen("from other import *\nsee(n)", other="n = 3\n_m = 4") == [3]


def test_stars_of_libraries_reach_through_own_modules() -> None:
    assert seen("from other import *\nsee(np.prod([2, 3]))", other="import numpy as np") == [6]


def test_the_nearest_folder_wins() -> None:
    texts = {
        "src/main.py": "import config\nfrom lib import see\nsee(config.n)", "src/config.py": "n = 1",
        "config.py": "n = 2",
    }  # fmt: skip
    found = evaluate("src/main.py", Project(texts), (Settings(),), no_shaping)
    assert [call.arguments["0"].value for call in found.runs[0].calls] == [1]


def test_folders_above_are_roots_too() -> None:
    texts = {"tools/train.py": "from models.vgg import n\nfrom lib import see\nsee(n)", "models/vgg.py": "n = 13"}
    found = evaluate("tools/train.py", Project(texts), (Settings(),), no_shaping)
    assert [call.arguments["0"].value for call in found.runs[0].calls] == [13]


def test_cycles_end() -> None:
    assert seen("import a\nsee(a.n)", a="import b\nn = 2", b="import a\nm = 3") == [2]
    assert seen("import a\nsee(a.n)", a="from a import n\nn = 2") == [2]


def test_a_module_that_cannot_be_read_is_unknown() -> None:
    assert seen("import broken\nsee(1)", broken="def (") == [1]


def test_libraries_are_not_looked_for_here() -> None:
    assert seen("import numpy as np\nsee(np.prod([3]))", numpy="prod = None") == [3]
