"""What the other package had besides its methods."""

from __future__ import annotations

from enum import Enum
from typing import Any, ClassVar

from flat._runtime.flat import Flat
from flat.compat.read_methods import ReadMethods
from flat.compat.write_methods import WriteMethods
from flat.errors import ApiError

RETRIES = 3


class OldError(ApiError):
    """Any failure."""


class OldEnum(str, Enum):
    """Values that are known to both sides."""


class Thing(Flat):
    """What callers make."""

    _key: ClassVar[str] = ""
    _variants: ClassVar[dict[str, str]] = {}


class OldClient(WriteMethods, ReadMethods):
    """The client."""

    def __init__(self, key: str | None = None, *, http_client: Any = None) -> None:
        super().__init__(key, http_client=http_client)
