"""dimorder keeps Keras models in one layout, and proves that the predictions did not move."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("dimorder")
except PackageNotFoundError:  # run from the sources, without installation
    __version__ = "0+sources"
