"""Rebind turns an OpenAPI description into a Python package."""

__version__ = "0.1.0"
