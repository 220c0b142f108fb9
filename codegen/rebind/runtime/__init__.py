"""The runtime of a generated package: everything that is the same for every API.

Only relative imports, the standard library, httpx and pydantic; nothing here is a template.
Importing this package imports none of its modules.
"""
