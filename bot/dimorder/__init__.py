"""dimorder keeps Keras models in one layout, and proves that the predictions did not move."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    """`__version__`, looked up when it is asked for: that takes as long as a small file."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("dimorder")
    except PackageNotFoundError:  # run from the sources, without installation
        found = "0+sources"
    globals()[name] = found  # whoever closes itself off from all files asks before
    return found
