"""Optimizer state finds its weights in the order in which each Keras lists them."""

from __future__ import annotations

from dimorder.formats.slots import assign
from dimorder.graph import Tensor


def tensors(*pairs):
    return tuple(Tensor(name, f"/{name}", shape, "float32") for name, shape in pairs)


WEIGHTS = tensors(("dense_9_W", (3, 5)), ("dense_9_b", (5,)), ("dense_10_W", (5, 7)), ("dense_10_b", (7,)))


def followed(slots, era):
    assigned, known = assign(tensors(*slots), WEIGHTS, era)
    return [slot.follows for slot in assigned], known


def test_keras_1_sorts_weights_by_name_as_text():
    runs = [("iterations", ()), ("p1", (5, 7)), ("p2", (7,)), ("p3", (3, 5)), ("p4", (5,))]
    assert followed(runs, "keras1") == (["", "/dense_10_W", "/dense_10_b", "/dense_9_W", "/dense_9_b"], True)


def test_keras_2_keeps_the_order_of_the_model():
    runs = [("iterations", ()), ("p1", (3, 5)), ("p2", (5,)), ("p3", (5, 7)), ("p4", (7,))]
    assert followed(runs, "keras2") == (["", "/dense_9_W", "/dense_9_b", "/dense_10_W", "/dense_10_b"], True)


def test_adam_without_amsgrad_keeps_single_numbers_that_follow_nothing():
    runs = [("m", (3, 5)), ("m2", (5,)), ("m3", (5, 7)), ("m4", (7,))] + [(f"vhat{n}", (1,)) for n in range(4)]
    follows, known = followed(runs, "keras2")
    assert known
    assert follows[4:] == [""] * 4


def test_state_that_fits_no_order_is_said_to_be_unknown():
    follows, known = followed([("p1", (5, 3)), ("p2", (5,)), ("p3", (5, 7)), ("p4", (7,))], "keras2")
    assert not known
    assert follows == [""] * 4


def test_counters_alone_are_known():
    assert followed([("iterations", ())], "keras1") == ([""], True)
