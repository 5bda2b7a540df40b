"""Proof that two models compute the same: probes, gates, negative controls, verdict."""
