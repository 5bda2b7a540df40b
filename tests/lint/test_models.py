"""Rules about models that code builds: what must not alarm first."""

from __future__ import annotations

import textwrap

import pytest

from dimorder.flow.shaping import shaping
from dimorder.lint.code import Told, parsed
from dimorder.lint.table import found
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

HEAD = """
from keras import backend as K
from keras.layers import *
from keras.models import Model, Sequential
"""
UNET = """
def net(channels, rows, columns):
    image = Input((channels, rows, columns))
    one = Convolution2D(32, 3, 3, border_mode='same'{stated})(image)
    two = MaxPooling2D((2, 2){stated})(one)
    two = Convolution2D(64, 3, 3, border_mode='same'{stated})(two)
    two = UpSampling2D((2, 2){stated})(two)
    both = merge([one, two], mode='concat', concat_axis=1)
    return Model(input=image, output=both)
"""


def read(text: str) -> tuple[Told, ...]:
    whole = HEAD.lstrip() + textwrap.dedent(text)
    return found(parsed(evaluate("a.py", Project({"a.py": whole}), (KERAS,), shaping), whole))


def told(text: str) -> list[tuple[str, int, str]]:
    """Rule, line within the text, severity."""
    return [(one.rule, one.place.line - HEAD.strip().count("\n") - 1, one.severity) for one in read(text)]


def quiet(text: str) -> None:
    assert [one for one in told(text) if one[2] != "info"] == []


# What is left alone.


def test_channels_last_is_left_alone() -> None:
    assert told("model = Sequential()\nmodel.add(Conv2D(8, 3, input_shape=(32, 24, 3)))\nmodel.add(Flatten())\n") == []


def test_inputs_that_are_no_images_are_left_alone() -> None:
    assert told("m = Sequential()\nm.add(Dense(8, input_shape=(3,)))\n") == []
    assert told("m = Sequential()\nm.add(LSTM(8, input_shape=(3, 400)))\n") == []
    assert told("x = Input((3, 400, 16))\nm = Model(x, TimeDistributed(Dense(4))(x))\n") == []


def test_a_condition_on_the_ordering_is_understood() -> None:
    quiet("""
        shape = (3, 32, 24) if K.image_data_format() == 'channels_first' else (32, 24, 3)
        axis = 1 if K.image_data_format() == 'channels_first' else 3
        image = Input(shape)
        x = BatchNormalization(axis=axis)(Conv2D(8, 3)(image))
        model = Model(image, x)
    """)


def test_an_axis_that_the_ordering_chooses_is_left_alone() -> None:
    assert told("""
        rows = 2 if K.image_data_format() == 'channels_first' else 1
        image = Input((3, 32, 24) if K.image_data_format() == 'channels_first' else (32, 24, 3))
        model = Model(image, BatchNormalization(axis=rows)(Conv2D(8, 3)(image)))
    """) == []


def test_code_that_refuses_other_machines_is_left_alone() -> None:
    quiet("""
        assert K.image_dim_ordering() == 'th', 'set it in keras.json'
        image = Input((3, 32, 24))
        model = Model(image, Conv2D(8, 3)(image))
    """)


def test_comments_and_strings_are_left_alone() -> None:
    assert told("# K.set_image_dim_ordering('th')\n'''K.set_image_dim_ordering('th')'''\nx = 'channels_first'\n") == []


def test_the_switch_to_channels_last_is_left_alone() -> None:
    assert told("K.set_image_data_format('channels_last')\nK.set_image_dim_ordering('tf')\n") == []


def test_an_axis_of_data_is_left_alone() -> None:
    quiet("import numpy as np\nbest = np.argmax(rows, axis=1)\nboth = np.concatenate([rows, rows], axis=1)\n")


def test_a_map_of_one_pixel_is_left_alone() -> None:
    quiet("x = Input((9,))\ny = Reshape((1, 1, 512))(Dense(512)(x))\nm = Model(x, Conv2D(8, 1)(y))\n")


def test_a_helper_that_states_its_ordering_is_left_alone() -> None:
    quiet("""
        def block(x):
            x = Conv2D(8, 3, data_format='channels_first')(x)
            return BatchNormalization(axis=1)(x)
    """)


def test_the_flatten_of_keras_1_asks_nobody() -> None:
    quiet("""
        m = Sequential()
        m.add(Convolution2D(8, 3, 3, input_shape=(3, 32, 24), dim_ordering='th', border_mode='same'))
        m.add(Flatten())
        m.add(Dense(output_dim=4))
    """)


def test_joining_vectors_is_left_alone() -> None:
    assert told("a = Input((8,))\nb = Input((4,))\nm = Model([a, b], concatenate([a, b], axis=1))\n") == []
    quiet("x = Input((8, 6, 3))\ny = Flatten()(Conv2D(4, 3)(x))\nm = Model(x, concatenate([y, y], axis=1))\n")


