"""Views -> files: Jinja2, and a filter for each kind of text."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from rebind.files import DESCRIPTION, Files
from rebind.views.shown import Package
from rebind.views.text import docstring

_HERE = Path(__file__).parent


def render(package: Package, description: str, compiled: dict[str, str]) -> Files:
    """Print the package.

    Args:
        package: Finished strings.
        description: The API's description, as one file.
        compiled: Templates as an earlier run compiled them; brought up to date.

    Returns:
        Its files, not yet formatted, and the runtime as it is.
    """
    jinja = _environment(compiled)
    inside = package.name
    files: Files = {}

    def put(path: str, template: str, mark: str = "", **more: Any) -> None:
        files[path] = jinja.get_template(template).render(
            p=package, header=f"# {package.generated_by}", mark=mark, **more
        )

    put("pyproject.toml", "pyproject.toml.jinja")
    put("README.md", "README.md.jinja")
    put("api.md", "api.md.jinja")
    put(f"{inside}/__init__.py", "package.py.jinja")
    put(f"{inside}/_api.py", "api.py.jinja")
    put(f"{inside}/_client.py", "client.py.jinja")
    put(f"{inside}/errors.py", "errors.py.jinja")
    put(f"{inside}/models/__init__.py", "models.py.jinja")
    put(f"{inside}/resources/__init__.py", "resources.py.jinja")
    for model in package.models:
        # A field may be called like a decorator; none begins with an underscore.
        put(
            f"{inside}/models/{model.module}.py",
            "model.py.jinja",
            mark="_",
            m=model,
            imports=model.imports,
        )
    for resource in package.resources:
        put(
            f"{inside}/resources/{resource.module}.py",
            "resource.py.jinja",
            r=resource,
            imports=resource.imports,
        )
    flat = package.compat
    if flat is not None:
        home, classes = f"{inside}/compat", f"{inside}/compat/{flat.classes}"
        put(f"{home}/__init__.py", "compat.py.jinja", c=flat)
        put(f"{classes}/__init__.py", "compat_classes.py.jinja", c=flat)
        for module in flat.modules:
            put(f"{home}/{module}.py", "compat_module.py.jinja")
        for group in flat.groups:
            put(
                f"{home}/{group.module}.py", "flat_methods.py.jinja", g=group, imports=group.imports
            )
        for made in flat.objects:
            put(f"{classes}/{made.module}.py", "flat_class.py.jinja", o=made, imports=made.imports)
        for enum in flat.enums:
            put(f"{classes}/{enum.module}.py", "flat_enum.py.jinja", e=enum)
        if flat.error is not None:
            put(f"{home}/errors.py", "flat_errors.py.jinja", c=flat)
        if flat.client is not None:
            put(f"{home}/client.py", "flat_client.py.jinja", c=flat)
    files[f"{inside}/py.typed"] = ""
    files.update({f"{inside}/extras/{name}": text for name, text in package.extras.items()})
    files[f"{inside}/{DESCRIPTION}"] = description
    files.update({f"{inside}/_runtime/{name}": text for name, text in runtime().items()})
    return files


def runtime() -> Mapping[str, str]:
    """The runtime's modules, as they are copied into every package."""
    folder = _HERE / "runtime"
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.py"))
    }


class _Compiled(BytecodeCache):
    """Compiled templates, as text."""

    def __init__(self, kept: dict[str, str]) -> None:
        self._kept = kept

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(b64decode(self._kept[bucket.key]))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = b64encode(bucket.bytecode_to_string()).decode()


def _environment(compiled: dict[str, str]) -> Environment:
    jinja = Environment(
        bytecode_cache=_Compiled(compiled),
        loader=FileSystemLoader(_HERE / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # templates stay as they are while they print
        autoescape=False,  # Python, TOML and Markdown, each with a filter of its own
    )
    jinja.filters.update(
        literal=repr,
        docstring=_docstring,
        toml=_toml,
        markdown=_markdown,
        cell=_cell,
    )
    return jinja


def _docstring(text: str, indent: int = 0) -> str:
    return docstring([text], indent)


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _cell(text: str) -> str:
    return _markdown(text).replace("|", "\\|")


def _markdown(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;")
