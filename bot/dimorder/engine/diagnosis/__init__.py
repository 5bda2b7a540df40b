"""What was done to an array that is not what it should be, told from its numbers."""
