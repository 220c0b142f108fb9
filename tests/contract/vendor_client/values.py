"""Values that JSON cannot say, and back; runs in the environment of the vendor's client.

- `{"$input": "SamplingConfig", "with": {...}}`: an input object, by keywords; `"by": [...]` gives
  its arguments by position instead.
- `{"$enum": "LLMName", "member": "OPENAI_GPT4"}`: a member of an enum.
- `{"$object": "Project", "fields": {...}}`: a resource object.
- `{"$file": "rows.csv", "text": "a,b"}`: an open file with that name.
- `{"$bytes": "base64"}`: bytes.
"""

from __future__ import annotations

import base64
import os
import tempfile
from typing import Any

import abacusai
import catalogue


def read(value: Any, files: list[Any]) -> Any:
    """The value that a text in JSON stands for; files that were opened are added to the list."""
    if isinstance(value, list):
        return [read(item, files) for item in value]
    if not isinstance(value, dict):
        return value
    if "$input" in value:
        cls = catalogue.input_class(value["$input"])
        if "by" in value:
            return cls(*read(value["by"], files))
        return cls(**read(value["with"], files))
    if "$enum" in value:
        return catalogue.enum_named(value["$enum"])[value["member"]]
    if "$object" in value:
        # Objects build their parts with their client; nothing is asked of this one.
        client = abacusai.ApiClient.__new__(abacusai.ApiClient)
        return catalogue.resource(value["$object"])(client, **value["fields"])
    if "$bytes" in value:
        return base64.b64decode(value["$bytes"])
    if "$file" in value:
        path = os.path.join(tempfile.mkdtemp(prefix="vendor-"), value["$file"])
        with open(path, "wb") as file:
            file.write(value["text"].encode())
        files.append(open(path, "rb"))  # noqa: SIM115  (closed after the call)
        return files[-1]
    return {key: read(item, files) for key, item in value.items()}


def plain(value: Any) -> Any:
    """Objects as their `to_dict()`, streams as their bytes, everything else as it is."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if hasattr(value, "read"):
        return plain(value.read())
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return getattr(value, "value", value)


def class_of(value: Any) -> str | None:
    """The name of the vendor's class of an object, or of the objects in a list."""
    if isinstance(value, list):
        names = {class_of(item) for item in value} - {None}
        return names.pop() if len(names) == 1 else None
    return type(value).__name__ if hasattr(value, "to_dict") else None
