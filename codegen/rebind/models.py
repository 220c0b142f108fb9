"""Schemas -> classes: the only module that knows datamodel-code-generator.

It is given a cleaned document in which every schema that becomes a class is a component under the
name that `names` gave it. What it returns is read back by pointer, as types and values; our
template prints them.
"""

from __future__ import annotations

import ast
import json
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeGuard, cast

from rebind import ir, names
from rebind.names import Identifier, Names

_KEPT = {
    "discriminator", "ge", "gt", "le", "lt", "max_length", "min_length", "multiple_of", "pattern",
}  # fmt: skip
_HOLDER = "RebindOperation"
_SEVERAL = 2
"""A union of so many classes is called by its name."""
_DATES = {"date", "datetime", "time", "timedelta"}
_BASE = "rebind_generated.Model"

Rename = Callable[[Identifier], str]
_Holders = Mapping[str, Sequence[ir.Slot]]
"""Name of a component with one field -> the slots that have the type of that field."""


@dataclass(frozen=True)
class Type:
    """A Python type. Names of classes stand in it as given by `names`; print it with `text`."""

    source: str
    imports: Mapping[str, str] = field(default_factory=dict[str, str])
    """Name -> module, for every name that is neither a builtin nor a class of the API."""
    refs: tuple[Identifier, ...] = ()
    """The classes of the API in it, in order."""

    def text(self, rename: Rename | None = None) -> str:
        """The type as source, each class of the API spelled by `rename`."""
        if rename is None or all(rename(ref) == ref for ref in self.refs):
            return self.source
        return ast.unparse(_Renamed(rename, set(self.refs)).visit(self.node))

    @property
    def node(self) -> ast.expr:
        """The type as a tree of the caller's own."""
        return ast.parse(self.source, mode="eval").body

    @cached_property
    def plain(self) -> Type:
        """The type without `Annotated`: what a signature says."""
        if "Annotated" not in self.source:
            return self
        node = _Bare().visit(self.node)
        used = _used(node)
        imports = {k: v for k, v in self.imports.items() if k in used}
        return Type(ast.unparse(node), imports, self.refs)

    @cached_property
    def optional(self) -> bool:
        """Whether `None` is a value of it."""
        return any(ast.unparse(part) in ("None", "Any") for part in _union(_bare(self.node)))


@dataclass(frozen=True)
class Field:
    """An attribute of a class."""

    wire: str
    type: Type
    default: str | None
    """Source text, or None where a value is required."""


@dataclass(frozen=True)
class Class:
    """What a schema became."""

    pointer: ir.Pointer
    kind: Literal["object", "enum", "alias", "root"]
    fields: tuple[Field, ...] = ()
    values: tuple[str | int, ...] = ()
    """The values of an enumeration."""
    value_type: str = ""
    type: Type | None = None
    """What an alias stands for."""
    extra: Type | None = None
    """The type of what an object holds beside its fields."""

    @property
    def refs(self) -> tuple[Identifier, ...]:
        """The classes that this one mentions."""
        types = [*(f.type for f in self.fields), self.type, self.extra]
        return tuple(dict.fromkeys(ref for t in types if t for ref in t.refs))


@dataclass(frozen=True)
class Models:
    """Every class, and the type of every slot of every operation."""

    classes: Mapping[ir.Pointer, Class]
    slots: Mapping[ir.Pointer, Type]
    unread: tuple[ir.Pointer, ...] = ()
    """Schemas for which no class came back."""


def model(api: ir.Api, given: Names) -> Models:
    """Have the classes and types made, and read them back.

    Args:
        api: The API.
        given: The names of its classes.

    Returns:
        What the schemas and slots are in Python.
    """
    return made(api, given, alike(api))


def alike(api: ir.Api) -> list[list[ir.Slot]]:
    """The slots of all operations, those of one schema together: they have one type."""
    found: dict[str, list[ir.Slot]] = {}
    for slot in _slots(api):
        found.setdefault(json.dumps(slot.schema), []).append(slot)
    return list(found.values())


