"""The numpy referee: what each operation of semantics.py computes, number by number."""
