"""Attributes: of modules, classes, instances, plain data, and of what libraries offer."""

from __future__ import annotations

from typing import Any

from dimorder.program import Argument, Thing, Unknown
from dimorder.source.evaluation import Evaluation
from dimorder.source.modules import in_folder, in_module
from dimorder.source.objects import (
    Beginning,
    Class,
    Folder,
    Function,
    Instance,
    Method,
    Namespace,
    Native,
    Property,
    Super,
)
from dimorder.source.plain_methods import has_method
from dimorder.source.values import External

PATCHED = frozenset({"keras", "tensorflow", "keras_applications", "builtins", "__builtin__", "sys", "numpy"})
"""Libraries whose names mean something here: code that sets one means something else by it from then on."""
PLAIN = (str, bytes, list, tuple, dict, set, frozenset, int, float, range)


def attribute(ev: Evaluation, owner: Any, name: str) -> Any:
    """`owner.name`."""
    if isinstance(owner, Unknown):
        return Method(None, owner, name)
    if isinstance(owner, External):
        return ev.resolve(f"{owner.name}.{name}")
    if isinstance(owner, Instance):
        return of_instance(ev, owner, name)
    if isinstance(owner, Thing):
        return of_thing(owner, name)
    rule = _RULES.get(type(owner))
    if rule is not None:
        return rule(ev, owner, name)
    if callable(getattr(owner, "attribute", None)):
        return of_object(ev, owner, name)
    if isinstance(owner, PLAIN):
        return of_plain(owner, name)
    return Unknown(f"{name!r} of {type(owner).__name__} is not known")


def of_object(ev: Evaluation, owner: Any, name: str) -> Any:
    """As its library knows it; what the library does not know may still be called by name."""
    value = owner.attribute(name, ev.session)
    return Method(value, owner, name) if isinstance(value, Unknown) else value


def of_plain(owner: Any, name: str) -> Any:
    """Methods of plain data."""
    fields = getattr(type(owner), "_fields", ())
    if name in fields:
        return getattr(owner, name)
    if has_method(owner, name):
        return Method(None, owner, name)
    if name in ("real", "imag") and isinstance(owner, (int, float)):
        return owner.real if name == "real" else type(owner)(0)
    return Unknown(f"{type(owner).__name__} has no attribute {name!r} that is known here")


def of_thing(owner: Thing, name: str) -> Any:
    """What it was made from where its role has that name; else something that may be called."""
    if owner.kind == "array" and name in ("shape", "ndim", "size"):
        return _measure(owner, name)
    if owner.kind == "array" and name == "T":
        shape = owner.of.get("shape")
        turned = {"shape": tuple(reversed(shape))} if isinstance(shape, tuple) else {}
        return Thing("array", "array.T", {"on": owner, **turned})
    if owner.kind not in ("array", "result") and name in owner.of:
        return owner.of[name]
    return Method(None, owner, name)


def _measure(owner: Thing, name: str) -> Any:
    shape = owner.of.get("shape")
    if not isinstance(shape, tuple):
        return Unknown(f"the shape of {owner.name or 'an array'} is not known before running")
    if name == "shape":
        return shape
    if name == "ndim":
        return len(shape)
    return Unknown("the size of an array is not known")


def of_instance(ev: Evaluation, owner: Instance, name: str) -> Any:
    """Its own, its class's, then what a library makes of it."""
    if name in owner.attributes:
        return owner.attributes[name]
    if name == "__class__":
        return owner.cls
    if name == "__dict__":
        return owner.attributes
    found = owner.cls.find(name)
    if found is not None:
        return bound(ev, found, owner, owner.cls, name)
    if owner.delegate is not None:
        return attribute(ev, owner.delegate, name)
    if owner.cls.foreign():
        return Method(None, Unknown(f"{name!r} of {owner.cls.name} comes from a class that is not known"), name)
    return Unknown(f"{owner.cls.name} has no attribute {name!r} that is known here")


def bound(ev: Evaluation, found: Any, owner: Any, cls: Class, name: str) -> Any:
    """What a class's attribute becomes on an instance."""
    if isinstance(found, Property):
        if found.kind == "property":
            return ev.call_value(Method(found.function, owner, name))
        return Method(found.function, cls, name) if found.kind == "classmethod" else found.function
    return Method(found, owner, name) if isinstance(found, Function) and owner is not cls else found


