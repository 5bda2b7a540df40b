"""GitHub: the only rooms that use the network."""
