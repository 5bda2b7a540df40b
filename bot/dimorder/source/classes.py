"""Instances of the code's own classes."""

from __future__ import annotations

from typing import Any

from dimorder.program import Argument, Unknown
from dimorder.source.evaluation import Arguments, Evaluation
from dimorder.source.functions import call_function
from dimorder.source.objects import Class, Function, Instance
from dimorder.source.values import Called, External


def instance_of(
    ev: Evaluation, cls: Class, passed: Arguments, called: Called, missing: str = "the parameter"
) -> Instance:
    """`Class(arguments)`: with what a library makes of it, then by its `__init__`."""
    made = Instance(cls)
    ev.journal.fresh(made.attributes)
    made.delegate = _delegate(cls, called)
    if hasattr(made.delegate, "instance"):
        made.delegate.instance = made
    begin = cls.find("__init__")
    if isinstance(begin, Function):
        with_self = Arguments((Argument(made), *passed.positional), passed.keywords, passed.rest)
        call_function(ev, begin, with_self, missing)
    return made


def _delegate(cls: Class, called: Called) -> Any:
    """What the nearest foreign base makes of it; None without one."""
    for base in cls.foreign():
        derived = getattr(base, "derived", None)
        if callable(derived):
            return derived(cls.name.rpartition(".")[2], called)
        if isinstance(base, (External, Unknown)):
            return None
    return None
