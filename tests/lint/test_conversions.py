"""Rules about code that converts weights: what must not alarm first."""

from __future__ import annotations

import textwrap

import pytest

from dimorder.lint import dim205, dim206, dim207, dim209
from dimorder.lint.code import Code, parsed
from dimorder.lint.table import found
from dimorder.program import Program

LOOP = "for old, new in zip(th.layers, tf.layers):\n"


def code(text: str, era: str = "", keras: bool = True) -> Code:
    return parsed(Program("a.py", (), era, keras), textwrap.dedent(text))  # type: ignore[arg-type]


def told(text: str, era: str = "") -> list[tuple[str, int, str]]:
    rules = (dim205, dim206, dim207, dim209)
    return [(one.rule, one.place.line, one.code) for rule in rules for one in rule.find(code(text, era))]


def quiet(text: str, era: str = "") -> None:
    assert told(text, era) == []


@pytest.mark.parametrize(
    ("line", "edits"),
    [
        ("x.transpose((0, 3, 1, 2))", ["(0, 1, 2, 3)"]),
        ("np.transpose(x, [2, 0, 1])", ["[0, 1, 2]"]),
        ("x.transpose(2, 0, 1)", ["0", "1", "2"]),
        ("x.reshape(n, 1, rows, cols)", ["rows", "cols", "1"]),
        ("np.reshape(x, (n, 1, rows, cols))", [(0, 2, 3, 1)]),
        ("x.reshape(n, 3, rows, cols)", []),
        ("img_to_array(x, dim_ordering='th')", ["'tf'"]),
        ("ImageDataGenerator(data_format='channels_first')", ["'channels_last'"]),
    ],
)
def test_images_get_their_channels_last(line: str, edits: list[object]) -> None:
    (one,) = dim209.find(code(f"y = {line}\n"))
    assert [edit.new or edit.order for edit in one.remedies] == edits


def test_kernels_that_are_turned_are_left_alone() -> None:
    for turned in ("kernel[:, :, ::-1, ::-1]", "convert_kernel(kernel)", "np.flip(kernel, (2, 3))"):
        quiet(LOOP + f"    kernel, bias = old.get_weights()\n    kernel = {turned}\n"
              "    new.set_weights([kernel.transpose((2, 3, 1, 0)), bias])\n")  # fmt: skip


def test_kernels_turned_in_a_function_of_the_file_are_left_alone() -> None:
    quiet(
        "def turned(w):\n    return w[:, :, ::-1, ::-1]\n\n" + LOOP + "    kernel, bias = old.get_weights()\n"
        "    new.set_weights([turned(kernel).transpose((2, 3, 1, 0)), bias])\n"
        "    new.set_weights([turned(kernel.transpose((2, 3, 1, 0))), bias])\n"
    )


def test_kernels_that_are_only_looked_at_are_left_alone() -> None:
    quiet("kernel = model.layers[1].get_weights()[0]\nplot(kernel.transpose((3, 2, 1, 0)))\n")
    quiet("kernel = model.layers[1].get_weights()[0]\nplot(kernel.transpose((2, 3, 1, 0)))\n")


def test_kernels_of_other_frameworks_are_left_alone() -> None:
    quiet("kernel = torch_model['conv.weight'].numpy()\nlayer.set_weights([kernel.transpose((2, 3, 1, 0))])\n")


def test_layers_that_get_the_arrays_of_others_are_left_alone() -> None:
    quiet(LOOP + "    new.set_weights(old.get_weights())\n")


def test_conversions_that_sort_dense_rows_are_left_alone() -> None:
    quiet(
        LOOP + "    if old.name.startswith('conv'):\n        kernel, bias = old.get_weights()\n"
        "        new.set_weights([kernel[:, :, ::-1, ::-1].transpose((2, 3, 1, 0)), bias])\n"
        "    elif isinstance(old, Dense):\n        rows, bias = old.get_weights()\n        rows = sort(rows)\n"
        "        new.set_weights([rows, bias])\n    else:\n        new.set_weights(old.get_weights())\n"
    )


def test_lists_of_words_are_left_alone() -> None:
    quiet("kernel = layer.get_weights()\nnames = ['Convolution2D', 'Dense']\nsays = ['Conv' ' and Dense', 'a' 'b']\n")
    quiet("path = 'Dense' 'Conv'\n")


def test_a_kernel_that_is_not_turned_is_told() -> None:
    text = (
        LOOP + "    if kind == 'Convolution2D':\n        kernel, bias = old.get_weights()\n"
        "        kernel = np.transpose(kernel, (2, 3, 1, 0))\n        new.set_weights([kernel, bias])\n"
    )
    assert told(text) == [("DIM206", 4, "kernel.unturned")]


def test_a_kernel_taken_through_the_backend_is_told() -> None:
    text = "w = K.get_value(layer.W)\nK.set_value(layer.W, w.transpose(2, 3, 1, 0))\n"
    assert told(text) == [("DIM206", 2, "kernel.unturned")]


