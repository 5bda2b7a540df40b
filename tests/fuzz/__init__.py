"""Damaged files by the ten thousand, and files that go to the other layout and back."""
