"""Layout rules: one file per layer family, each rewriting its operation for the other layout."""
