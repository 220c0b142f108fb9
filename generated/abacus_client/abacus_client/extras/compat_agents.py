"""What the function of an agent returns where it returns more than text."""

from __future__ import annotations

import json
from typing import Any


class AgentResponse:
    """What an agent answers: values, files and sections, some of them by name.

    Args:
        args: Values that can be written as JSON, or sections and files.
        kwargs: The same, by name.

    Raises:
        TypeError: A value without a name cannot be sent.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for value in args:
            if not hasattr(value, "to_dict") and not _is_json(value):
                kind = type(value).__name__
                raise TypeError(f"a {kind} needs a name: {type(self).__name__}(name=value)")
        self.data_list: list[Any] = list(args)
        self.section_data_list: list[dict[str, Any]] = [{key: kwargs[key]} for key in kwargs]

    def to_dict(self) -> dict[str, Any]:
        """Make a dictionary.

        Returns:
            `data_list` with the values that have no name, and the others by their names.
        """
        found: dict[str, Any] = {"data_list": self.data_list} if self.data_list else {}
        for section in self.section_data_list:
            for name, value in section.items():
                is_section = hasattr(value, "section_key") or hasattr(value, "message_id")
                found[name] = value.to_dict() if is_section else value
        return found

    def __getattr__(self, name: str) -> Any:
        for section in self.__dict__.get("section_data_list", ()):
            if name in section:
                return section[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


class ToolResponse(AgentResponse):
    """What a tool answers."""


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True
