"""Rules about code: what in a program depends on, or fixes, the order of axes; and the pages of all rules."""
