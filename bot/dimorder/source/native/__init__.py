"""Functions of Python and of its library that models are put together with, carried out within bounds."""
