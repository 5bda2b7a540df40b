"""Files of Keras 0.1 to 0.3: read into the words of Keras 1, and spelled back."""
