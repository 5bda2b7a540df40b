"""The names that Keras went by, and its modules in all eras."""

from __future__ import annotations

PACKAGES = {
    "tensorflow.compat.v1.keras": "tf",
    "tensorflow.compat.v2.keras": "tf",
    "tensorflow.contrib.keras.python.keras": "tf",
    "tensorflow.contrib.keras.api.keras": "tf",
    "tensorflow.contrib.keras": "tf",
    "tensorflow.python.keras.api._v1.keras": "tf",
    "tensorflow.python.keras.api._v2.keras": "tf",
    "tensorflow.python.keras": "tf",
    "tensorflow.python.keras._impl.keras": "tf",
    "tensorflow.keras": "tf",
    "tf.keras": "tf",
    "tf_keras": "tf",
    "keras.api._v2.keras": "tf",
    "keras.api.keras": "keras",
    "keras.src": "keras",
    "keras": "keras",
}
"""Package -> whose ways hold in it: `keras`, or `tf` for TensorFlow's own."""
_LONGEST_FIRST = sorted(PACKAGES, key=len, reverse=True)

BACKENDS = frozenset({"theano_backend", "tensorflow_backend", "cntk_backend", "common", "load_backend"})


def inside(name: str) -> tuple[str, str] | None:
    """Whose ways hold, and the name inside Keras; None for a name of another library."""
    for package in _LONGEST_FIRST:
        if name == package:
            return PACKAGES[package], ""
        if name.startswith(f"{package}."):
            return PACKAGES[package], name[len(package) + 1 :]
    return None


def home(name: str) -> tuple[str, str]:
    """First module and last word of a name inside Keras: (`layers`, `Conv2D`); modules between do not matter."""
    parts = name.split(".")
    return (parts[0] if len(parts) > 1 else ""), parts[-1]
