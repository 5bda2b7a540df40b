"""One module per form that a target can take: write it, then read it back as anybody would."""
