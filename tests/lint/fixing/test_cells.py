"""Notebooks: the sources of some cells change, and not a byte besides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dimorder.lint.fixing.files import Mended, mended_notebook
from dimorder.lint.fixing.stretches import spliced
from dimorder.remedy import Remedy
from dimorder.source.notebook import as_python
from lint.fixing.editing import at, remedy

SHAPE = "x = (3, 224, 225)"
ORDER = (1, 2, 0)


def notebook(*sources: Any) -> dict[str, Any]:
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# (3, 224, 225)"},
        *(
            {"cell_type": "code", "execution_count": 1.50, "id": str(number), "metadata": {"é": "\u2028"},
             "outputs": [{"name": "stdout", "text": ["(3, 224, 225)\n", "😀"]}], "source": source}
            for number, source in enumerate(sources)
        ),
    ]  # fmt: skip
    return {"metadata": {"kernelspec": {"language": "python"}}, "nbformat": 4, "cells": cells}


def mended(content: bytes, *remedies: Remedy) -> Mended:
    return mended_notebook("n.ipynb", content, remedies, as_python)


def becomes(content: bytes, *remedies: Remedy) -> bytes:
    found = mended(content, *remedies)
    assert [one.because for one in found.refused] == []
    return spliced(content, found.stretches)


def moved(source: str, cell: int, part: str = "(3, 224, 225)") -> Remedy:
    return remedy("reorder", at(source, part, cell=cell), order=ORDER)


@pytest.mark.parametrize("indent", [None, 1, "\t"])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n\r\n"])
def test_all_else_stays_byte_for_byte(indent: int | str | None, ascii_only: bool, mark: str, end: str) -> None:
    cells = notebook(["%matplotlib inline\n", "!ls\n", SHAPE], "a = 'é'")
    content = f"{mark}{json.dumps(cells, indent=indent, ensure_ascii=ascii_only)}{end}".encode()
    new = becomes(content, moved(f"%matplotlib inline\n!ls\n{SHAPE}", 1))
    assert new == content.replace(b"x = (3, 224, 225)", b"x = (224, 225, 3)")


@pytest.mark.parametrize("magic", ["%%time", "%load_ext x", "!pip install (", "files = !ls", "?f", "f?", "%%bash"])
def test_magics_survive(magic: str) -> None:
    source = f"{magic}\n{SHAPE}"
    content = json.dumps(notebook(source)).encode()
    found = mended(content, moved(source, 1))
    if magic == "%%bash":  # no Python at all
        assert found.stretches == ()
    else:
        assert json.loads(spliced(content, found.stretches))["cells"][1]["source"] == f"{magic}\nx = (224, 225, 3)"


def test_lists_of_lines_stay_lists_of_lines_and_texts_texts() -> None:
    lines = ["f(\n", "  a,  # é\n", ")"]
    for source in (lines, "".join(lines)):
        content = json.dumps(notebook("1", source), indent=1).encode()
        call = remedy("add-keyword", at("".join(lines), "".join(lines), cell=2), "axis=-1")
        first = remedy("insert-line", at("".join(lines), "f", cell=2), "import x")
        new = becomes(content, call, first)
        wanted = ["import x\n", "f(\n", "  a,  # é\n", "  axis=-1,\n", ")"]
        expected = notebook("1", wanted if source is lines else "".join(wanted))
        assert new == json.dumps(expected, indent=1).encode()


def test_lines_that_go_leave_no_empty_ones() -> None:
    lines = ["x = (1,\n", "  2,\n", "  3)\n", "y"]
    content = json.dumps(notebook(lines), indent=1).encode()
    text = "".join(lines)
    new = becomes(content, remedy("replace", at(text, "(1,\n  2,\n  3)", cell=1), "(3, 1)"))
    assert new == json.dumps(notebook(["x = (3, 1)\n", "y"]), indent=1).encode()


def test_escapes_outside_of_the_edit_stay_as_they_are_spelled() -> None:
    source = r'"source": "s = \"\u00e9\ud83d\ude00\/\t\"; x = (3, 224, 225)"'
    content = f'{{"cells": [{{"cell_type": "code", {source}}}]}}'.encode()
    text = 's = "é😀/\t"; x = (3, 224, 225)'
    assert becomes(content, moved(text, 1)) == content.replace(b"(3, 224, 225)", b"(224, 225, 3)")


def test_an_old_notebook_with_worksheets() -> None:
    cells = [{"cell_type": "code", "input": [SHAPE]}, {"cell_type": "code", "input": SHAPE}]
    content = json.dumps({"worksheets": [{"cells": cells}, {"cells": cells}], "nbformat": 3}).encode()
    new = json.loads(becomes(content, moved(SHAPE, 4)))
    assert new["worksheets"][1]["cells"][1]["input"] == "x = (224, 225, 3)"
    assert new["worksheets"][0] == {"cells": cells}


def test_each_cell_has_its_diff() -> None:
    found = mended(json.dumps(notebook(SHAPE, "1", f"{SHAPE}\n")).encode(), moved(SHAPE, 1), moved(SHAPE, 3))
    heads = [line for line in found.diff.splitlines() if line.startswith("+++")]
    assert heads == ["+++ b/n.ipynb (cell 1)", "+++ b/n.ipynb (cell 3)"]
    assert "-x = (3, 224, 225)\n" in found.diff


def test_one_bad_cell_does_not_harm_the_others() -> None:
    content = json.dumps(notebook("f(", SHAPE)).encode()
    found = mended(content, remedy("replace", at("f(", "f", cell=1), "g"), moved(SHAPE, 2))
    assert [one.because for one in found.refused] == ["the code there is not what the rule read"]
    assert json.loads(spliced(content, found.stretches))["cells"][2]["source"] == "x = (224, 225, 3)"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"{", b'{"cells": 1}', b'{"cells": [1]}', b'{"cells": [{"cell_type": "code"}]}',
        b'{"cells": [{"cell_type": "code", "source": 1}]}', b'{"cells": [{"cell_type": "code", "source": [1]}]}',
        b'{"cells": [{"cell_type": "code", "source": "x = (3, 224, 225)", "source": "y"}]}',
        b'{"cells": [], "cells": [{"cell_type": "code", "source": "x = (3, 224, 225)"}]}',
        b'{"cells": [{"cell_type": "code", "source": "\xff"}]}', b'{"cells": ' + b"[" * 200_000,
        b'{"cells": [{"cell_type": "code", "source": "x = (3, 224, 225)"}]} x',
        b'{"worksheets": [{}], "cells": [{"cell_type": "code", "source": "x = (3, 224, 225)"}]}',
        b'{"cells": [{"cell_type": "code", "source": "x = (3, 224, 225)", "input": "x = (3, 224, 225)"}]}',
    ],
)  # fmt: skip
def test_what_is_no_notebook_or_two_at_once_is_refused(content: bytes) -> None:
    found = mended(content, moved(SHAPE, 1))
    ambiguous = b'"input"' in content  # `source` is the one that counts
    assert (found.stretches == ()) is not ambiguous
    assert len(found.refused) == (0 if ambiguous else 1)


def test_a_cell_that_is_not_there_is_refused() -> None:
    found = mended(json.dumps(notebook(SHAPE)).encode(), moved(SHAPE, 2))
    assert [one.because for one in found.refused] == ["there is no such cell"]