def test_a_model_that_says_channels_first_everywhere_is_info() -> None:
    text = """
        image = Input((3, 32, 24))
        x = Conv2D(8, 3, data_format='channels_first')(image)
        x = BatchNormalization(axis=1)(x)
        x = MaxPooling2D(2, data_format='channels_first')(x)
        x = GlobalAveragePooling2D(data_format='channels_first')(x)
        model = Model(image, x)
    """
    assert {one[2] for one in told(text)} == {"info"}


def test_permute_between_orderings_is_left_alone() -> None:
    quiet("""
        image = Input((32, 24, 3))
        x = Conv2D(8, 3, data_format='channels_last')(image)
        x = Permute((3, 1, 2))(x)
        x = Conv2D(8, 3, data_format='channels_first')(x)
        model = Model(image, x)
    """)


def test_weights_chosen_by_the_ordering_are_left_alone() -> None:
    quiet("""
        image = Input((3, 32, 24) if K.image_dim_ordering() == 'th' else (32, 24, 3))
        model = Model(image, Conv2D(8, 3)(image))
        model.load_weights('w_%s.h5' % K.image_dim_ordering())
    """)


# What is told.


def test_the_global_switch_is_told() -> None:
    assert told("K.set_image_dim_ordering('th')\n") == [("DIM201", 1, "warning")]


def test_a_switch_under_a_condition_on_the_backend_is_info() -> None:
    text = "if K.backend() != 'theano':\n    K.set_image_dim_ordering('th')\n"
    assert told(text) == [("DIM201", 2, "info")]


def test_switching_both_ways_is_info() -> None:
    text = "K.set_image_dim_ordering('th')\nK.set_image_dim_ordering('tf')\n"
    assert told(text) == [("DIM201", 1, "info")]


@pytest.mark.parametrize(
    "shape", ["(3, 224, 224)", "(1, 28, 28)", "(3, None, None)", "(12, 19, 19)", "(depth, rows, rows)"]
)
def test_an_input_with_channels_first_is_told(shape: str) -> None:
    text = f"m = Sequential()\nm.add(Convolution2D(8, 3, 3, input_shape={shape}))\n"
    assert told(text) == [("DIM203", 2, "warning")]


def test_a_shape_made_of_names_is_told_by_their_values() -> None:
    text = "c, h, w = 3, 160, 320\nm = Sequential()\nm.add(Convolution2D(8, 3, 3, input_shape=(c, h, w)))\n"
    assert told(text) == [("DIM203", 3, "warning")]


def test_a_volume_with_channels_first_is_told() -> None:
    text = "m = Sequential()\nm.add(Convolution3D(8, 3, 3, 3, input_shape=(3, 16, 112, 112)))\n"
    assert told(text) == [("DIM203", 2, "warning")]


def test_a_kernel_that_fits_in_one_ordering_alone_is_evidence() -> None:
    text = "m = Sequential()\nm.add(Convolution2D(8, 6, 15, input_shape=(5, 6, 400)))\n"
    assert [one.confidence for one in read(text) if one.rule == "DIM203"] == ["certain"]


def test_shapes_that_nobody_knows_are_told_by_the_axes_of_the_model() -> None:
    assert told(UNET.format(stated="")) == [("DIM203", 3, "warning"), ("DIM204", 8, "warning")]


def test_the_same_with_stated_channels_is_info() -> None:
    assert {one[2] for one in told(UNET.format(stated=", dim_ordering='th'"))} == {"info"}


def test_a_layer_that_is_left_to_the_machine_between_stated_ones_is_an_error() -> None:
    text = """
        image = Input((3, 32, 24))
        x = Conv2D(8, 3, data_format='channels_first')(image)
        x = Dropout(0.2)(x)
        x = MaxPooling2D((2, 2))(x)
        x = Conv2D(8, 3, data_format='channels_first')(x)
        model = Model(image, x)
    """
    errors = [one for one in read(text) if one.severity == "error"]
    assert [(one.rule, one.place.line) for one in errors] == [("DIM210", 8)]
    assert [edit.new for edit in errors[0].remedies] == ["data_format='channels_first'"]


def test_batch_normalization_of_a_helper_is_told() -> None:
    text = "def block(x):\n    return BatchNormalization(axis=1)(Convolution2D(8, 3, 3)(x))\n"
    assert told(text) == [("DIM204", 2, "warning")]


