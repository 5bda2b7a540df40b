"""Texts that cannot be an architecture, told by the bytes that every one has. Loads nothing that reads files.

Only bytes are searched, so that the caller may do it himself; a text with any of them is read apart, as all others.
"""

from __future__ import annotations

import re

LARGEST = 1 << 20
"""Bytes of a text that is searched."""
_WORDS = re.compile(rb"class_name|layers|node_config|weight_map|backend|floatx|keras|\0|\\[^nrt\"/\\]")
"""Of architectures of all Kerases, indexes of cut weights, keras.json; and ways to spell these otherwise."""


def is_wordless(content: bytes) -> bool:
    """Whether no reader of JSON or YAML could find an architecture or settings of Keras in it."""
    return len(content) <= LARGEST and _WORDS.search(content) is None
