"""The names that Kerases give to layers and models without one.

Source: keras/engine/topology.py at 1.2.2, keras/engine/base_layer.py at 2.2.4, tf.keras of TensorFlow 1.15 and 2.
"""

from __future__ import annotations

import re

from dimorder.source.values import Session

Names = dict[str, str]
"""Name by the era that a document is spelled for: keras1, keras2."""
TF = "tf"


def style(session: Session, package: str) -> str:
    """Whose ways hold: `tf` for tf.keras, else the era of the code's words; keras2 where these do not tell."""
    return TF if package == TF else session.era or "keras2"


def given(name: str) -> Names:
    """A name that the code gives."""
    return {"keras1": name, "keras2": name}


def automatic(session: Session, keras1: str, keras2: str, package: str) -> Names:
    """Names from the classes of a layer or model, counted."""
    old = (keras1 or keras2).lower()
    return {"keras1": f"{old}_{counted(session, 'keras1', old)}", "keras2": _new(session, snake(keras2), package)}


def of_input(session: Session, keras1: str, layer: Names) -> Names:
    """Names of the InputLayer that a Sequential puts in front of its first layer."""
    prefix = f"{keras1.lower()}_input_"
    return {"keras1": f"{prefix}{counted(session, 'keras1', prefix)}", "keras2": f"{layer['keras2']}_input"}


def input_alone(session: Session) -> Names:
    """Names of an Input: all Kerases count from input_1."""
    return {era: f"input_{counted(session, era, 'input')}" for era in ("keras1", "keras2")}


def _new(session: Session, prefix: str, package: str) -> str:
    number = counted(session, TF if package == TF else "keras2", prefix)
    if package == TF:
        return prefix if number == 1 else f"{prefix}_{number - 1}"
    return f"{prefix}_{number}"


def counted(session: Session, era: str, prefix: str) -> int:
    """The next number of a prefix."""
    key = f"{era}:{prefix}"
    session.uids[key] = session.uids.get(key, 0) + 1
    return session.uids[key]


def snake(class_name: str) -> str:
    """`MaxPooling2D` as `max_pooling2d`."""
    parted = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", class_name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", parted).lower()
