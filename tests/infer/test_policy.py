"""Certain converts, likely on request, the rest on the user's word; assumptions are told."""

from __future__ import annotations

import pytest

from dimorder.errors import CannotTell
from dimorder.infer import admit, infer, parse_word, what_matters
from dimorder.model import Model
from infer import build
from infer.build import layer, layer2, weights

CONV = layer("conv", W=build.TH_KERNEL, b=build.BIAS)
SQUARE = layer("square", W=(7, 7, 7, 7), b=(7,))


def admitted(own: Model, *words: str, accept: str = "certain") -> tuple[str, ...]:
    user = parse_word(words) if words else None
    verdict = infer(own, user=user)
    return admit(
        verdict,
        stated=user.stated() if user else (),
        accept=accept,  # type: ignore[arg-type]
        matters=what_matters(own, verdict),
    )


def test_certain_facts_convert_without_assumption() -> None:
    own = layer2("conv", kernel=build.TF_KERNEL, bias=build.BIAS)
    assert admitted(weights(own, era="keras2", backend="theano", keras_version="2.3.1")) == ()


def test_likely_facts_convert_on_request_and_are_told() -> None:
    with pytest.raises(CannotTell, match="kernel convention is only likely th") as refusal:
        admitted(weights(CONV))
    assert "--from th/th" in refusal.value.hint
    assert "--accept likely" in refusal.value.hint
    (assumption,) = admitted(weights(CONV), accept="likely")
    assert "Theano" in assumption
    assert "no ':0'" in assumption


def test_the_user_s_word_is_told_as_an_assumption() -> None:
    assert all("--from" in line for line in admitted(weights(CONV), "th/th"))
    assert any("though" in line and "':0'" in line for line in admitted(weights(CONV), "th/tf"))


def test_unknown_facts_convert_only_on_the_user_s_word() -> None:
    with pytest.raises(CannotTell, match="dim ordering is not known"):
        admitted(weights(SQUARE), accept="likely")
    assert admitted(weights(SQUARE), "th/th")


def test_a_contradiction_is_told_with_both_sides() -> None:
    other = layer("other", W=build.TF_KERNEL, b=build.BIAS)
    with pytest.raises(CannotTell, match=r"contradicts itself: .*'conv'.*'other'"):
        admitted(weights(CONV, other), accept="likely")


def test_one_ordering_per_file_is_an_assumption() -> None:
    assumptions = admitted(weights(CONV, SQUARE), accept="likely")
    assert any("one dim ordering in the whole file" in line for line in assumptions)


def test_what_does_not_matter_does_not_stop() -> None:
    own = weights(layer2("conv", kernel=build.TF_KERNEL, bias=build.BIAS), era="keras2",
                  backend="tensorflow", keras_version="2.3.1")  # fmt: skip
    assert what_matters(own, infer(own)) == {"kernels"}
