"""Open fields are filled from the verdict, and arrays that do not fit are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dimorder import semantics as ops
from dimorder.errors import CannotTell, WeightsDoNotFit
from dimorder.graph import Graph, Node
from dimorder.infer import settle
from dimorder.layout import Layout, Ordering
from dimorder.verdict import Verdict
from infer import build
from infer.build import conv, conv1d, dense, flatten, graph, image, node


def verdict(ordering: Ordering = "th", kernels: Ordering = "th", **overrides: Layout) -> Verdict:
    return Verdict(Layout(ordering, kernels), {}, overrides=tuple(overrides.items()))


def settled(own: Graph, *layout: Ordering, version: str = "") -> ops.Conv:
    op = settle(own, verdict(*layout), keras_version=version).by_name()["conv"].op
    assert isinstance(op, ops.Conv)
    return op


def padding_of(own: Node) -> str:
    assert isinstance(own.op, ops.Conv)
    return own.op.padding


def test_keras_1_kernels_take_the_axes_of_their_ordering() -> None:
    th = settled(graph(image(3, 13, 19), conv()), "th", "th")
    assert (th.channels, th.axes, th.orientation) == ("first", "OIHW", "convolution")
    last = graph(image(13, 19, 3), conv(kernel=build.TF_KERNEL))
    tf = settled(last, "tf", "tf")
    assert (tf.channels, tf.axes, tf.orientation) == ("last", "HWIO", "correlation")


def test_what_the_architecture_states_stays() -> None:
    own = graph(image(13, 19, 3), conv(kernel=build.TF_KERNEL, channels="last"))
    assert settled(own, "th", "th").channels == "last"


def test_shapes_are_computed_anew() -> None:
    own = graph(image(13, 19, 3), conv(kernel=build.TF_KERNEL))
    assert settle(own, verdict("tf", "tf")).nodes[1].shape == (9, 18, 7)


@pytest.mark.parametrize(("kernels", "padding"), [("th", "theano-same"), ("tf", "tf-same")])
def test_same_padding_is_the_backend_s(kernels: Ordering, padding: ops.Padding) -> None:
    pool = ops.Pool(2, "ave", (2, 2), (2, 2), "same", "unset", theano_counts_padding=True)
    own = graph(
        image(3, 13, 19),
        conv(padding="same", shape=(7, 13, 19)),
        node("pool", pool, "conv", (7, 7, 10)),
    )
    done = settle(own, verdict("th", kernels)).by_name()
    counts = kernels == "th"
    assert done["pool"].op == replace(
        pool, padding=padding, channels="first", counts_padding=counts, theano_counts_padding=False
    )
    assert padding_of(done["conv"]) == padding


def test_kernels_that_do_not_apply_read_as_correlation() -> None:
    own = graph(image(3, 13, 19), conv(channels="first"))
    assert settled(own, "th", "n/a").orientation == "correlation"


@pytest.mark.parametrize("layout", [("unknown", "th"), ("th", "unknown")])
def test_what_nobody_knows_is_not_filled(layout: tuple[Ordering, Ordering]) -> None:
    with pytest.raises(CannotTell, match="layer 'conv'"):
        settle(graph(image(3, 13, 19), conv()), verdict(*layout))


def test_kernels_of_one_element_need_no_kernel_convention() -> None:
    one = conv(kernel=(7, 3, 1, 1), kernel_size=(1, 1))
    assert settled(graph(image(3, 13, 19), one), "th", "unknown").orientation == "correlation"


# Conv1D of Keras 1


@pytest.mark.parametrize(
    ("kernel", "axes"), [((7, 3, 5, 1), "OIL1"), ((5, 1, 3, 7), "L1IO"), ((5, 3, 7), "LIO")]
)
def test_conv1d_axes_are_told_by_the_kernel(kernel: tuple[int, ...], axes: str) -> None:
    assert settled(graph(image(13, 3), conv1d(kernel))).axes == axes


def test_conv1d_axes_of_one_element_are_all_the_same() -> None:
    single = graph(image(13, 1), conv1d((1, 1, 1, 1), filters=1, size=1))
    assert settled(single).axes == "L1IO"


# arrays


def test_axes_that_keras_1_shared_without_saying_so_are_told_by_alpha() -> None:
    alpha = build.tensor("p_alphas", 3, 1, 1)
    own = graph(image(3, 13, 19), node("p", ops.PReLU(None), "image", (3, 13, 19), alpha))
    assert settle(own, verdict()).by_name()["p"].op == ops.PReLU((1, 2))


def test_axes_that_are_stated_are_not_told_by_alpha() -> None:
    """numpy would compute with one slope for each channel, and no Keras would load it."""
    own = graph(image(3, 13, 19), node("p", ops.PReLU(), "image", (3, 13, 19), build.tensor("p_alphas", 3, 1, 1)))
    with pytest.raises(WeightsDoNotFit, match=r"'p': expected arrays of \(3, 13, 19\), found \(3, 1, 1\)"):
        settle(own, verdict())


def test_arrays_that_do_not_fit_are_named_with_both_shapes() -> None:
    own = graph(image(3, 13, 19), conv(), flatten("conv", (1134,)), dense("flat", 1133))
    with pytest.raises(WeightsDoNotFit, match=r"'fc': expected .*\(1134, 11\).* \(1133, 11\)"):
        settle(own, verdict())


def test_a_kernel_of_the_other_ordering_is_called_that() -> None:
    own = graph(image(3, 13, 19), conv(kernel=build.TF_KERNEL, channels="first"))
    with pytest.raises(WeightsDoNotFit, match=r"other ordering .*OIHW expected, stored as HWIO"):
        settle(own, verdict())


def test_behind_a_layer_that_nobody_knows_nothing_is_checked() -> None:
    warp = node("warp", ops.Opaque("Warp2D"), "image", (3, 13, 19))
    own = graph(image(3, 13, 19), warp, conv(before="warp"), dense("conv", 5))
    assert settle(own, verdict()).by_name()["conv"].shape == (7, 9, 18)


# single layers


def test_overrides_settle_single_layers() -> None:
    own = graph(image(3, 13, 19), conv(channels="first"))
    done = settle(own, verdict("th", "tf", conv=Layout("th", "th"))).by_name()["conv"].op
    assert isinstance(done, ops.Conv)
    assert done.orientation == "convolution"


def test_an_override_against_the_architecture_is_refused() -> None:
    own = graph(image(3, 13, 19), conv(channels="first"))
    with pytest.raises(CannotTell, match="'conv': the architecture says channels first"):
        settle(own, verdict("th", "th", conv=Layout("tf", "th")))