def test_volumes_are_told_too() -> None:
    text = "w = old.get_weights()\nw[0] = w[0].transpose((2, 3, 4, 1, 0))\nnew.set_weights(w)\n"
    assert told(text) == [("DIM206", 2, "kernel.unturned")]


def test_reversed_axes_are_told_with_the_right_ones() -> None:
    text = "w = old.get_weights()\nw[0] = np.transpose(w[0][..., ::-1, ::-1], (3, 2, 1, 0))\nnew.set_weights(w)\n"
    (one,) = dim205.find(code(text))
    (edit,) = one.remedies
    assert (edit.kind, edit.old, edit.new, edit.safe) == ("replace", "(3, 2, 1, 0)", "(2, 3, 1, 0)", False)
    assert (edit.place.line, edit.place.column, edit.place.end_column) == (2, 44, 56)


def test_axes_for_other_dimensions_are_told() -> None:
    names = "['Convolution2D', 'Convolution3D']"
    text = (
        LOOP + f"    if old.__class__.__name__ in {names}:\n        w = old.get_weights()\n"
        "        w[0] = w[0][:, :, ::-1, ::-1].transpose((2, 3, 1, 0))\n        new.set_weights(w)\n"
    )
    assert told(text) == [("DIM205", 4, "kernel.rank")]


def test_keras_2_has_put_the_axes_right_already() -> None:
    text = (
        LOOP + "    if old.__class__.__name__ == 'Conv2D':\n        w = old.get_weights()\n"
        "        w[0] = w[0].transpose((2, 3, 1, 0))\n        new.set_weights(w)\n"
    )
    assert told(text) == [("DIM205", 4, "kernel.era")]


def test_names_that_ran_together_are_told() -> None:
    text = "NAMES = ['Convolution2D',\n         'Deconvolution2D'\n         'Convolution3D', 'Dense']\n"
    assert told(text) == [("DIM206", 2, "kernel.names-run-together")]


def test_a_layer_that_gets_its_own_arrays_is_told() -> None:
    assert told(LOOP + "    new.set_weights(new.get_weights())\n") == [("DIM207", 2, "rows.own")]


def test_dense_rows_that_are_copied_are_told() -> None:
    text = (
        LOOP + "    if conv:\n        w = old.get_weights()\n"
        "        w[0] = w[0][:, :, ::-1, ::-1].transpose((2, 3, 1, 0))\n        new.set_weights(w)\n"
        "    else:\n        new.set_weights(old.get_weights())\n"
    )
    assert told(text) == [("DIM207", 7, "rows.unsorted")]


@pytest.mark.parametrize(
    "moved",
    [
        "x.transpose((2, 0, 1))", "x.transpose(2, 0, 1)", "np.transpose(x, (0, 3, 1, 2))", "np.rollaxis(x, 2)",
        "x.reshape(len(x), 1, 28, 28)", "x.reshape((-1, 3, rows, cols))", "np.reshape(x, [n, img_channels, h, w])",
    ],
)  # fmt: skip
def test_images_that_are_brought_into_channels_first_are_told(moved: str) -> None:
    assert [one[0] for one in told(f"x = {moved}\n")] == ["DIM209"]


def test_images_are_left_alone_under_a_condition_on_the_ordering_and_without_keras() -> None:
    quiet("if K.image_data_format() == 'channels_first':\n    x = x.transpose((2, 0, 1))\n")
    quiet("x = x.reshape(n, 28, 28, 1)\ny = y.reshape(1, 3)\nz = z.reshape((n, steps, rows, cols))\n")
    quiet("x = x.transpose((1, 0, 2))\ny = x.transpose((1, 2, 0))\nz = np.moveaxis(x, 0, 1)\n")
    assert not list(dim209.find(code("x = x.transpose((2, 0, 1))\n", keras=False)))


def test_places_are_counted_in_codepoints() -> None:
    (one,) = dim209.find(code("é = 'ü'; x = x.transpose((2, 0, 1))\n"))
    assert (one.place.column, one.remedies[0].place.column) == (14, 26)


@pytest.mark.parametrize("text", ["", "(((((", "\0", "x = " + "(" * 3000 + ")" * 3000, "a.b" * 20000, "x = 1;" * 90000])
def test_no_text_makes_a_rule_raise(text: str) -> None:
    assert found(code(text)) == ()


def test_code_that_is_nested_deeper_than_anybody_writes_makes_no_rule_raise() -> None:
    deep = "x" + ".y" * 3000
    found(code(f"{deep}.set_weights({deep}.get_weights())\nm.add(Conv2D(8, 3, input_shape=({deep}, 2, 3)))\n"))
    found(code("x = " + " + ".join(["a.transpose((2, 0, 1))"] * 3000) + "\n"))
