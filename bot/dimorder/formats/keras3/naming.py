"""Where Keras 3 keeps each layer's arrays in model.weights.h5: by class and count, not by name.

Source: keras/src/saving/saving_lib.py _save_container_state, utils/naming.py at 3.15.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def snake_case(class_name: str) -> str:
    """A class name as Keras spells it in the weights file.

    >>> snake_case("PReLU"), snake_case("GlobalMaxPooling1D")
    ('p_re_lu', 'global_max_pooling1d')
    """
    name = re.sub(r"\W+", "", class_name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def groups(class_names: Iterable[str]) -> Iterator[str]:
    """The groups of layers of these classes, in the model's order of layers.

    >>> list(groups(["Dense", "Conv2D", "Dense"]))
    ['dense', 'conv2d', 'dense_1']
    """
    counts: dict[str, int] = {}
    for class_name in class_names:
        name = snake_case(class_name)
        count = counts[name] = counts.get(name, -1) + 1
        yield f"{name}_{count}" if count else name
