"""The terminal report: the verdict first, then what it rests on, no wider than the terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from dimorder.layout import Layout
from dimorder.proof import Control
from dimorder.report.paper import Look
from dimorder.report.text import render
from dimorder.report_data import ConvertReport, FindingsReport, MoveLine, Report
from sample_reports import ASSUMED, EVERY, a_check, a_comparison, a_conversion, a_proof, an_inspection

PLAIN = Look(width=100)


def shown(**changes: Any) -> str:
    return render(a_conversion(**changes), PLAIN)


def in_order(text: str, *words: str) -> None:
    places = [text.index(word) for word in words]
    assert places == sorted(places), list(zip(words, places, strict=True))


def test_sections_stand_in_order() -> None:
    in_order(
        shown(), "EQUIVALENT", "Assumed", "Moved", "Architecture", "Inputs", "Proof",
        "Wrong conversions", "Proven", "Not proven", "Next", "dimorder prove --check",
    )  # fmt: skip


@pytest.mark.parametrize("report", [report for report in EVERY if not isinstance(report, FindingsReport)])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_but_a_command_is_wider_than_the_terminal(report: Report, width: int) -> None:
    text = render(report, Look(width=width))
    assert [line for line in text.splitlines() if len(line) > width and "dimorder " not in line] == []
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_similar_moves_are_collapsed() -> None:
    text = shown()
    assert "7 × permute OIHW to HWIO, flip H and W" in text
    assert "conv_1_W, conv_2_W, conv_3_W and 4 more" in text
    assert "conv_7_W" not in text


def test_verbose_shows_every_name_and_layer() -> None:
    text = render(a_conversion(), replace(PLAIN, verbose=True))
    assert "conv_7_W" in text
    assert "conv_1 " in text


def test_quiet_is_one_line() -> None:
    text = render(a_conversion(), replace(PLAIN, quiet=True))
    assert text.splitlines() == ["EQUIVALENT  model.h5 → model.tf.h5  (th/th/chw → tf/tf)"]


def test_quiet_breaks_no_line() -> None:
    for colour in (False, True):
        long = a_conversion(source="folder name/" * 20 + "model.h5")
        assert len(render(long, replace(PLAIN, quiet=True, colour=colour)).splitlines()) == 1


def test_the_command_names_files_elsewhere() -> None:
    text = shown(
        source="/a/m.h5", certificate="/b/c.json", target="/b/t.h5",
        options={"architecture": "/b/in/a.json", "samples": "/bb/x.npz", "expect": None, "seed": 0},
    )  # fmt: skip
    assert "dimorder prove --check /b/c.json /a/m.h5 /b/t.h5 --samples /bb/x.npz\n" in text


def test_figures_stand_beside_their_limits() -> None:
    assert re.search(r"dense_2 +2\.1e-07 +1e-04 +3\.4e-08", shown())


def test_controls_say_whether_they_were_told_apart() -> None:
    text = shown()
    assert re.search(r"no flip +0\.89 +25\.0 % +told apart", text)
    assert re.search(r"unconverted +– +– +would raise", text)
    assert "1 of 1 told apart" in text


def test_a_blind_probe_is_not_hidden() -> None:
    blind = (Control("no flip", "global", 1e-5, 1.0, told_apart=False),)
    assert "NOT told apart" in shown(proof=a_proof(controls=blind, uncovered=("/conv_1/conv_1_W",)))


def test_assumptions_are_told_once() -> None:
    text = shown()
    assert text.count(ASSUMED) == 1
    assert "The assumptions above." in text


def test_unproven_is_said_loudly() -> None:
    text = shown(verdict="unproven", because="no architecture is known", proof=None)
    assert "NOT PROVEN" in text
    assert "predictions did not move" not in text


def test_who_feeds_the_model_learns_what_to_transpose() -> None:
    assert "input_1: (3, 5, 7) becomes (5, 7, 3): transpose(0, 2, 3, 1)" in shown()


def test_what_becomes_of_training_is_said_with_its_reason() -> None:
    why = "settings did not come along as they were: 'kernel_constraint of conv_1'"
    in_order(shown(training="changed", training_because=why), "Training", "would not go on the same", why, "Proof")
    in_order(shown(training="dropped", training_because="compile it anew"), "Training", "starts anew", "compile it")
    assert "Training" not in shown(training="preserved")


def test_edits_of_one_kind_are_collapsed() -> None:
    in_order(shown(), "2 × padding made explicit", "conv_1, conv_2")


def test_the_first_layer_that_drifts_is_named() -> None:
    text = render(a_comparison(verdict="different", first_divergence="conv_1"), PLAIN)
    in_order(text, "DIFFERENT", "First layer that drifts: conv_1")


def test_a_check_lists_what_differs() -> None:
    in_order(render(a_check("the verdict is different"), PLAIN), "NOT CONFIRMED", "• the verdict is different")
    assert "Differences" not in render(a_check(), PLAIN)


def test_settings_of_a_machine_are_no_model_to_convert() -> None:
    text = render(an_inspection(kind="architecture", layers=(), layout=Layout("th", "th")), PLAIN)
    assert "Layers" not in text
    assert "It holds no model. Of weights that were trained with these settings say --from th/th." in text


def test_inspect_ends_with_the_command_that_fits() -> None:
    text = render(an_inspection(), PLAIN)
    in_order(text, "TH/TH/CHW", "likely", "Evidence", "Layers", "conv_1_W 2×3×5×7", "Next")
    assert "\n    dimorder convert model.h5 --from th/th --architecture model.json\n" in text


@pytest.mark.parametrize(
    ("layout", "command", "said"),
    [
        (Layout("th", "unknown"), "--from LAYOUT", "write th/th or th/tf for LAYOUT"),
        (Layout("unknown", "th"), "--from LAYOUT", "write th/th or tf/th for LAYOUT"),
        (Layout("th", "n/a"), "--from th/th", "If you know that it is so"),
    ],
)
def test_inspect_guesses_no_layout(layout: Layout, command: str, said: str) -> None:
    text = render(an_inspection(layout=layout), PLAIN)
    assert command in text
    assert said in " ".join(text.split())


def test_an_unknown_fact_is_one_word() -> None:
    confidence = {"dim_ordering": "certain", "kernels": "unknown", "dense_rows": "certain"}
    text = render(an_inspection(layout=Layout("th", "unknown", "th"), confidence=confidence), PLAIN)
    assert re.search(r"kernels +unknown\n", text)


def test_a_command_survives_hostile_paths() -> None:
    assert "dimorder convert 'a b; rm -rf x.h5'" in render(an_inspection(file="a b; rm -rf x.h5"), PLAIN)


def hostile() -> ConvertReport:
    evil = "\x1b]0;owned\x07\u202e\r"
    return a_conversion(
        source=evil, target=evil, because=evil, assumptions=(evil,), kept=(evil,), certificate=evil,
        plan=(MoveLine(evil, (evil,), evil),), proof=a_proof(because=evil, uncovered=(evil,), first_divergence=evil),
    )  # fmt: skip


def test_names_cannot_command_the_terminal() -> None:
    for look in (PLAIN, replace(PLAIN, verbose=True)):
        assert all(letter.isprintable() or letter == "\n" for letter in render(hostile(), look))


def test_colours_only_on_request() -> None:
    assert "\x1b[" not in shown()
    assert "\x1b[1;32mEQUIVALENT" in render(a_conversion(), replace(PLAIN, colour=True))


def test_markup_in_names_is_text() -> None:
    assert "[bold]x[/bold] :smile:" in shown(because="[bold]x[/bold] :smile:", verdict="planned")


def test_our_own_signs_can_be_ascii() -> None:
    assert render(a_conversion(), replace(PLAIN, unicode=False)).isascii()
