"""Measurements, each beside a named alternative in the same run: `python -m bench [NAME ...]`."""
