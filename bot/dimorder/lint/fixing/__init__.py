"""Edits of source text that a rule asks for: at their places, and nowhere else."""
