"""What files and bodies may be given as."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Iterable
from typing import IO

FileContent = bytes | str | os.PathLike[str] | IO[bytes]
"""Bytes, text, a path, or a file opened for reading bytes."""

FileTypes = FileContent | tuple[str, FileContent] | tuple[str, FileContent, str]
"""A part of a form: its content, with a file name and a content type where these matter."""

ContentTypes = FileContent | Iterable[bytes] | AsyncIterable[bytes]
"""A body that is sent as it is."""
