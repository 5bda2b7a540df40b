"""What Keras's API means, of all eras, for code that is read and not run. No Keras is imported."""

from dimorder.source.keras_api.library import Keras

__all__ = ["KERAS"]

KERAS = Keras()
