"""What a pull request says: the verdict, what it rests on, what to do, how to be rid of it; and nobody's text acts."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dimorder.hub.proposal import body
from dimorder.hub.proposal.content import Manners, Mark, Moved, Proposal, content_of, mark_in, marked, marker
from dimorder.hub.proposal.drafted import drafted
from dimorder.proof import Control, Drift
from dimorder.proposal import CODE, Made, NewFile
from dimorder.report_data import Fixed, Unfixed
from dimorder.verdict import Evidence
from sample_reports import ASSUMED, a_conversion, a_proof
from support.gfm import acts, read, rendered
from support.strange import HOSTILE, strange_markup

PLAIN = Manners()
MODEL = Moved("model.h5", "ab" * 32, "tf/tf")
TWIN = NewFile("model.tf.h5", "/scratch/model.tf.h5", "cd" * 32, 9)


def made(**changes: Any) -> Made:
    told: dict[str, Any] = {"moved": (MODEL,), "files": (TWIN,), "reports": (a_conversion(),)}
    return Made(**{**told, **changes})


def text(manners: Manners = PLAIN, **changes: Any) -> str:
    return body.text(made(**changes), manners)


def in_order(text: str, *parts: str) -> None:
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


# What must not happen.


@pytest.mark.parametrize("name", [*HOSTILE, *strange_markup(40, 8)])
def test_names_of_strangers_are_text_only(name: str) -> None:
    proof = a_proof(
        outputs=(Drift(name, 1.0, 1.0),), uncovered=(name,), first_divergence=name,
        controls=(Control(name, "global", 1.0, 0.0, told_apart=True),),
    )  # fmt: skip
    evil = a_conversion(
        source=name, target=name, because=name, kept=(name,), certificate=name, assumptions=(name,), notes=(name,),
        proof=proof, evidence=(Evidence("kernels", "th", name),),
    )  # fmt: skip
    found = text(reports=(evil, evil), code=(Fixed(name, (name,)),), left=(Unfixed(name, name, name),))
    seen = read(rendered(found))
    plain = text(reports=(a_conversion(),) * 2, code=(Fixed("a", ("b",)),), left=(Unfixed("a", "b", "c"),))
    usual = read(rendered(plain))
    assert set(seen.tags) <= set(usual.tags) | {"em"}
    assert [one for one in seen.attributes if one[1] in ("href", "src")] == []
    assert seen.other == [" dimorder:rebase "]
    without_commands = "".join(found.split("```")[::2])
    assert acts(read(rendered(without_commands)).running) == []
    assert mark_in(found) is None
    assert not body.is_ticked(found)


def test_titles_hold_no_word_of_others() -> None:
    odd = made(moved=(Moved("@octocat #1.h5", "ab" * 32, "tf/tf"),), reports=(a_conversion(source="@octocat"),))
    assert body.title(odd, PLAIN) == "Add TensorFlow-ordered weights, proven to predict the same"


def test_it_never_is_longer_than_github_takes() -> None:
    huge = a_conversion(
        source="s" * 4000, proof=a_proof(outputs=tuple(Drift("x" * 60_000, 1.0, 1.0) for _ in range(60))),
        notes=("é" * 999,) * 60, assumptions=tuple(f"{n} " * 400 for n in range(60)),
    )  # fmt: skip
    left = tuple(Unfixed(f"{n}" * 500, "w", "b" * 5000) for n in range(500))
    for count in (1, 40, 3000):
        moved = tuple(Moved(f"{n}.h5", "ab" * 32, "tf/tf") for n in range(count))
        whole = drafted(made(moved=moved, reports=(huge,) * count, left=left), "o/n", "main", "0" * 40, PLAIN)
        assert len(whole.body) < 65_000
        assert mark_in(whole.body) is not None
        in_order(whole.body, "**The predictions did not move.**", "### What to do", "How to stop it", body.UNTICKED)


def test_a_home_that_is_no_address_is_no_link() -> None:
    for home in ("http://acme.org", "javascript:x", "https://acme.org/) [x](https://evil", "https://acme.org\n"):
        assert "](" not in text(Manners(home=home))
    assert "[dimorder](https://acme.org/bot)" in text(Manners(home="https://acme.org/bot"))


def test_a_mark_is_taken_from_nothing_like_it() -> None:
    good = marker(Mark("a" * 64, "b" * 16))
    for odd in (good.upper(), good.replace("a" * 64, "a" * 63), good.replace("said", "text"), ""):
        assert mark_in(odd) is None
    assert mark_in(f"edited\r\n{good}\r\n") == Mark("a" * 64, "b" * 16)


# What must.


def test_the_verdict_the_assumptions_and_the_next_step_stand_first() -> None:
    found = text()
    assert found.startswith("**The predictions did not move.** Relative L2 2.1e-07 (limit 1e-04)")
    in_order(found, "### Assumed, not proven", ASSUMED.split(",")[0], "### What to do", "## EQUIVALENT", "on purpose:")
    assert found.count("Assumed") == 1
    assert found.count("weight names carry no ':0'") == 1


def test_it_says_that_it_is_automated_and_how_to_stop_it() -> None:
    found = text()
    for part in ("automated", "Two closed ones", "`dimorder:stop`", "`enabled: false`", "commits to its branch"):
        assert part in found
    assert body.is_ticked(found.replace("- [ ] <!--", "- [x] <!--"))
    assert body.is_ticked(found.replace("- [ ] <!--", "- [X] <!--"))


def test_what_becomes_of_the_original_is_said_as_far_as_it_was_tried() -> None:
    def told(**control: Any) -> str:
        tried = Control("unconverted", "global", 0.9, 0.1, **control)
        return text(reports=(a_conversion(proof=a_proof(controls=(tried,))),))

    assert "loads it as it is without a word, and predicts wrongly." in told(told_apart=True)
    assert "cannot load it as it is." in told(told_apart=False, applicable=False, because="would raise on loading: x")
    assert "cannot load it as it is, or loads it" in told(told_apart=False)


def test_many_files_have_a_table_in_front() -> None:
    found = text(reports=(a_conversion(), a_conversion(source="other.h5", target="other.tf.h5")))
    row = "| `other.h5` | `other.tf.h5` | 2.1e-07 | 100 % | 2 of 2 |"
    in_order(found, "| original | added |", row, "## EQUIVALENT")


def test_edits_of_code_are_listed() -> None:
    found = text(code=(Fixed("net.py", ("dim_ordering='th' becomes 'tf'",)),))
    assert "- `net.py`: dim\\_ordering='th' becomes 'tf'" in found
    assert "no other file is changed" in found


def test_what_it_says_is_told_apart_from_how_it_says_it() -> None:
    def said(**changes: Any) -> str:
        found = mark_in(drafted(made(**changes), "o/n", "main", "0" * 40, PLAIN).body)
        assert found is not None
        return found.said

    other = a_conversion(proof=a_proof(relative_l2=2.2e-7))
    bytes_only = NewFile("model.tf.h5", "/elsewhere", "ef" * 32, 10)
    assert said() == said(reports=(other,)) == said(files=(bytes_only,))
    assert said() != said(reports=(a_conversion(assumptions=()),))
    assert said() != said(left=(Unfixed("b.h5", "convert", "no architecture"),))
    net = (MODEL, Moved("net.py", "12" * 32, CODE))
    edited = [NewFile("net.py", "/net.py", digest * 32, 3) for digest in ("34", "56")]
    assert said(moved=net, files=(edited[0],)) != said(moved=net, files=(edited[1],))


def test_the_content_is_what_the_design_says() -> None:
    moved = (Moved("b.h5", "2", "tf/tf"), Moved("a.h5", "1", "tf/tf"))
    assert content_of(moved) == content_of(moved[::-1])
    assert content_of(moved) == "892671b920a93d8a8039aaf19e4d2c86260e049984e44966e130a6c425cd0106"
    assert content_of(moved) != content_of((Moved("b.h5", "2", "tf/th"), moved[1]))


def test_a_proposal_goes_through_json() -> None:
    proposal = drafted(made(), "o/n", "main", "0" * 40, PLAIN)
    assert msgspec.json.decode(msgspec.json.encode(proposal), type=Proposal) == proposal
    assert proposal.body == marked(text(), (MODEL,), proposal.body.split("said=")[1][:16])
    assert proposal.marker == proposal.body.split("\n")[0]


@pytest.mark.parametrize(
    ("path", "slug"),
    [("nets/VGG 16_weights.h5", "vgg-16-weights"), ("é.h5", "model"), ("-.lock.h5", "model"), ("x" * 99, "x" * 40)],
)
def test_a_branch_has_a_name_that_git_takes(path: str, slug: str) -> None:
    one = Proposal("o/n", "main", "", (Moved(path, "", "tf/tf"),), (), "", "")
    assert one.branch == f"dimorder/{slug}-{one.content[:12]}"
