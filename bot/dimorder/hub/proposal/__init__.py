"""One pull request: what it is, what stands there already, how it is opened, kept and closed."""
