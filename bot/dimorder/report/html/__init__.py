"""The report as one HTML file: read without scripts, without a network, in light, dark and on paper."""
