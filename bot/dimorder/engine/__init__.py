"""The numpy referee: what each operation of `semantics` computes, number by number."""
