"""The verdict: what each kind of evidence says, and how firmly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dimorder import semantics as ops
from dimorder.errors import CannotTell
from dimorder.infer import UserWord, infer, parse_word
from dimorder.layout import Layout, parse_layout
from dimorder.model import Model
from dimorder.verdict import ABOUT, About
from infer import build
from infer.build import conv, dense, flatten, image, layer, layer2, model, on_tensorflow, weights

TH_CONV = layer("conv", W=build.TH_KERNEL, b=build.BIAS)
TF_CONV = layer("conv", W=build.TF_KERNEL, b=build.BIAS)
SQUARE = layer("square", W=(7, 7, 7, 7), b=(7,))
FC = layer("fc", W=(7 * 6, 11), b=(11,))


def told(own: Model, about: About, user: UserWord | None = None) -> str:
    verdict = infer(own, user=user)
    return f"{getattr(verdict.layout, about)} {verdict.confidence[about]}"


def reasons(own: Model, about: About, user: UserWord | None = None) -> list[str]:
    return [e.because for e in infer(own, user=user).evidence if e.about == about]


def said(*words: str) -> UserWord:
    return parse_word(words)


# dim ordering of weights


def test_bias_proves_the_output_axis() -> None:
    assert told(weights(TH_CONV), "dim_ordering") == "th certain"
    assert told(weights(TF_CONV), "dim_ordering") == "tf certain"


def test_keras_2_shapes_are_silent() -> None:
    own = layer2("conv2d_1", kernel=build.TF_KERNEL, bias=build.BIAS)
    files = weights(own, era="keras2", backend="theano", keras_version="2.1.5")
    assert told(files, "dim_ordering") == "unknown unknown"
    assert told(files, "kernels") == "th certain"


def test_a_kernel_as_long_at_both_ends_tells_nothing() -> None:
    assert told(weights(SQUARE), "dim_ordering") == "unknown unknown"


def test_another_layer_settles_it_only_by_an_assumption_that_is_told() -> None:
    own = weights(TH_CONV, SQUARE)
    assert told(own, "dim_ordering") == "th certain"
    assert any(r.startswith("assumed: ") and "'square'" in r for r in reasons(own, "dim_ordering"))


def test_layers_that_prove_both_orderings_contradict() -> None:
    other = layer("other", W=build.TF_KERNEL, b=build.BIAS)
    assert told(weights(TH_CONV, other), "dim_ordering") == "unknown contradictory"


def test_a_text_model_has_no_dim_ordering() -> None:
    own = layer("convolution1d_1", W=(5, 1, 3, 7), b=(7,))
    assert told(weights(own), "dim_ordering") == "n/a certain"
    assert told(weights(own), "kernels") == "th likely"


def test_a_kernel_that_a_conv1d_may_own_is_no_proof() -> None:
    own = layer("stem", W=(5, 1, 3, 7), b=(7,))
    assert told(weights(own), "dim_ordering") == "n/a certain"


def test_file_order_is_told_and_not_counted() -> None:
    side = [layer(f"side{n}", W=(3, 2, 3, 3), b=(3,)) for n in (1, 2)]
    assert told(weights(*side), "dim_ordering") == "unknown unknown"
    assert len(reasons(weights(*side), "dim_ordering")) == 1


# kernels


def test_suffix_tells_who_saved_a_keras_1_file() -> None:
    assert told(weights(TH_CONV), "kernels") == "th likely"
    assert told(weights(on_tensorflow(TH_CONV)), "kernels") == "tf likely"


def test_half_the_names_with_a_suffix_tell_nothing() -> None:
    own = weights(on_tensorflow(TH_CONV), SQUARE)
    assert told(own, "kernels") == "unknown unknown"


@pytest.mark.parametrize("backend", ["tensorflow", "cntk", "jax", "torch"])
def test_all_backends_but_theano_correlate(backend: str) -> None:
    own = layer2("conv", kernel=build.TF_KERNEL, bias=build.BIAS)
    files = weights(own, era="keras2", backend=backend, keras_version="2.3.1")
    assert told(files, "kernels") == "tf certain"


def test_keras_3_never_ran_on_theano() -> None:
    own = layer2("conv", kernel=build.TF_KERNEL, bias=build.BIAS)
    assert told(weights(own, era="keras3"), "kernels") == "tf certain"


def test_kernels_of_one_element_have_no_direction() -> None:
    assert told(weights(layer("conv", W=(7, 3, 1, 1), b=(7,))), "kernels") == "n/a certain"
    narrow = layer("conv", W=(1, 1, 4, 10), b=(1,))
    assert told(weights(narrow), "kernels") == "th likely"


def test_names_of_files_never_decide() -> None:
    own = weights(TF_CONV, path="vgg_th_dim_ordering_th_kernels.h5")
    assert told(own, "dim_ordering") == "tf certain"
    assert any("names mislead" in reason for reason in reasons(own, "dim_ordering"))
    keras2 = layer2("conv", kernel=build.TF_KERNEL, bias=build.BIAS)
    named = weights(keras2, era="keras2", path="vgg_th_dim_ordering_th_kernels.h5")
    assert told(named, "dim_ordering") == "unknown unknown"


def test_the_record_counts_more_than_names_of_weights() -> None:
    own = replace(weights(TF_CONV, FC), provenance=build.recorded("tf/tf/hwc"))
    assert [told(own, about) for about in ABOUT] == ["tf certain"] * 3


def test_shapes_refute_a_record() -> None:
    own = replace(weights(TH_CONV), provenance=build.recorded("tf/tf"))
    assert told(own, "dim_ordering") == "unknown contradictory"


# dense rows of weights


def test_rows_behind_a_map_are_likely_at_most() -> None:
    assert told(weights(TH_CONV, FC), "dense_rows") == "th likely"
    assert told(weights(TF_CONV, FC), "dense_rows") == "tf likely"


def test_one_row_per_channel_needs_no_move() -> None:
    own = layer("fc", W=(7, 11), b=(11,))
    assert told(weights(TH_CONV, own), "dense_rows") == "n/a likely"


def test_rows_that_are_no_multiple_of_the_channels_are_not_guessed() -> None:
    own = layer("fc", W=(7 * 6 + 1, 11), b=(11,))
    assert told(weights(TH_CONV, own), "dense_rows") == "unknown unknown"


def test_rows_of_an_unrelated_dense_are_not_guessed() -> None:
    other = layer("other", W=(100, 2), b=(2,))
    assert told(weights(TH_CONV, FC, other), "dense_rows") == "unknown unknown"


def test_rows_of_keras_2_weights_are_unknown_until_the_ordering_is_stated() -> None:
    layers = (
        layer2("conv", kernel=build.TF_KERNEL, bias=build.BIAS),
        layer2("fc", kernel=(42, 11), bias=(11,)),
    )
    old = weights(*layers, era="keras2", backend="theano", keras_version="2.1.5")
    new = replace(old, keras_version="2.2.4")
    assert told(old, "dense_rows") == "unknown unknown"
    assert told(old, "dense_rows", said("th/th")) == "th likely"
    assert told(new, "dense_rows", said("th/th")) == "tf likely"
    assert told(new, "dense_rows", said("th/th/chw")) == "th certain"


# models


def vgg_like(channels: str, kernel: tuple[int, ...], **facts: str) -> Model:
    shape = (7, 9, 18) if channels != "last" else (9, 18, 7)
    before = image(3, 13, 19) if channels != "last" else image(13, 19, 3)
    body = conv(channels=channels, kernel=kernel, shape=shape)
    return model(before, body, flatten("conv", (1134,)), dense("flat", 1134), **facts)


def test_the_architecture_states_the_ordering() -> None:
    own = vgg_like("first", build.TH_KERNEL)
    assert [told(own, about) for about in ABOUT] == ["th certain", "th likely", "th certain"]


def test_weights_that_prove_another_ordering_than_the_architecture_contradict() -> None:
    own = vgg_like("first", build.TF_KERNEL)
    assert told(own, "dim_ordering") == "unknown contradictory"
    texts = " ".join(reasons(own, "dim_ordering"))
    assert "architecture says channels first" in texts
    assert "(5, 2, 3, 7)" in texts


def test_what_the_architecture_leaves_open_is_proved_by_what_fits() -> None:
    assert told(vgg_like("unset", build.TH_KERNEL), "dim_ordering") == "th certain"
    keras2 = conv(kernel=build.TF_KERNEL, axes="HWIO")
    facts = {"era": "keras2", "backend": "theano", "keras_version": "2.1.5"}
    assert told(model(image(3, 13, 19), keras2, **facts), "dim_ordering") == "th certain"
    assert told(model(image(13, 19, 3), keras2, **facts), "dim_ordering") == "tf certain"


def test_a_map_that_no_layer_speaks_of_is_unknown() -> None:
    own = model(image(4, 5, 6), flatten("image", (120,)), dense("flat", 120))
    assert told(own, "dim_ordering") == "unknown unknown"
    assert told(own, "dense_rows") == "unknown unknown"
    assert told(own, "dense_rows", said("th/th")) == "th certain"


def test_flatten_of_keras_2_2_moves_channels_last_itself() -> None:
    body = conv(channels="first", kernel=build.TF_KERNEL, axes="HWIO")
    flat = flatten("conv", (1134,), "first")
    own = model(image(3, 13, 19), body, flat, dense("flat", 1134), era="keras2", backend="theano")
    assert told(own, "dim_ordering") == "th certain"
    assert told(own, "dense_rows") == "tf certain"


def test_a_flattened_sequence_beside_a_flattened_map_contradicts_nothing() -> None:
    body = conv(channels="first", kernel=build.TF_KERNEL, axes="HWIO")
    words = build.node("words", ops.Input((4, 5)), "", (4, 5))
    flat = build.node("flat_words", ops.Flatten("first"), "words", (20,))
    both = build.node("both", ops.Merge("concat", 0), "flat", (1154,))
    both = replace(both, inputs=("flat", "flat_words"))
    nodes = (image(3, 13, 19), words, body, flatten("conv", (1134,), "first"), flat, both, dense("both", 1154))
    facts = {"era": "keras2", "backend": "theano"}
    assert told(model(*nodes, **facts), "dense_rows") == "tf certain"
    assert told(model(*nodes, **facts), "dense_rows", said("th/th")) == "tf certain"


def test_what_is_said_of_maps_is_not_said_of_sequences() -> None:
    words = build.node("words", ops.Input((4, 5)), "", (4, 5))
    own = model(words, flatten("words", (20,), "first"), dense("flat", 20), era="keras2", backend="theano")
    assert told(own, "dense_rows", said("th/th")) == "th certain"


def test_global_pooling_leaves_no_rows_to_order() -> None:
    body = conv(channels="first")
    pool = build.node("pool", ops.GlobalPool(2, "ave", "first"), "conv", (7,))
    own = model(image(3, 13, 19), body, pool, dense("pool", 7))
    assert told(own, "dense_rows") == "n/a certain"


def test_a_pool_that_pads_depends_on_the_backend() -> None:
    pool = ops.Pool(2, "max", (2, 2), (2, 2), "same", "first")
    own = model(image(3, 13, 19), build.node("pool", pool, "image", (3, 7, 10)))
    assert told(own, "kernels") == "unknown unknown"
    valid = replace(pool, padding="valid")
    own = model(image(3, 13, 19), build.node("pool", valid, "image", (3, 6, 9)))
    assert told(own, "kernels") == "n/a certain"


# the user's word


def test_the_user_decides_kernels_and_what_shapes_leave_open() -> None:
    assert told(weights(TH_CONV), "kernels", said("th/tf")) == "tf certain"
    assert told(weights(SQUARE), "dim_ordering", said("tf/th")) == "tf certain"


@pytest.mark.parametrize("own", [weights(TF_CONV), vgg_like("last", build.TF_KERNEL)])
def test_the_user_is_refused_against_a_proof(own: Model) -> None:
    with pytest.raises(CannotTell, match=r"--from says dim ordering th, but .*'conv'"):
        infer(own, user=said("th/th"))


def test_converting_a_converted_file_again_is_refused() -> None:
    own = replace(weights(SQUARE), provenance=build.recorded("tf/tf"))
    with pytest.raises(CannotTell, match="dimorder wrote this file as tf/tf"):
        infer(own, user=said("tf/th"))


def test_a_word_on_single_layers_settles_mixed_files() -> None:
    own = weights(TH_CONV, layer("top", W=build.TF_KERNEL, b=build.BIAS))
    assert told(own, "dim_ordering", said("top=tf/tf")) == "th certain"
    with pytest.raises(CannotTell, match="'top'"):
        infer(own, user=said("top=th/tf"))


def test_words_are_parsed_in_order() -> None:
    word = said("th/th", "base*=tf/th")
    assert word.layout == Layout("th", "th")
    assert word.about("base_conv") == parse_layout("tf/th")
    assert word.about("model/base_conv") == parse_layout("tf/th")
    assert word.about("top") == word.layout
