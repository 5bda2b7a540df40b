"""Helpers that several test files share: real files, their conversions, real Keras."""
