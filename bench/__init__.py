"""Measurements, each beside named alternatives in the same run: `python -m bench [NAME ...]`."""

NAMES = ("imports", "first_call", "calls", "replies", "uploads", "generation", "soak")
