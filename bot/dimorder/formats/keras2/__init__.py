"""The whole-model h5 of Keras 2.3.1: written flat, so that Keras 2, tf-keras and Keras 3 open one and the same file."""

from dimorder.formats.keras2.writing import KERAS_VERSION, Source, Written, model_name, write

__all__ = ["KERAS_VERSION", "Source", "Written", "model_name", "write"]
