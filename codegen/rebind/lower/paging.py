"""Pages of lists: where they stand, and what their items are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from rebind import ir
from rebind.lower.terms import Json
from rebind.openapi.fields import follow, results, variants
from rebind.openapi.survey import Survey


def page_of(
    survey: Survey, schemas: Mapping[str, ir.Schema], operation: ir.Operation, item: Json
) -> ir.Page | None:
    """Read how the pages of an operation follow one another.

    Args:
        survey: The resolved data.
        schemas: The schemas so far, by pointer.
        operation: The operation.
        item: The same as it is written.

    Returns:
        How; None if it returns no pages.
    """
    said: Json | None = item.get("x-rebind-page")
    slot = next((r.slot for r in operation.replies if r.success and r.kind == "json"), None)
    if said is None or slot is None:
        return None
    result = next(results(survey, item), None)

    def keys(name: str) -> tuple[str, ...]:
        return follow(survey, result, said[name]).keys if name in said else ()

    by = next(way for way in ("cursor", "url", "link", "page", "offset") if way in said)
    path = keys("items")
    schema = _item(slot.schema, path, schemas)
    last = _last(survey, result, said) if "last" in said else ()
    sent = next((p for p in operation.parameters if p.wire == said[by]), None)
    default = sent.default if sent and isinstance(sent.default, int) else 1
    return ir.Page(
        by=by,
        items=path,
        item=ir.Slot(f"{slot.pointer}/x-rebind-page", schema),
        place=sent.place if sent else "body",
        wire=said[by] if by in ("cursor", "page", "offset") else "",
        next=keys("url" if by == "url" else "next"),
        last=last,
        first=said.get("first", default),
        more=keys("more"),
        total=keys("total"),
        pages=keys("pages"),
    )


def _last(survey: Survey, result: Any, said: Json) -> tuple[str, ...]:
    listed = follow(survey, result, said["items"]).schema if "items" in said else result
    inner = next(v["items"] for v in variants(survey, listed) if "items" in v)
    return follow(survey, inner, said["last"]).keys


def _item(
    schema: ir.SchemaData, path: tuple[str, ...], schemas: Mapping[str, ir.Schema]
) -> ir.SchemaData:
    """The schema of an item, as it was lowered with the reply that holds it."""
    for key in path:
        known: list[Json] = [v.get("properties") or {} for v in _variants(schema, schemas)]
        schema = next((own[key] for own in known if key in own), Json())
    lists = [v["items"] for v in _variants(schema, schemas) if "items" in v]
    return cast("ir.SchemaData", lists[0]) if lists else {}


def _variants(schema: ir.SchemaData, schemas: Mapping[str, ir.Schema]) -> Iterator[ir.SchemaData]:
    seen: set[str] = set()
    todo = [schema]
    while todo:
        part = todo.pop(0)
        pointer = part.get("$ref")
        if isinstance(pointer, str):
            if pointer not in seen and pointer in schemas:
                seen.add(pointer)
                todo.append(schemas[pointer].data)
            continue
        yield part
        for key in ("anyOf", "oneOf"):
            todo.extend(part.get(key) or ())
