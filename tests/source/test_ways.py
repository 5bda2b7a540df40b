"""Conditions that nobody knows: one run for each way past those that decide what a model is, and no more than that."""

from __future__ import annotations

from typing import Any

import pytest

from dimorder.flow.shaping import shaping
from dimorder.program import WORLDS, BuiltModel, Program, Run, Unknown
from dimorder.source import exploring
from dimorder.source.evaluate import evaluate, evaluate_function
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

BEGIN = "import argparse, os, random\nfrom keras.layers import *\nfrom keras.models import *\n"
PARSER = BEGIN + "parser = argparse.ArgumentParser()\n"
CONV = "x = i = Input((12, 13, 3))\nx = Conv2D({n}, 3)(x)\n"
MODEL = "model = Model(i, x)\n"


def program(code: str, **others: str) -> Program:
    texts = {f"{name}.py": text for name, text in others.items()}
    return evaluate("m.py", Project({"m.py": code, **texts}), (KERAS,), shaping)


def variants(code: str) -> list[Run]:
    """In the world of today."""
    return [run for run in program(code).variants if run.world == WORLDS[0]]


def assumed(code: str) -> list[dict[str, bool]]:
    return [{one.said: one.holds for one in run.assumed} for run in variants(code)]


def filters(run: Run) -> list[list[Any]]:
    return [[layer.config.get("filters") for layer in model.layers[1:]] for model in run.models if model.is_complete]


def wanted(code: str, name: str = "model") -> BuiltModel | Unknown:
    return evaluate_function("m.py", name, Project({"m.py": code}), (KERAS,), shaping)[0]


# Nothing is assumed


@pytest.mark.parametrize(
    "code",
    [
        CONV.format(n=4) + MODEL,
        "if os.path.exists('w.h5'): print('there')\n" + CONV.format(n=4) + MODEL,
        CONV.format(n=4) + MODEL + "if os.path.exists('w.h5'): model.load_weights('w.h5')\n",
        CONV.format(n=4) + MODEL + "if random.random() > 2: n = 5\nelse: n = 6\nprint(n)\n",
        "n = 4 if os.name == 'nt' else 4\n" + CONV.format(n="n") + MODEL,
        "def build(n, deep):\n  x = i = Input((12, 13, 3))\n  if deep: x = Conv2D(n, 3)(x)\n  return Model(i, x)\n",
    ],
)
def test_code_whose_models_no_condition_decides_runs_once(code: str) -> None:
    found = program(BEGIN + code)
    assert (found.variants, found.covered) == ((), ())
    assert found.alternatives == found.runs


def test_a_condition_that_is_decided_anew_in_each_turn_is_left_open() -> None:
    code = "x = i = Input((12, 13, 3))\nfor k in range(40):\n  if random.random() > k: x = Conv2D(k, 3)(x)\n"
    assert variants(BEGIN + code + MODEL) == []


def test_where_no_way_tells_more_none_is_kept() -> None:
    code = "x = i = Input((12, 13, os.cpu_count()))\nif random.random() > 2: x = see(x)\nelse: x = look(x)\n"
    assert variants(BEGIN + "from lib import see, look\n" + code + MODEL) == []


def test_what_is_told_without_assumptions_stays_unknown() -> None:
    (base, *_) = program(BEGIN + f"n = 4 if os.path.exists('a') else 5\n{CONV.format(n='n')}{MODEL}").runs
    assert base.assumed == ()
    assert not base.models[0].is_complete


# Both ways


def test_each_way_of_a_condition_is_gone() -> None:
    code = BEGIN + f"n = 4 if os.path.exists('a') else 5\n{CONV.format(n='n')}{MODEL}"
    assert assumed(code) == [{"os.path.exists('a')": True}, {"os.path.exists('a')": False}]
    assert [filters(run) for run in variants(code)] == [[[4]], [[5]]]
    assert set(program(code).covered) == set(WORLDS)


