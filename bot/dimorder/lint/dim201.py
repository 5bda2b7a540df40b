"""DIM201 theano-dim-ordering: a switch that sets Theano's dim ordering for the whole program."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.finding import Page, Severity
from dimorder.lint.code import Code, Told
from dimorder.lint.units import TODAY, run_in
from dimorder.program import Call, World
from dimorder.remedy import Remedy

PAGE = Page(
    code="DIM201",
    finds="A call that sets channels first for all layers built after it: `set_image_dim_ordering('th')`, "
    "`set_image_data_format('channels_first')`.",
    why="It changes every model that is built afterwards in the same process, also those of other modules that know "
    "nothing of it; in a module it happens on import. On a CPU most channels-first layers of TensorFlow raise "
    "when they are run. Keras 1's name of the switch is gone since 2.3.0.",
    bad="from keras import backend as K\n\nK.set_image_data_format('channels_first')\n",
    good="from keras import backend as K\n\nK.set_image_data_format('channels_last')\n",
    safety="unsafe",
    fix="The switch says channels last, together with everything that was built under it.",
    sources=(
        "keras backend/common.py@1.2.2, @2.0.0 and @2.3.1",
        "https://keras.io/api/utils/config_utils/",
    ),
)
SWITCHES = ("set_image_dim_ordering", "set_image_data_format")
LAST = {"th": "tf", "channels_first": "channels_last"}


def find(code: Code) -> Iterator[Told]:
    """One finding for each switch to channels first that today's machines carry out.

    Info where the backend decides, or where the program switches both ways, as conversions do.
    """
    run = run_in(code.program, TODAY)
    calls = [call for call in run.calls if call.callee.endswith(SWITCHES)] if run else []
    said = [(call, _value(call)) for call in calls]
    other = run_in(code.program, World("last", "theano"))
    forced = {call.place for call in other.calls} if other else set()
    both = any(value in LAST.values() for _, value in said) and not any(call.guards for call, _ in said)
    for call, value in said:
        if value not in LAST or call.place.path != code.program.path:
            continue
        mild = both or (bool(call.guards) and call.place not in forced)
        told = f"sets channels first ({value}) for everything that is built after it"
        told += ", and elsewhere channels last again" if both else ""
        severity: Severity = "info" if mild else "warning"
        edits = () if both else _edits(call, value)
        yield Told("DIM201", call.place, severity, "certain", told, "code.switch", remedies=edits)


def _value(call: Call) -> str:
    for argument in call.arguments.values():
        if isinstance(argument.value, str):
            return argument.value
    return ""


def _edits(call: Call, value: str) -> tuple[Remedy, ...]:
    argument = next(iter(call.arguments.values()))
    place = argument.origin or argument.place
    if place is None:
        return ()
    return (Remedy("replace", place, f"the switch says {LAST[value]}", False, repr(value), repr(LAST[value])),)
