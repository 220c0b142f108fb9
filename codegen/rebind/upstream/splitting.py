"""A whole document -> the files of a description: the root, and one for each resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rebind.lower.terms import is_dict, is_list
from rebind.source import step, steps
from rebind.upstream import describing

Json = dict[str, Any]

ROOT = "openapi.yaml"
_OTHERS = "others"
"""The file of schemas that no operation reaches."""
_SCHEMAS = "#/components/schemas/"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_ORDER = ("openapi", "info", "servers", "security", "tags")
_OPERATION = ("operationId", "tags", "deprecated", "summary", "description")


def split(data: Json) -> dict[str, Json]:
    """Divide a document.

    Args:
        data: The whole document; its operations have `x-rebind-resource`.

    Returns:
        File -> what stands in it. Schemas stand with the one resource that uses them, and in the
        root where several do.
    """
    schemas: Json = data.get("components", {}).get("schemas", {})
    items = dict(_resources(data["paths"]))
    homes = _homes(items, schemas)
    files: dict[str, Json] = {}
    for resource, operations in items.items():
        files[f"resources/{resource}.yaml"] = {"operations": operations}
    for name, schema in schemas.items():
        file = homes[name]
        if file != ROOT:
            files.setdefault(file, {}).setdefault("schemas", {})[name] = schema
    found = {name: _localised(files[name], name, homes) for name in sorted(files)}
    root = _root(data, homes)
    return {ROOT: _localised(root, ROOT, homes), **found}


def _resources(paths: Json) -> Iterator[tuple[str, Json]]:
    """Resource -> its path items by operation id, in the order of the resources' names."""
    found: dict[str, Json] = {}
    for item in paths.values():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                resource = operation["x-rebind-resource"]
                listed = {"operationId": operation["operationId"]}
                listed["tags"] = [describing.heading(resource)]
                ordered = {k: operation[k] for k in _OPERATION if k in operation}
                made = {**listed, **ordered, **operation, "tags": listed["tags"]}
                made["responses"] = _ordered(operation["responses"])
                entry = found.setdefault(resource, {}).setdefault(_name(item), {})
                entry[method] = made
    yield from sorted(found.items())


def _ordered(responses: Json) -> Json:
    """Replies by their status, `default` last."""
    return dict(sorted(responses.items(), key=lambda pair: (pair[0] == "default", pair[0])))


def _name(item: Json) -> str:
    """The name of a path item: the id of its first operation."""
    return str(next(item[method]["operationId"] for method in _METHODS if method in item))


def _root(data: Json, homes: Mapping[str, str]) -> Json:
    paths: Json = {}
    tags: list[Json] = []
    resources: dict[str, list[str]] = {}
    for path, item in data["paths"].items():
        first = next(item[method] for method in _METHODS if method in item)
        resource = first["x-rebind-resource"]
        resources.setdefault(resource, []).append(path)
    said = {tag["name"]: tag for tag in data.get("tags", [])}
    for resource in sorted(resources):
        name = describing.heading(resource)
        tags.append(
            {
                "name": name,
                **said.get(name, {"description": f"What concerns {name[:1].lower() + name[1:]}."}),
            }
        )
        for path in resources[resource]:
            target = f"resources/{resource}.yaml#/operations/{_name(data['paths'][path])}"
            paths[path] = {"$ref": target}
    root = {key: data[key] for key in _ORDER if key in data}
    root |= {key: value for key, value in data.items() if key not in ("paths", "components")}
    components: Json = dict(data.get("components", {}))
    kept = {
        name: schema if homes[name] == ROOT else {"$ref": f"{homes[name]}#/schemas{step(name)}"}
        for name, schema in components.get("schemas", {}).items()
        if homes[name] in (ROOT, f"resources/{_OTHERS}.yaml")
    }
    root = {**root, "tags": tags, "paths": paths}
    return {**root, "components": {**components, "schemas": kept}}


def _homes(items: Mapping[str, Json], schemas: Json) -> dict[str, str]:
    """Schema -> the file that it stands in."""
    direct = {name: set(_references(schema)) for name, schema in schemas.items()}
    users: dict[str, set[str]] = {name: set() for name in schemas}
    for resource, operations in items.items():
        waiting = [*_references(operations), *_bound(operations)]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in direct:
                continue
            seen.add(name)
            users[name].add(resource)
            waiting += direct[name]
    homes: dict[str, str] = {}
    for name, used in users.items():
        own = [r for r in used if describing.heading(r).lower().replace(" ", "") in _plurals(name)]
        if name == "ErrorReply" or (len(used) > 1 and not own):
            homes[name] = ROOT
        elif used:
            homes[name] = f"resources/{(own or sorted(used))[0]}.yaml"
        else:
            homes[name] = f"resources/{_OTHERS}.yaml"
    return homes


def _plurals(name: str) -> set[str]:
    low = name.lower()
    plural = f"{low[:-1]}ies" if low.endswith("y") else f"{low}s"
    return {low, plural, f"{low}es", f"{low[:-2]}es"}


def _references(data: Any) -> Iterator[str]:
    """The schemas that something refers to, by name."""
    for node in _nodes(data):
        for value in (node.get("$ref"), *_mapping(node).values()):
            if isinstance(value, str) and value.startswith(_SCHEMAS):
                yield steps(value)[-1]


def _bound(operations: Json) -> Iterator[str]:
    """The schemas whose objects have methods that call the operations."""
    for node in _nodes(operations):
        for bound in node.get("x-rebind-bound", ()):
            yield str(bound["schema"])


def _mapping(node: Json) -> Json:
    discriminator = node.get("discriminator")
    mapping = discriminator.get("mapping") if is_dict(discriminator) else None
    return mapping if is_dict(mapping) else {}


def _nodes(data: Any) -> Iterator[Json]:
    waiting = [data]
    while waiting:
        node = waiting.pop()
        if is_dict(node):
            yield node
            waiting += node.values()
        elif is_list(node):
            waiting += node


def _localised(data: Any, file: str, homes: Mapping[str, str]) -> Any:
    """The same with references as the file has to write them."""
    if is_list(data):
        return [_localised(item, file, homes) for item in data]
    if not is_dict(data):
        return data
    found: Json = {}
    for key, value in data.items():
        if key == "$ref" and isinstance(value, str):
            found[key] = _reference(value, file, homes)
        elif key == "mapping" and "propertyName" in data:
            found[key] = {k: _reference(v, file, homes) for k, v in value.items()}
        else:
            found[key] = _localised(value, file, homes)
    return found


def _reference(pointer: str, file: str, homes: Mapping[str, str]) -> str:
    if not pointer.startswith("#/components/"):
        return pointer
    name = steps(pointer)[-1]
    home = homes.get(name, ROOT) if pointer.startswith(_SCHEMAS) else ROOT
    target = pointer.removeprefix("#") if home == ROOT else f"/schemas{step(name)}"
    if home == file:
        return f"#{target}"
    if file == ROOT:
        return f"{home}#{target}"
    return f"../{ROOT}#{target}" if home == ROOT else f"{home.rpartition('/')[2]}#{target}"
