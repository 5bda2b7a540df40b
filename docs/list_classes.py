"""Write classes.json: the layer classes of each Keras, from its own source. Run by hand.

    python docs/list_classes.py FOLDER

FOLDER holds one installed Keras per version (`pip install --no-deps --target FOLDER/1.2.2 keras==1.2.2`), 0.3.3,
1.0.8, 1.2.2, 2.0.8, 2.2.4 and 2.3.1; the Keras 3 that is importable is asked itself.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from pathlib import Path

VERSIONS = {"0": ("0.3.3",), "1": ("1.0.8", "1.2.2"), "2": ("2.0.8", "2.2.4", "2.3.1")}
PLACES = ("layers/**/*.py", "legacy/layers.py", "engine/topology.py", "engine/input_layer.py")
NO_LAYERS = {
    "Container", "ConvRNN2D", "ConvRecurrent2D", "InputSpec", "Layer", "MaskedLayer", "Node", "Recurrent", "Sequential",
    "Wrapper", "Xception", "Graph",
}  # fmt: skip
"""What stands among the layers without being one that a model can hold: bases, containers, parts."""


def classes(keras: Path) -> set[str]:
    """Names after `class` at the left margin; an alias is saved under the name of its class."""
    files = {path for place in PLACES for path in (keras / "keras").glob(place)}
    found = {name for path in files for name in re.findall(r"^class ([A-Z]\w*)\(", path.read_text(), re.MULTILINE)}
    return found - NO_LAYERS


def classes_of_keras_3() -> set[str]:
    import keras

    layers = vars(keras.layers).items()
    return {n for n, c in layers if inspect.isclass(c) and issubclass(c, keras.Layer) and c.__name__ == n} - NO_LAYERS


def main(folder: Path) -> None:
    found = {era: sorted(set().union(*(classes(folder / v) for v in versions))) for era, versions in VERSIONS.items()}
    found["3"] = sorted(classes_of_keras_3())
    target = Path(__file__).with_name("classes.json")
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
