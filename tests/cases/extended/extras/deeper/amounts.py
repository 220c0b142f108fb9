"""How much water there is."""

ALL = 100.0
