"""Edits of source text: what must stay comes first."""

from __future__ import annotations

import pytest

from dimorder.lint.fixing.edit import edited
from dimorder.lint.fixing.splices import applied
from dimorder.program import Place
from lint.fixing.editing import at, becomes, keyword, line, refused, remedy, reorder, replace, what_is_left

OTHER = "the code there is not what the rule read"


def test_nothing_to_do_changes_nothing() -> None:
    assert edited("x = 1\n", []).splices == ()


def test_what_is_as_wanted_already_is_left_alone() -> None:
    assert becomes('f("tf")\n', replace('f("tf")\n', '"tf"', "'tf'")) == 'f("tf")\n'
    assert becomes("f(axis=-1)\n", keyword("f(axis=-1)\n", "f(axis=-1)")) == "f(axis=-1)\n"
    assert becomes("import x\ny = 1\n", line("import x\ny = 1\n", "y")) == "import x\ny = 1\n"


@pytest.mark.parametrize(
    ("text", "part", "old"),
    [
        ("f('th')\n", "'th'", "'tf'"),  # the file changed since
        ("f('th')\n", "f('t", ""),  # no node
        ("f(x + y * 2)\n", "x + y", ""),  # characters that make no expression of their own
        ("f(f'{a}')\n", "a", ""),  # Pythons before 3.12 do not tell where this is
    ],
)
def test_a_place_without_the_expected_node_is_refused(text: str, part: str, old: str) -> None:
    assert refused(text, replace(text, part, "'x'", old=old)) == OTHER


def test_places_that_are_none_are_refused() -> None:
    for place in (Place("x.py", 9, 1, 9, 2), Place("x.py", 1, 7, 1, 9), Place("x.py", 1, 1), Place("x.py", 0, 0, 1, 2)):
        assert refused("f(1)\n", remedy("replace", place, "2")) == OTHER


@pytest.mark.parametrize("text", ["print 'th'\n", "f('th'\n", "f('th')\0\n", "x = " + "(" * 5000 + "'th'"])
def test_what_is_no_python_3_is_refused(text: str) -> None:
    assert refused(text, replace(text, "'th'", "'tf'")).startswith("the code is ")


def test_remedies_in_each_others_way_are_both_refused_and_others_are_made() -> None:
    text = "f('th', 'x')\n"
    found = edited(text, [replace(text, "'th'", "'tf'"), replace(text, "'th'", "'xy'"), replace(text, "'x'", "'y'")])
    assert what_is_left(found) == ["another fix changes the same code"] * 2
    assert applied(text, found.splices) == "f('th', 'y')\n"


def test_equal_remedies_are_one() -> None:
    text = "f('th')\n"
    assert becomes(text, replace(text, "'th'", "'tf'"), replace(text, "'th'", "'tf'")) == "f('tf')\n"


@pytest.mark.parametrize("new", ["1) + (2", "1,", "x :=", "1 # no", "", "yield", "*a", "a=1"])
def test_what_would_be_other_code_than_stated_is_refused(new: str) -> None:
    text = "y = f(0)\n"
    found = edited(text, [replace(text, "0", new)])
    assert found.splices == ()
    assert len(found.refused) == 1


def test_an_operator_around_the_place_keeps_its_meaning() -> None:
    assert refused("y = 3 * n\n", replace("y = 3 * n\n", "n", "a + b"))


# Strings.


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'th'", "'tf'"), ('"th"', '"tf"'), ("u'th'", "u'tf'"), ("'''th'''", "'''tf'''"), ("'t' 'h'", "'tf'"),
        ("b'th'", "'tf'"), ("('th')", "('tf')"),
    ],
)  # fmt: skip
def test_a_string_keeps_its_quotes(old: str, new: str) -> None:
    text = f"K.set({old})  # 'th'\n"
    part = old.strip("()")
    assert becomes(text, replace(text, part, "'tf'")) == f"K.set({new})  # 'th'\n"


def test_a_string_that_needs_other_quotes_gets_them() -> None:
    assert becomes("f('th')\n", replace("f('th')\n", "'th'", '"it\'s"')) == 'f("it\'s")\n'
    assert becomes("f(r'th')\n", replace("f(r'th')\n", "r'th'", "'a\\\\b'")) == "f('a\\\\b')\n"


def test_the_value_of_a_keyword_and_a_whole_keyword() -> None:
    text = "Conv(3, dim_ordering='th')\n"
    assert becomes(text, replace(text, "'th'", "'tf'")) == "Conv(3, dim_ordering='tf')\n"
    whole = replace(text, "dim_ordering='th'", "data_format='channels_last'")
    assert becomes(text, whole) == "Conv(3, data_format='channels_last')\n"


def test_a_number_becomes_a_negative_one() -> None:
    assert becomes("B(axis=1)(x)\n", replace("B(axis=1)(x)\n", "1", "-1")) == "B(axis=-1)(x)\n"


# Tuples.


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(3, 224, 225)", "(224, 225, 3)"),
        ("(ch, row, col)", "(row, col, ch)"),
        ("[3,224 ,  225]", "[224,225 ,  3]"),
        ("(3, 224, 225,)", "(224, 225, 3,)"),
        ("((3), (a+b), c[0])", "((a+b), c[0], (3))"),
        ("((3, 224, 225))", "((224, 225, 3))"),
        ("(3,  # channels\n   224,\n\n   225  # columns\n  )", "(224,  # channels\n   225,\n\n   3  # columns\n  )"),
        ("(3, \\\n 224, 225)", "(224, \\\n 225, 3)"),
        ("('é', 224, 'ü')", "(224, 'ü', 'é')"),
        ("3, 224, 225", "224, 225, 3"),
    ],
)
def test_elements_change_places_and_nothing_else(old: str, new: str) -> None:
    for text, wanted in ((f"shape = {old}\n", f"shape = {new}\n"), (f"é = f({old})\n", f"é = f({new})\n")):
        if text.startswith("é") and not old.startswith(("(", "[")):
            continue  # arguments, no tuple
        part = old if not old.startswith("((3, ") else old[1:-1]
        assert becomes(text, reorder(text, part)) == wanted


