"""Renderers: pure functions from a report to text; foreign names reach the text through `escape` only."""
