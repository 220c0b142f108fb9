"""The headers of a response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


class Headers(Mapping[str, str]):
    """Headers by name, in whatever case; values of a repeated one are joined by commas.

    Args:
        raw: Names and values as they came.
    """

    __slots__ = ("_values", "raw")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self.raw = list(raw)
        values: dict[str, str] = {}
        for name, value in self.raw:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            values[key] = f"{values[key]}, {text}" if key in values else text
        self._values = values

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Headers:
        """Make headers of a mapping.

        Args:
            headers: Name -> value.

        Returns:
            The headers.
        """
        return cls(
            (n.encode("latin-1"), v.encode("latin-1", "replace")) for n, v in headers.items()
        )

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """Return a header.

        Args:
            name: Its name.
            default: What to return if there is none.

        Returns:
            Its value.
        """
        return self._values.get(name.lower(), default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({self._values!r})"