def made(api: ir.Api, given: Names, slots: Sequence[Sequence[ir.Slot]]) -> Models:
    """Have the classes of an API made, and the types of some slots.

    Args:
        api: The API; its schemas refer to no others.
        given: The names of its classes.
        slots: Those that are wanted, those of one schema together.

    Returns:
        What they are in Python.
    """
    holders = {f"{_HOLDER}{i}": same for i, same in enumerate(slots)}
    source, metadata = _generate(_document(api, given, holders))
    return _Reader(api, given, holders, source, metadata).models()


def _slots(api: ir.Api) -> Iterator[ir.Slot]:
    seen: set[str] = set()
    for operation in api.operations:
        found = [p.slot for p in operation.parameters]
        if operation.body and operation.body.whole:
            found.append(operation.body.whole)
        found += [reply.slot for reply in operation.replies if reply.slot]
        found += [operation.page.item] if operation.page else []
        for slot in found:
            if slot.pointer not in seen:
                seen.add(slot.pointer)
                yield slot


def _document(api: ir.Api, given: Names, holders: _Holders) -> dict[str, Any]:
    """The cleaned document: nothing in it but types, no key that could be obeyed."""
    refs = {
        pointer: f"#/components/schemas/{given.classes[_meant(api, pointer)]}"
        for pointer in api.schemas
    }
    schemas: dict[str, Any] = {
        given.classes[pointer]: _cleaned(schema.data, refs)
        for pointer, schema in api.schemas.items()
        if "$ref" not in schema.data
    }
    for name, (slot, *_) in holders.items():
        schemas[name] = {
            "type": "object",
            "properties": {"value": _cleaned(slot.schema, refs)},
            "required": ["value"],
        }
    info = {"title": "models", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": schemas}}


def _meant(api: ir.Api, pointer: ir.Pointer) -> ir.Pointer:
    """What a schema is another name for, in the end; itself if it is not."""
    seen: set[str] = set()
    while "$ref" in (data := api.schemas[pointer].data) and pointer not in seen:
        seen.add(pointer)
        pointer = data["$ref"]
    return pointer


def _cleaned(data: Any, refs: Mapping[ir.Pointer, str]) -> Any:
    if isinstance(data, Mapping):
        known = cast("Mapping[str, Any]", data)
        if isinstance(known.get("$ref"), str):
            return {"$ref": refs[known["$ref"]]}
        cleaned: dict[str, Any] = {}
        for key, value in known.items():
            if key == "properties":
                cleaned[key] = {name: _cleaned(prop, refs) for name, prop in value.items()}
            elif key in ("enum", "const", "default"):
                cleaned[key] = value
            elif key == "mapping":
                cleaned[key] = {tag: refs[target] for tag, target in value.items()}
            elif not key.startswith("x-"):
                cleaned[key] = _cleaned(value, refs)
        return cleaned
    return [_cleaned(item, refs) for item in data] if _is_list(data) else data


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _generate(document: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if not document["components"]["schemas"]:
        return "", {"models": []}
    from datamodel_code_generator import generate
    from datamodel_code_generator.enums import DataModelType, InputFileType
    from datamodel_code_generator.format import DatetimeClassType, PythonVersion

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        metadata = Path(folder) / "metadata.json"
        source = generate(
            document,
            input_file_type=InputFileType.OpenAPI,
            output_model_type=DataModelType.PydanticV2BaseModel,
            target_python_version=PythonVersion.PY_310,
            formatters=[],
            base_class=_BASE,
            use_annotated=True,
            field_constraints=True,
            use_union_operator=True,
            use_subclass_enum=True,
            use_double_quotes=True,
            strict_nullable=True,
            strict_refs=True,
            allow_remote_refs=False,
            treat_dot_as_module=False,
            disable_timestamp=True,
            output_datetime_class=DatetimeClassType.Datetime,
            emit_model_metadata=metadata,
        )
        return cast("str", source), json.loads(metadata.read_text(encoding="utf-8"))


class _Reader:
    """Reads generated source back: classes by the name of their component, fields by wire name."""

    def __init__(
        self,
        api: ir.Api,
        given: Names,
        holders: _Holders,
        source: str,
        metadata: dict[str, Any],
    ) -> None:
        self.api = api
        self.given = given
        self.holders = holders
        self.source: dict[str, ast.ClassDef] = {}
        self.roots: dict[str, ast.expr] = {}
        """What stands for another type, and which."""
        self.imports: dict[str, str] = {}
        self.spelled: dict[str, str] = {}
        self.component: dict[str, str] = {}
        self.wires: dict[str, dict[str, str]] = {}
        for entry in metadata["models"]:
            path = cast("list[str]", entry["source_path"])
            if path[:2] == ["components", "schemas"] and len(path) == 3:
                self.component[entry["class_name"]] = path[2]
            self.wires[entry["class_name"]] = {
                f["name"]: f["original_name"] for f in entry.get("fields", ())
            }
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef):
                self.source[node.name] = node
                if any(ast.unparse(base).startswith("RootModel") for base in node.bases):
                    self.roots[node.name] = _unquoted(self.annotation(node, "root"))
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                self.roots[ast.unparse(node.targets[0])] = _unquoted(
                    node.value.args[1]
                )  # TypeAliasType
            elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
                self.imports.update({a.name: node.module or "" for a in node.names})
                self.spelled.update({a.asname or a.name: a.name for a in node.names})
        self.pointers = {name: pointer for pointer, name in given.classes.items()}
        self.made = {component: name for name, component in self.component.items()}
        self.recursive = self.recursive_roots()
        self.spoken = self.spoken_roots()

    def models(self) -> Models:
        classes: dict[str, Class] = {}
        unread: list[str] = []
        for pointer, schema in self.api.schemas.items():
            if "$ref" in schema.data:  # another name for something
                meant = self.given.classes[_meant(self.api, pointer)]
                target = ast.Name(self.made[meant])
                classes[pointer] = Class(pointer, "alias", type=self.type(target))
                continue
            name = self.made.get(self.given.classes[pointer], "")
            if name in self.roots:
                kind: Literal["root", "alias"] = "root" if name in self.recursive else "alias"
                classes[pointer] = Class(pointer, kind, type=self.type(self.roots[name]))
            elif name in self.source:
                classes[pointer] = self.read(pointer, self.source[name])
            else:
                unread.append(pointer)
        slots: dict[str, Type] = {}
        for name, alike in self.holders.items():
            found = self.type(self.annotation(self.source[self.made[name]], "value"))
            slots.update((slot.pointer, found) for slot in alike)
        return Models(classes, slots, tuple(unread))

    def read(self, pointer: str, node: ast.ClassDef) -> Class:
        if self.is_enum(node):
            values = tuple(
                cast("str | int", value) for value in self.api.schemas[pointer].data["enum"]
            )
            kinds = {type(value) for value in values}
            value_type = "str" if kinds == {str} else "int" if kinds == {int} else ""
            return Class(pointer, "enum", values=values, value_type=value_type)
        wires = self.wires.get(node.name, {})
        fields: list[Field] = []
        extra = None
        for item in node.body:
            if isinstance(item, ast.Assign) and ast.unparse(item.targets[0]) == "__annotations__":
                (held,) = cast("ast.Dict", item.value).values
                extra = self.type(cast("ast.Tuple", cast("ast.Subscript", held).slice).elts[1])
            if not isinstance(item, ast.AnnAssign) or not isinstance(item.target, ast.Name):
                continue
            if item.target.id in wires:
                fields.append(self.field(wires[item.target.id], item, pointer))
        order = {wire: i for i, wire in enumerate(self.api.schemas[pointer].data["properties"])}
        fields.sort(key=lambda f: order.get(f.wire, len(order)))
        return Class(pointer, "object", fields=tuple(fields), extra=extra)

    def field(self, wire: str, item: ast.AnnAssign, pointer: str) -> Field:
        found = self.type(item.annotation)
        default = None if item.value is None else ast.unparse(item.value)
        data = self.api.schemas[pointer].data
        required = wire in data.get("required", ())
        if required:
            default = None
        elif default is None or not _is_scalar(item.value):
            default = "None"
        if default == "None" and not found.optional:
            found = Type(ast.unparse(_or_none(found.node)), found.imports, found.refs)
        return Field(wire, found, default)

    @staticmethod
    def annotation(node: ast.ClassDef, name: str) -> ast.expr:
        for item in node.body:
            if (
                isinstance(item, ast.AnnAssign)
                and isinstance(item.target, ast.Name)
                and item.target.id == name
            ):
                return item.annotation
        return ast.Name("Any")

    def type(self, annotation: ast.expr) -> Type:
        """An annotation as datamodel-code-generator wrote it, in the terms of this project."""
        node = _Emptied().visit(_Translated(self).visit(_unquoted(annotation)))
        used = _used(node)
        refs = tuple(dict.fromkeys(Identifier(n) for n in _names(node) if n in self.pointers))
        known = {**self.imports, "Literal": "typing", "Annotated": "typing", "Any": "typing"}
        imports = {n: known[n] for n in sorted(used) if n in known and known[n] != "builtins"}
        if "dt" in used:
            imports["dt"] = ""
        imports = {k: v for k, v in imports.items() if k not in refs}
        return Type(ast.unparse(node), imports, refs)

    def is_enum(self, node: ast.ClassDef) -> bool:
        return any(ast.unparse(base) in ("Enum", "IntEnum", "StrEnum") for base in node.bases)

    def spoken_roots(self) -> set[str]:
        """The aliases that are called by their names: unions of several classes.

        One that leads back to itself is not: its module and theirs would wait for each other.
        """
        edges = {name: set(_names(root)) for name, root in self.roots.items()}
        for name, node in self.source.items():
            inside = (i.annotation for i in node.body if isinstance(i, ast.AnnAssign))
            edges.setdefault(name, set()).update(n for a in inside for n in _names(_unquoted(a)))
        return {
            name
            for name, root in self.roots.items()
            if name not in self.recursive
            and len([ref for ref in _names(root) if ref in self.source]) >= _SEVERAL
            and self.is_named(name)
            and not _reaches(name, name, edges)
        }

    def is_named(self, name: str) -> bool:
        """Whether something is a component with a name of its own."""
        pointer = self.pointers.get(Identifier(self.component.get(name, "")))
        return pointer is not None and self.api.schemas[pointer].named

    def recursive_roots(self) -> set[str]:
        """The aliases that stand for something with themselves in it: these stay classes."""
        direct = {
            name: {ref for ref in _names(root) if ref in self.roots}
            for name, root in self.roots.items()
        }
        return {name for name in direct if _reaches(name, name, direct)}


def _reaches(start: str, goal: str, edges: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    pending = list(edges.get(start, ()))
    while pending:
        name = pending.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            pending += edges.get(name, ())
    return False


class _Unquoted(ast.NodeTransformer):
    """Forward references without their quotes, unions as `|`."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, str):
            return cast("ast.expr", self.visit(ast.parse(node.value, mode="eval").body))
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        name = ast.unparse(node.value)
        if name == "Literal":
            return node
        node = cast("ast.Subscript", self.generic_visit(node))
        if name == "Optional":
            return _or_none(node.slice)
        if name == "Union" and isinstance(node.slice, ast.Tuple):
            joined, *rest = node.slice.elts
            for member in rest:
                joined = ast.BinOp(joined, ast.BitOr(), member)
            return joined
        return node


class _Translated(ast.NodeTransformer):
    """Class names as ours, aliases and inline enumerations said in place, dates from `dt`."""

    def __init__(self, reader: _Reader) -> None:
        self.reader = reader

    def visit_Name(self, node: ast.Name) -> ast.expr:
        reader = self.reader
        if node.id in reader.spoken:
            return ast.Name(reader.component[node.id])
        if node.id in reader.roots and node.id not in reader.recursive:
            return cast("ast.expr", self.visit(_copy(reader.roots[node.id])))
        component = reader.component.get(node.id)
        made = reader.source.get(node.id)
        if made is None or component is None:
            name = reader.spelled.get(node.id, node.id)
            if name in _DATES and reader.imports.get(name) == "datetime":
                return ast.Attribute(ast.Name("dt"), name)
            return ast.Name(name)
        schema = reader.api.schemas[reader.pointers[Identifier(component)]]
        if reader.is_enum(made) and not schema.named:
            values: list[ast.expr] = [ast.Constant(value) for value in schema.data["enum"]]
            inside = values[0] if len(values) == 1 else ast.Tuple(values, ast.Load())
            return ast.Subscript(ast.Name("Literal"), inside)
        return ast.Name(component)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id == "Literal":
            return node
        return cast("ast.expr", self.generic_visit(node))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """`Field(...)` in an annotation: constraints stay, what we print ourselves goes."""
        kept = [keyword for keyword in node.keywords if keyword.arg in _KEPT]
        for keyword in kept:
            if keyword.arg == "discriminator" and isinstance(keyword.value, ast.Constant):
                keyword.value = ast.Constant(self.attribute(str(keyword.value.value)))
        return ast.Call(self.visit(node.func), [], kept)

    def attribute(self, name: str) -> str:
        """The attribute that a discriminator is read from, as we call it."""
        for made, component in self.reader.component.items():
            wire = self.reader.wires.get(made, {}).get(name)
            pointer = self.reader.pointers.get(Identifier(component))
            if wire is not None and pointer and (pointer, wire) in self.reader.given.fields:
                return self.reader.given.fields[pointer, wire]
        return names.snake([name])


class _Renamed(ast.NodeTransformer):
    def __init__(self, rename: Rename | None, known: set[Identifier]) -> None:
        self.rename = rename
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if self.rename and node.id in self.known:
            return ast.parse(self.rename(Identifier(node.id)), mode="eval").body
        return node


class _Bare(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        node = cast("ast.Subscript", self.generic_visit(node))
        if isinstance(node.value, ast.Name) and node.value.id == "Annotated":
            return cast("ast.Tuple", node.slice).elts[0]
        return node


def _copy(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(node), mode="eval").body


def _unquoted(node: ast.expr) -> ast.expr:
    return cast("ast.expr", _Unquoted().visit(_copy(node)))


class _Emptied(ast.NodeTransformer):
    """No `Annotated` that annotates nothing, each member of a union once, no bare `list`."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        bare = {"list": "list[Any]", "dict": "dict[str, Any]"}.get(node.id)
        return ast.parse(bare, mode="eval").body if bare else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        node = ast.Subscript(node.value, cast("ast.expr", self.visit(node.slice)))
        if isinstance(node.value, ast.Name) and node.value.id == "Annotated":
            inner, *rest = cast("ast.Tuple", node.slice).elts
            kept = [r for r in rest if not (isinstance(r, ast.Call) and not r.keywords)]
            return (
                ast.Subscript(node.value, ast.Tuple([inner, *kept], ast.Load())) if kept else inner
            )
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        parts = [cast("ast.expr", self.visit(part)) for part in _union(node)]
        flat = {ast.unparse(p): p for part in parts for p in _union(part)}
        if "Any" in flat:
            return ast.Name("Any")
        last = [flat.pop("None")] if "None" in flat else []
        members = [*flat.values(), *last]
        result = members[0]
        for member in members[1:]:
            result = ast.BinOp(result, ast.BitOr(), member)
        return result


def _union(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_union(node.left), *_union(node.right)]
    return [node]


def _bare(node: ast.expr) -> ast.expr:
    """What an `Annotated` annotates."""
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Annotated":
        return _bare(cast("ast.Tuple", node.slice).elts[0])
    return node


def _or_none(node: ast.expr) -> ast.expr:
    return ast.BinOp(node, ast.BitOr(), ast.Constant(None))


def _names(node: ast.expr) -> list[str]:
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]


def _used(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _is_scalar(node: ast.expr | None) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant)