@pytest.mark.parametrize(
    ("text", "because"),
    [("x = (1, 2)\n", "2 elements, not 3"), ("x = (1, *b, 3)\n", "stands for several"), ("x = f(1)[0]\n", OTHER)],
)
def test_what_cannot_be_reordered_is_refused(text: str, because: str) -> None:
    assert because in refused(text, reorder(text, text[4:-1]))


# Keyword arguments.


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("f()", "f(axis=-1)"),
        ("f(a)", "f(a, axis=-1)"),
        ("f(a, )", "f(a, axis=-1, )"),
        ("f(a, b=(1, 2))", "f(a, b=(1, 2), axis=-1)"),
        ("f(g(h(a)))", "f(g(h(a)), axis=-1)"),
        ("f(\n  a\n)", "f(\n  a,\n  axis=-1\n)"),
        ("f(\n  a,\n)", "f(\n  a,\n  axis=-1,\n)"),
        ("f(a,\n  b)", "f(a,\n  b,\n  axis=-1)"),
        ("f(a, # one\n  b # two\n  )", "f(a, # one\n  b, # two\n  axis=-1\n  )"),
        ("f(\n  a,  # one\n  # more\n)", "f(\n  a,  # one\n  axis=-1,\n  # more\n)"),
        ("(f\n .g(a))(b)", "(f\n .g(a))(b, axis=-1)"),
        ("f(lambda: 0)", "f(lambda: 0, axis=-1)"),
    ],
)
def test_a_call_gets_a_keyword_argument(old: str, new: str) -> None:
    assert becomes(f"y = {old}\n", keyword(f"y = {old}\n", old)) == f"y = {new}\n"


def test_a_call_gets_two_keyword_arguments_at_once_and_so_do_calls_in_calls() -> None:
    text = "f(g(a))\n"
    edits = (keyword(text, "f(g(a))"), keyword(text, "f(g(a))", "b='c'"), keyword(text, "g(a)"))
    assert becomes(text, *edits) == "f(g(a, axis=-1), axis=-1, b='c')\n"


@pytest.mark.parametrize(
    ("call", "because"),
    [
        ("f(*a)", "arguments by *"),
        ("f(**a)", "arguments by *"),
        ("f(x for x in y)", "generator"),
        ("f(axis=1)", "another axis already"),
    ],
)
def test_a_call_that_may_have_it_already_is_refused(call: str, because: str) -> None:
    assert because in refused(f"{call}\n", keyword(f"{call}\n", call))


# Lines.


def test_a_statement_goes_in_front_as_deeply_indented() -> None:
    text = "def f():\n\tif a:\n\t\tb(c)\n"
    assert becomes(text, line(text, "c")) == "def f():\n\tif a:\n\t\timport x\n\t\tb(c)\n"
    text = "@a\n@b\ndef f():\n    pass\n"
    assert becomes(text, line(text, "f")) == f"import x\n{text}"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a; b\n", "b"), ("if a: b\n", "b"), ("if a:\n  pass\nelif b:\n  pass\n", "b"), ('"""Doc."""\n', '"""Doc."""'),
        ("from __future__ import division\n", "division"), ("a\n", "\n"),
    ],
)  # fmt: skip
def test_where_no_statement_can_stand_it_is_refused(text: str, part: str) -> None:
    assert refused(text, line(text, part))


# How files are written.


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_stay(end: str) -> None:
    text = end.join(["é = 'ü'", "if é:", "\tf((3,", "\t  4,", "\t  5), k='th')", ""])
    edits = (
        reorder(text, f"(3,{end}\t  4,{end}\t  5)"), replace(text, "'th'", "'tf'"), line(text, "f(", "g()"),
        keyword(text, text[text.index("f(("):].rstrip(end)),
    )  # fmt: skip
    wanted = end.join(["é = 'ü'", "if é:", "\tg()", "\tf((4,", "\t  5,", "\t  3), k='tf', axis=-1)", ""])
    assert becomes(text, *edits) == wanted


def test_a_call_over_lines_gets_its_argument_with_the_same_line_ends() -> None:
    text = "f(\r\n  a,\r\n)\r\n"
    assert becomes(text, keyword(text, text.strip())) == "f(\r\n  a,\r\n  axis=-1,\r\n)\r\n"


@pytest.mark.parametrize("text", ["\fx = (1, 2, 3)", "x = 1; \\\n  y = (1, 2, 3)", "\uff41=(1, 2, 3)"])
def test_odd_spacing_does_not_shift_places(text: str) -> None:
    assert becomes(text, reorder(text, "(1, 2, 3)")) == text.replace("(1, 2, 3)", "(2, 3, 1)")


def test_a_comment_is_never_lost() -> None:
    text = "f(a + # why\n  b)\n"
    assert "old code with this edit" in refused(text, replace(text, "a + # why\n  b", "c"))


def test_columns_count_codepoints() -> None:
    text = "s = '😀é'; f('th')\n"
    assert at(text, "'th'").column == 13
    assert becomes(text, replace(text, "'th'", "'tf'")) == "s = '😀é'; f('tf')\n"
