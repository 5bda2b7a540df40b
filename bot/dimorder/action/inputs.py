"""What a workflow may say under `with:`: one table, to which a test holds action.yml and docs/action.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar, cast, get_args

from dimorder.errors import UsageError
from dimorder.flow.stated import FailOn

Mode = Literal["check", "fix", "propose", "comment"]
Scope = Literal["changed", "all"]
Accept = Literal["certain", "likely"]
Form = Literal["html", "sarif", "json", "markdown", "junit", "gitlab"]
FORMS: tuple[Form, ...] = get_args(Form)
Word = TypeVar("Word", bound=str)


class Input(NamedTuple):
    """One input. default: as action.yml states it."""

    name: str
    default: str
    says: str


INPUTS = (
    Input("paths", "", "Files and folders to check, one a line, from the top of the checkout. Empty: all of it."),
    Input("mode", "check", "check; fix: write converted twins and fixed code into the checkout; propose: the same, "
          "and open a pull request with it; comment: in a workflow_run job, comment what a check has found."),
    Input("scope", "changed", "changed: on a pull request, tell what concerns the files that it changes, held against "
          "the whole repository; all: tell everything."),
    Input("fail-on", "", "The mildest finding that fails the job: info, warning, error or never. Empty: as the "
          "configuration says, else warning."),
    Input("output", "html sarif json", "Reports to write as files: html, sarif, json, markdown, junit, gitlab."),
    Input("config", "", "The configuration file, from the top of the checkout. Empty: as dimorder finds it. On a pull "
          "request it is read as the base branch has it, and the change can only tighten it."),
    Input("base-ref", "", "The commit or branch that a pull request is compared with, where the checkout holds it. "
          "Empty: found by itself."),
    Input("architecture", "", "With mode fix or propose: the architecture of weights for which the code tells none, "
          "as --architecture takes it."),
    Input("samples", "", "With mode fix or propose: real inputs for the proof, as --samples takes them."),
    Input("accept", "certain", "With mode fix or propose: the lowest confidence in a layout that is enough to convert, "
          "certain or likely."),
    Input("unsafe-fixes", "false", "With mode fix or propose: true also moves the layout of code."),
    Input("comment", "false", "true keeps one comment on the pull request up to date. It takes a token that may write "
          "(pull-requests: write), which pull requests from forks do not get."),
    Input("report", "dimorder-report/report.json", "With mode comment: the report of the check, taken from its "
          "artifact. Nothing in it is trusted."),
    Input("token", "${{ github.token }}", "For the comment, for the pull request of mode propose (contents: write and "
          "pull-requests: write), and to ask GitHub what a shallow checkout cannot tell."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inputs:
    """The same, parsed; the token is not among them."""

    paths: tuple[str, ...]
    mode: Mode
    scope: Scope
    fail_on: FailOn | None
    output: tuple[Form, ...]
    config: str
    base_ref: str
    architecture: str
    samples: str
    accept: Accept
    unsafe_fixes: bool
    comment: bool
    report: str


def parsed(given: Mapping[str, str]) -> Inputs:
    """The inputs by name; UsageError for a value that none of them takes. Those that are missing have their default."""
    said = {one.name: given.get(one.name, one.default).strip() for one in INPUTS if one.name != "token"}
    return Inputs(
        paths=tuple(line for line in (part.strip() for part in said["paths"].split("\n")) if line),
        mode=_one_of(said, "mode", get_args(Mode)),
        scope=_one_of(said, "scope", get_args(Scope)),
        fail_on=_one_of(said, "fail-on", get_args(FailOn)) if said["fail-on"] else None,
        output=_forms(said["output"]),
        config=said["config"],
        base_ref=said["base-ref"],
        architecture=said["architecture"],
        samples=said["samples"],
        accept=_one_of(said, "accept", get_args(Accept)),
        unsafe_fixes=_one_of(said, "unsafe-fixes", ("true", "false")) == "true",
        comment=_one_of(said, "comment", ("true", "false")) == "true",
        report=said["report"],
    )


def _one_of(said: Mapping[str, str], name: str, offered: tuple[Word, ...]) -> Word:
    if said[name] not in offered:
        raise UsageError(f"input {name}: {said[name]!r} is none of its values", hint=f"one of {', '.join(offered)}")
    return cast(Word, said[name])


def _forms(text: str) -> tuple[Form, ...]:
    words = text.replace(",", " ").split()
    return tuple(dict.fromkeys(_one_of({"output": word}, "output", FORMS) for word in words))
