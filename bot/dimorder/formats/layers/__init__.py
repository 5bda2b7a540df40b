"""How Keras 1 and 2 spell each layer: one file per family, read into operations and written back."""
