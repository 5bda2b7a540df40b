"""Files of every Keras era, read into the nouns and written from them."""