@pytest.mark.parametrize(
    "chosen",
    [
        "if os.path.exists('a'): n = 4\nelse: n = 5\n",
        "n = 5\nif os.path.exists('a'): n = 4\n",
        "def f():\n  if os.path.exists('a'): return 4\n  return 5\nn = f()\n",
        "n = {True: 4, False: 5}[True if os.path.exists('a') else False]\n",
        "n = 4 if os.path.exists('a') else 5\nif n == 4: pass\nelse: n = 5\n",
    ],
)
def test_however_it_is_written(chosen: str) -> None:
    assert sorted(filters(run)[0][0] for run in variants(BEGIN + chosen + CONV.format(n="n") + MODEL)) == [4, 5]


def test_two_conditions_have_four_ways() -> None:
    code = "n = 4 if os.path.exists('a') else 5\n" + CONV.format(n="n")
    code += "if os.path.exists('b'): x = Conv2D(7, 3)(x)\n"
    assert sorted(filters(run)[0] for run in variants(BEGIN + code + MODEL)) == [[4], [4, 7], [5], [5, 7]]


def test_a_layer_that_one_of_two_classes_makes() -> None:
    code = "Pool = MaxPooling2D if os.path.exists('a') else AveragePooling2D\n" + CONV.format(n=4) + "x = Pool()(x)\n"
    classes = [run.models[0].layers[-1].class_name for run in variants(BEGIN + code + MODEL)]
    assert classes == ["MaxPooling2D", "AveragePooling2D"]


def test_a_way_on_which_the_code_raises_is_not_gone() -> None:
    code = "n = 4 if os.path.exists('a') else 0\n" + CONV.format(n="n") + MODEL
    code += "if n == 0: raise ValueError('no filters')\n"
    assert [filters(run) for run in variants(BEGIN + code)] == [[[4]]]


# The same condition, and another


SAME = "args = parser.parse_args()\n" + CONV.format(n=4)


@pytest.mark.parametrize(
    "condition", ["args.deep == 'yes'", "args.deep", "str(args.deep).lower() in ('yes', 'y')", "not args.deep"]
)
def test_an_option_is_the_same_wherever_it_is_asked_for(condition: str) -> None:
    twice = f"if {condition}: x = Conv2D(5, 3)(x)\n" * 2
    assert sorted(filters(run)[0] for run in variants(PARSER + SAME + twice + MODEL)) == [[4], [4, 5, 5]]


@pytest.mark.parametrize(
    "between",
    [
        "args.deep = os.environ['DEEP']\n",
        "args = other.parse_args()\n",
        "args.deep.append(5)\n",
        "setattr(args, 'deep', 7)\n",
    ],
)
def test_an_option_that_may_change_is_asked_for_anew(between: str) -> None:
    first, second = (f"if args.deep: x = Conv2D({n}, 3)(x)\n" for n in (5, 7))
    code = PARSER + "other = argparse.ArgumentParser()\n" + SAME + first + between + second + MODEL
    assert sorted(filters(run)[0] for run in variants(code)) == [[4], [4, 5], [4, 5, 7], [4, 7]]


def test_two_calls_are_two_conditions() -> None:
    code = BEGIN + CONV.format(n=4) + "if os.path.exists('a'): x = Conv2D(5, 3)(x)\n" * 2 + MODEL
    assert len(variants(code)) == 4


def test_a_name_that_is_bound_once_is_the_same() -> None:
    twice = "if kind == 'deep': x = Conv2D(5, 3)(x)\n" * 2
    assert len(variants(BEGIN + "kind = os.environ['KIND']\n" + CONV.format(n=4) + twice + MODEL)) == 2
    again = twice.replace("x)\n", "x)\nkind = os.environ['OTHER']\n", 1)
    assert len(variants(BEGIN + "kind = os.environ['KIND']\n" + CONV.format(n=4) + again + MODEL)) == 4


# The command line


