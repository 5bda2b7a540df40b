"""What is wrong with a notebook: its form, and the Python in its cells."""

from __future__ import annotations

import json
from typing import Any

from dimorder.source.notebook import troubles_in


def cells(*sources: Any, **facts: Any) -> bytes:
    written = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": written, **facts}).encode()


def sound(data: bytes) -> None:
    assert troubles_in(data) == ()


def troubled(data: bytes, *codes: str) -> None:
    assert tuple(trouble.code for trouble in troubles_in(data)) == codes


def test_an_empty_notebook_is_sound() -> None: sound(cells())
def test_source_as_lines_or_as_text_is_sound() -> None: sound(cells(["x = 1\n", "y"], "z = 2"))
def test_magics_and_shells_are_no_python() -> None: sound(cells("!ls *.h5\n%matplotlib inline\nx = !pwd\nx?\n?x\nx"))
def test_a_cell_in_another_language_is_left_alone() -> None: sound(cells("%%bash\nfor x in *; do echo; done"))
def test_a_timed_cell_is_python() -> None: troubled(cells("%%time\n= 'x'"), "py.syntax")
def test_a_remainder_at_the_start_of_a_line_is_python() -> None: sound(cells("x = ('%s'\n     % 3)"))
def test_a_comment_that_asks_is_python() -> None: sound(cells("x = [1, # why?\n 2]"))
def test_worksheets_of_older_notebooks_are_read() -> None:
    sheet = {"cells": [{"cell_type": "code", "input": ["= 'x'"]}]}
    troubled(json.dumps({"nbformat": 3, "worksheets": [sheet]}).encode(), "py.syntax")
def test_another_language_is_not_parsed() -> None:
    sound(cells("library(keras)\nx <- 1 %>% f", metadata={"kernelspec": {"language": "R"}}))
def test_what_is_no_json_is_told() -> None: troubled(b"{not", "ipynb.shape")
def test_deep_json_is_told() -> None: troubled(b"[" * 100_000, "ipynb.shape")
def test_a_list_is_no_notebook() -> None: troubled(b"[]", "ipynb.shape")
def test_a_source_that_is_a_number_is_told() -> None: troubled(cells(7), "ipynb.shape")
def test_a_cell_that_is_a_number_is_told() -> None: troubled(cells(cells=[5]), "ipynb.shape")


def test_the_number_of_the_cell_is_told() -> None:
    (trouble,) = troubles_in(cells("x = 1", "y = 1\nz = ("))
    assert (trouble.cell, trouble.line) == (2, 2)
