"""What code says of data with channels in front, seen by its words alone: it has to move when the model does."""
