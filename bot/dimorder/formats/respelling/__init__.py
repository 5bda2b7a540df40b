"""An architecture's document, rewritten for the converted graph in the spelling of the Keras that wrote it."""

from dimorder.formats.respelling.respell import respell

__all__ = ["respell"]