def test_weights_chosen_by_the_backend_are_an_error_where_one_ordering_alone_reads_them() -> None:
    text = """
        image = Input((3, 32, 24) if K.image_dim_ordering() == 'th' else (32, 24, 3))
        model = Model(image, Conv2D(8, 3)(image))
        if K.image_dim_ordering() == 'tf':
            raise RuntimeError('set th')
        model.load_weights('w_%s.h5' % K.backend())
    """
    assert [one for one in told(text) if one[2] != "info"] == [("DIM212", 6, "error")]


def test_weights_chosen_by_a_condition_on_the_backend_are_told() -> None:
    text = """
        image = Input((3, 32, 24) if K.image_dim_ordering() == 'th' else (32, 24, 3))
        model = Model(image, Conv2D(8, 3)(image))
        if K.backend() == 'theano':
            model.load_weights('th.h5')
        else:
            model.load_weights('tf.h5')
    """
    assert [one[::2] for one in told(text) if one[2] != "info"] == [("DIM212", "warning")]


def test_a_switch_that_is_forced_on_every_machine_is_told() -> None:
    text = "if K.image_dim_ordering() == 'tf':\n    K.set_image_dim_ordering('th')\n"
    assert told(text) == [("DIM201", 2, "warning")]


def test_a_layer_that_is_given_the_machines_ordering_leaves_it_to_the_machine() -> None:
    text = "x = Input((3, 32, 24))\nm = Model(x, Conv2D(8, 3, data_format=K.image_data_format())(x))\n"
    assert told(text) == [("DIM203", 1, "warning")]


@pytest.mark.parametrize(("shape", "is_told"), [
    ("channels, width, height", True), ("img_channels, rows, cols", True), ("self.nb_ch, self.w, self.h", True),
    ("height, width, depth", False), ("rows, cols, channels", False), ("a, b, c", False), ("architecture, b, c", False),
])  # fmt: skip
def test_names_of_sizes_tell_where_nothing_else_does(shape: str, is_told: bool) -> None:
    names = ", ".join(dict.fromkeys(word.rpartition(".")[2] for word in shape.split(", ")))
    text = f"def net(self, {names}):\n    x = Input(({shape}))\n    return Model(x, Conv2D(8, 3)(x))\n"
    assert bool(told(text)) is is_told


def test_further_inputs_of_a_function_are_info() -> None:
    text = """
        def net():
            a, b = Input((3, 32, 24)), Input((3, 16, 12))
            return Model([a, b], [Conv2D(8, 3)(a), Conv2D(8, 3)(b)])
    """
    assert [one[2] for one in told(text)] == ["warning", "info"]


def test_the_way_that_no_run_takes_is_judged_by_its_words() -> None:
    text = """
        def net(heat=False):
            m = Sequential()
            if heat:
                m.add(Convolution2D(8, 3, 3, input_shape=(3, None, None)))
            else:
                m.add(Convolution2D(8, 3, 3, input_shape=(32, 24, 3)))
            if not heat:
                m.add(Flatten())
                m.add(BatchNormalization(axis=1))
            else:
                m.add(SpatialSoftmax(axis=1))
            return m
    """
    assert told(text) == [("DIM203", 5, "warning"), ("DIM204", 12, "warning")]


# Remedies.


def test_a_flatten_that_says_channels_first_changes_with_the_others() -> None:
    body = "m = Sequential([Conv2D(8, 3, input_shape=(3, 9, 8), data_format={}), Flatten(data_format={}), Dense(4)])\n"
    told = [one for one in read(body.format(*2 * ["'channels_first'"])) if one.message.startswith("Flatten says")]
    assert [edit.new for one in told for edit in one.remedies] == ["'channels_last'"]
    switch = "K.set_image_data_format('channels_first')\n" + body.format(*2 * ["K.image_data_format()"])
    assert not [one for one in read(switch) if one.message.startswith("Flatten says")]


def test_the_elements_of_a_shape_change_places() -> None:
    (one,) = read("m = Sequential()\nm.add(Conv2D(8, 3, batch_input_shape=(None, 3, 32, 24)))\n")
    (edit,) = one.remedies
    assert (edit.kind, edit.order, edit.safe) == ("reorder", (0, 2, 3, 1), False)
    assert (edit.place.column, edit.place.end_column) == (38, 55)


def test_a_head_that_lays_out_maps_changes_with_them() -> None:
    text = """
        image = Input((3, 32, 24))
        x = Conv2D(2, 3, data_format='channels_first')(image)
        x = Reshape((2, 660))(x)
        x = Permute((2, 1))(x)
        model = Model(image, x)
    """
    edits = {one.code: [(edit.kind, edit.new, edit.order) for edit in one.remedies] for one in read(text)}
    assert edits["code.reshape"] == [("reorder", "", (1, 0))]
    assert edits["code.permute"] == [("replace", "(1, 2)", ())]