def _of_class(ev: Evaluation, owner: Class, name: str) -> Any:
    if name == "__name__":
        return owner.name.rpartition(".")[2]
    found = owner.find(name)
    if found is not None:
        computed = isinstance(found, Property) and found.kind == "property"
        return found if computed else bound(ev, found, owner, owner, name)
    for base in owner.foreign():
        return attribute(ev, base, name)
    return Unknown(f"the class {owner.name} has no attribute {name!r} that is known here")


def _of_super(ev: Evaluation, owner: Super, name: str) -> Any:
    cls = owner.on.cls if isinstance(owner.on, Instance) else owner.on if isinstance(owner.on, Class) else owner.cls
    found = cls.find(name, behind=owner.cls)
    if found is not None:
        return bound(ev, found, owner.on, cls, name)
    delegate = owner.on.delegate if isinstance(owner.on, Instance) else None
    if name == "__init__":
        begun = getattr(delegate, "begun", None)
        return Beginning(begun) if callable(begun) else Native("super.__init__", lambda *_, **__: None)
    if delegate is not None:
        return attribute(ev, delegate, name)
    return Method(None, Unknown(f"{name!r} comes from a class that is not known"), name)


def _of_function(ev: Evaluation, owner: Function, name: str) -> Any:
    return owner.attribute(name, ev.session)


def _of_namespace(ev: Evaluation, owner: Namespace, name: str) -> Any:
    return in_module(ev, owner, name)


def _of_folder(ev: Evaluation, owner: Folder, name: str) -> Any:
    return in_folder(ev, owner.path, name)


def _of_native(ev: Evaluation, owner: Native, name: str) -> Any:
    if name == "__name__":
        return owner.name.rpartition(".")[2]
    return ev.resolve(f"{owner.name}.{name}")


def _of_method(ev: Evaluation, owner: Method, name: str) -> Any:
    """Of an attribute that nobody knows: `args.model.name`."""
    if isinstance(owner.on, Thing):
        return Method(None, ev.thing("result", f"{owner.on.name}.{owner.name}", {"on": owner.on}), name)
    return Method(None, owner.function if isinstance(owner.function, Unknown) else unknown_attribute(owner), name)


def unknown_attribute(owner: Method) -> Unknown:
    """Why an attribute of what is not known is not known."""
    on = owner.function if isinstance(owner.function, Unknown) else owner.on
    return on if isinstance(on, Unknown) else Unknown(f"{owner.name!r} is not known")


_RULES: dict[type, Any] = {
    Class: _of_class, Super: _of_super, Function: _of_function, Namespace: _of_namespace, Folder: _of_folder,
    Native: _of_native, Method: _of_method,
}  # fmt: skip


def set_attribute(ev: Evaluation, owner: Any, name: str, argument: Argument, *, asked: bool = False) -> None:
    """`owner.name = value`."""
    if isinstance(owner, (Instance, Class, Function)):
        ev.journal.bind(owner.attributes, name, argument.value)
    if isinstance(owner, (Instance, Class)):
        if argument.origin is not None:
            owner.origins[name] = argument.origin
        else:
            owner.origins.pop(name, None)
        (owner.asked.add if asked else owner.asked.discard)(name)
    if isinstance(owner, Namespace):
        ev.journal.bind(owner.frame.names, name, argument.value)
    if _is_beyond(owner, name):
        ev.lose(f"{name!r} is set on something whose own code is not read here")
    target = owner.delegate if isinstance(owner, Instance) else owner
    if not isinstance(owner, (Class, Function)) and callable(getattr(target, "assign", None)):
        target.assign(name, argument.value, ev.session)


def _is_beyond(owner: Any, name: str) -> bool:
    """Whether setting it changes how other code runs: libraries' names, parts of functions, computed attributes."""
    if isinstance(owner, External):
        return owner.name.partition(".")[0] in PATCHED
    if isinstance(owner, (Instance, Class)):
        cls = owner.cls if isinstance(owner, Instance) else owner
        return isinstance(cls.find(name), Property) or (name.startswith("__") and name.endswith("__"))
    if isinstance(owner, (Function, Native)):
        return name.startswith("__")
    return getattr(owner, "kind", "") in ("class", "function") or (isinstance(owner, Thing) and owner.kind == "result")


def settled(ev: Evaluation, value: Any) -> Any:
    """A value that is used as one, not called: an attribute that nobody knows becomes Unknown or a Thing."""
    if not isinstance(value, Method) or isinstance(value.function, Function):
        return value
    if isinstance(value.function, Unknown) or isinstance(value.on, Unknown):
        return unknown_attribute(value)
    if isinstance(value.on, Thing):
        return ev.thing("result", f"{value.on.name}.{value.name}", {"on": value.on})
    return value
