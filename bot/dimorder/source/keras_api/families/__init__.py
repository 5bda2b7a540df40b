"""The layers of all Kerases, one module for each family."""
