"""Which code imports which: rather a file too many than one too few."""

from __future__ import annotations

import time

import pytest

from dimorder.flow.imports import imported_by, importers, imports

STEMS = {"vgg"}


@pytest.mark.parametrize(
    "text",
    [
        "import os\n",
        "from os import path\nvgg = 3\n",
        "# import os\nx = 'vgg'\n",
        "imports = vgg\n",
    ],
)
def test_what_imports_something_else_is_left_out(text: str) -> None:
    assert not imports(text, STEMS)


@pytest.mark.parametrize(
    "text",
    [
        "import vgg\n",
        "import os, vgg\n",
        "import nets.vgg as net\n",
        "from vgg import build\n",
        "from nets import vgg\n",
        "from . import vgg\n",
        "from .vgg import build\n",
        "from nets import (\n    resnet,\n    vgg,\n)\n",
        "from nets import resnet, \\\n    vgg\n",
        "from nets import resnet, \\\r\n    vgg\r\n",
        "try: import vgg\nexcept ImportError: pass\n",
        "def f():\n\timport os; from vgg import build\n",
        "import vgg",
    ],
)
def test_every_way_to_import_is_seen(text: str) -> None:
    assert imports(text, STEMS)


def test_what_imports_an_importer_is_found_and_nothing_else() -> None:
    texts = {"nets/vgg.py": "import keras\n", "nets/__init__.py": "from . import vgg\n", "a.py": "import nets\n",
             "b.py": "from a import x\n", "c.py": "import os\n"}  # fmt: skip
    assert importers({"nets/vgg.py"}, texts) == {"nets/vgg.py", "nets/__init__.py", "a.py", "b.py"}


def test_what_is_imported_is_found_over_others_too() -> None:
    texts = {"train.py": "from data import load\nimport keras\n", "data.py": "from nets import images\n",
             "nets/images.py": "import numpy\n", "else.py": "import train\n"}  # fmt: skip
    assert imported_by({"train.py"}, texts) == {"train.py", "data.py", "nets/images.py"}


@pytest.mark.parametrize("source", ['["%matplotlib inline\\n", "from vgg import build\\n"]', '"x = 1\\nimport vgg\\n"'])
def test_imports_in_the_text_of_a_notebook_are_seen(source: str) -> None:
    assert imports(f'{{"cells": [{{"cell_type": "code", "source": {source}}}]}}', STEMS)


@pytest.mark.parametrize("text", ["import (" * 60_000, ";import a" * 60_000, "import a, \\\n" * 60_000])
def test_hostile_text_is_searched_in_no_time(text: str) -> None:
    before = time.process_time()
    imports(text, STEMS)
    assert time.process_time() - before < 2
