"""The only places where skills meet; each flow works on open files and returns a plain report."""
