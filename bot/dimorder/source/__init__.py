"""Source code of strangers: parsed, never imported and never run."""