def test_numbers_of_the_command_line_are_as_by_default() -> None:
    code = PARSER + "parser.add_argument('--width', '-w', type=int, default=6)\nn = parser.parse_args().width\n"
    (run,) = variants(code + CONV.format(n="n") + MODEL)
    assert [one.said for one in run.assumed] == ["no number is given on the command line"]
    assert filters(run) == [[6]]
    assert program(code + CONV.format(n="n") + MODEL).covered == ()


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("'--width', default=6", 6),
        ("'--width', default='6', type=int", 6),
        ("'-w', '--the-width', dest='width', default=6", 6),
        ("'--width', type=int", None),
        ("'width', type=int", None),
        ("'--width', default=6, required=True", None),
        ("'--width', default='6', type=see", None),
        ("'--width', action=See, default=6", None),
        ("'--width', action='version', default=6", None),
    ],
)
def test_a_default_is_what_argparse_makes_of_it(said: str, value: int | None) -> None:
    code = PARSER + f"from lib import see, See\nparser.add_argument({said})\nargs = parser.parse_args()\n"
    found = variants(code + CONV.format(n="args.width") + MODEL)
    assert [filters(run) for run in found] == ([] if value is None else [[[value]]])


def test_words_of_the_command_line_choose_among_ways_first() -> None:
    code = "parser.add_argument('--kind', default='a')\nparser.add_argument('--width', type=int, default=6)\n"
    code += "args = parser.parse_args()\n" + CONV.format(n="args.width")
    code += "x = MaxPooling2D()(x) if args.kind == 'a' else AveragePooling2D()(x)\n"
    found = [run for run in variants(PARSER + code + MODEL) if run.models[0].is_complete]
    assert {run.models[0].layers[-1].class_name for run in found} == {"MaxPooling2D", "AveragePooling2D"}


def test_a_command_line_that_the_code_gives_itself_is_not_assumed() -> None:
    code = "parser.add_argument('--width', type=int, default=6)\nn = parser.parse_args(['--width', '9']).width\n"
    assert variants(PARSER + code + CONV.format(n="n") + MODEL) == []


# Whoever asks for an architecture


def test_an_architecture_that_all_ways_agree_about_is_known() -> None:
    code = "n = 4\nif os.path.exists('a'): n, m = 4, 1\n" + CONV.format(n="n")
    code += "if os.path.exists('b'): x = Conv2D(5, 3, name='b')(x)\nelse: x = Conv2D(5, 3, name='b')(x)\n"
    found = wanted(BEGIN + code + MODEL)
    assert isinstance(found, BuiltModel)
    assert found.is_complete


def test_an_architecture_of_some_ways_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exploring, "MOST_RUNS", 1)
    layer = "x = Conv2D(5, 3, name='b')(x)\n"
    code = CONV.format(n=4) + f"if os.path.exists('b'): {layer}else: {layer}"
    found = wanted(BEGIN + code + MODEL)
    assert not isinstance(found, BuiltModel) or not found.is_complete


def test_where_they_differ_the_condition_is_named() -> None:
    found = wanted(BEGIN + "n = 4 if os.path.exists('a') else 5\n" + CONV.format(n="n") + MODEL)
    assert isinstance(found, Unknown)
    assert "os.path.exists('a')" in found.because
    assert found.place is not None
    assert found.place.line == 4


def test_a_default_of_the_command_line_is_no_architecture() -> None:
    code = PARSER + "parser.add_argument('--width', default=6)\n" + CONV.format(n="parser.parse_args().width") + MODEL
    found = wanted(code)
    assert not isinstance(found, BuiltModel) or not found.is_complete


# Bounds


def test_ways_beyond_the_bound_are_not_told_as_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exploring, "MOST_RUNS", 3)
    code = "".join(f"if os.path.exists('{k}'): x = Conv2D({k}, 3)(x)\n" for k in (4, 5)) + MODEL
    found = program(BEGIN + "x = i = Input((12, 13, 3))\n" + code)
    assert found.covered == ()
    assert found.runs[0] in found.alternatives


def test_many_conditions_cost_no_more_than_a_few_runs() -> None:
    code = "".join(f"if os.path.exists('{k}'): x = Conv2D({k}, 3)(x)\n" for k in range(4, 40)) + MODEL
    assert variants(BEGIN + "x = i = Input((12, 13, 3))\n" + code) == []
