"""Methods of a client -> path items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rebind.upstream import components, conventions, describing, spelling, types
from rebind.upstream.components import Choice, Components, Keys
from rebind.upstream.namespaces import Spot
from rebind.upstream.sdk import Argument, Bound, Gap, Method, Resource, Sdk, Sent
from rebind.upstream.types import Schema

Json = dict[str, Any]

_JOB_SECONDS = 1200
"""What the SDK waits for a job at most."""
_READS = {
    "get", "list", "describe", "export", "query", "fetch", "lookup", "predict", "download",
    "search",
    "generate", "extract", "evaluate", "execute", "validate", "suggest", "check",
}  # fmt: skip
"""Verbs whose result somebody wants, also where the SDK does not say what it is."""
_KEYLESS = {"prediction", "streaming"}
_AFTER = {"start_after_id": "Id", "start_after_version": "Version"}
"""Arguments that name the last item before a page -> how the field ends that holds its name."""
_ENVELOPE: Json = {"type": "boolean", "const": True, "description": "Always `true`."}


def operation_id(method: Method) -> str:
    """The id of the operation: the action, in camel case."""
    return method.action[:1].lower() + method.action[1:]


def path(method: Method) -> str:
    """The address of the operation below its host."""
    if method.transport == "proxy":
        return f"/api/{method.action}"
    if method.transport == "job":
        return f"/api/create{method.action}Request"
    return f"/api/v0/{method.action}"


@dataclass(frozen=True)
class Calls:
    """Describes the methods of one SDK."""

    sdk: Sdk
    keys: Keys
    spots: Mapping[str, Spot]
    made: Components

    def items(self) -> dict[str, Json]:
        """Every path and its item, in the order of the SDK."""
        bound = self._bound()
        found: dict[str, Json] = {}
        for method in self.sdk.methods.values():
            item = self._operation(method, bound.get(method.name, []))
            found.setdefault(path(method), {})[method.verb.lower()] = item
        return found

    def _operation(self, method: Method, bound: list[Json]) -> Json:
        spot = self.spots[method.name]
        ident = operation_id(method)
        summary = describing.summary(method.name, spot.noun)
        item: Json = {
            "operationId": ident,
            "summary": summary,
            "x-rebind-resource": spot.resource,
            "x-rebind-name": spot.name,
        }
        if method.deprecated:
            item["deprecated"] = True
        parameters, body = self._sent(method, spot)
        flat = self._flat(method, ident)
        if flat:
            item["x-rebind-flat"] = flat
        item |= self._transport(method)
        if page := self._page(method):
            item["x-rebind-page"] = page
        if bound:
            item["x-rebind-bound"] = bound
        if parameters:
            item["parameters"] = parameters
        if body:
            item["requestBody"] = body
        item["responses"] = self._responses(method, spot)
        return item

    @staticmethod
    def _transport(method: Method) -> Json:
        """Where the call goes, and how long and how often it is tried."""
        said: Json = {}
        host = "proxy" if method.transport == "job" else method.transport
        if host != "plain":
            said["x-rebind-host"] = host
        if method.transport == "job":
            said["x-rebind-job"] = {
                "status": f"/api/get{method.action}Status",
                "id": "request_id",
                "state": "status",
                "pending": ["PENDING"],
                "failed": ["FAILED"],
                "result": "result",
                "delay": 1,
            }
        seconds = _JOB_SECONDS if method.transport == "job" else method.timeout
        if seconds:
            said["x-rebind-timeout"] = seconds
        if method.retry_500:
            said["x-rebind-retry"] = {"statuses": [500]}
        if method.extra:
            said["x-rebind-extra"] = True
        if method.streams:
            said["x-rebind-stream"] = True
        names = {argument.name for argument in method.arguments}
        if method.transport in _KEYLESS or {"deployment_token", "streaming_token"} <= names:
            said["security"] = [{"apiKey": []}, {}]
        return said

    def _page(self, method: Method) -> Json:
        """How a list goes on, where the SDK's names leave no doubt of it.

        It starts after the item that an argument names, and the items have one field that names
        them, of the same kind: an id or a version.
        """
        items = self.sdk.resources.get(method.result) if method.is_list else None
        sent = next((s for s in method.sent if s.argument.name in _AFTER), None)
        if items is None or sent is None or not items.ident.endswith(_AFTER[sent.argument.name]):
            return {}
        said = f"after `{items.ident}` of the last item, in `{sent.wire}`"
        self.made.choices.append(Choice("a list in pages", method.name, said))
        return {"cursor": sent.wire, "last": items.ident}

    def _flat(self, method: Method, ident: str) -> Any:
        """The flat name and the positional order, where they are not what the document says."""
        name = "" if spelling.snake(spelling.split(ident)) == method.name else method.name
        sent = [*(s for s in method.sent if s.where == "query")]
        sent += [s for s in method.sent if s.where != "query"]
        usual = sorted(sent, key=lambda s: not s.argument.required)
        order = [s.argument.name for s in usual]
        if order == [argument.name for argument in method.arguments]:
            return name
        wires = {s.argument.name: s.wire or s.argument.name for s in sent}
        said: Json = {"name": name} if name else {}
        return {**said, "order": [wires[argument.name] for argument in method.arguments]}

    def _sent(self, method: Method, spot: Spot) -> tuple[list[Json], Json]:
        query = [sent for sent in method.sent if sent.where == "query"]
        rest = [sent for sent in method.sent if sent.where != "query"]
        parameters = [self._parameter(method, sent, spot) for sent in query]
        if not rest:
            return parameters, {}
        multipart = method.multipart or (method.transport == "job" and method.verb == "PUT")
        form = any(sent.where == "form" for sent in rest)
        media = "application/json"
        if multipart or form:
            media = "multipart/form-data" if multipart else "application/x-www-form-urlencoded"
        schema = self._body(method, rest, spot)
        needed = bool(schema.get("required") or schema.get("minProperties"))
        required = needed or media == "application/json" or multipart
        return parameters, {"required": required, "content": {media: {"schema": schema}}}

    def _parameter(self, method: Method, sent: Sent, spot: Spot) -> Json:
        schema = self._schema(method, sent.argument)
        item: Json = {"name": sent.wire, "in": "query"}
        if sent.argument.required:
            item["required"] = True
        item["description"] = self._said(method, sent.argument, schema, spot)
        item |= self._named(sent)
        if sent.argument.deprecated:
            item["deprecated"] = True
        kinds = _kinds(schema)
        if sent.encoding != "plain":
            item["x-rebind-encoding"] = _encoding(sent)
        elif method.verb == "GET" and kinds & {"array", "object"}:
            alone = kinds <= {"array", "object", "null"}
            item["x-rebind-encoding"] = "json" if alone else "json-unless-string"
        elif "object" in kinds or not kinds:
            item["x-rebind-encoding"] = "json-unless-string"
        item["schema"] = schema
        return item

    @staticmethod
    def _named(sent: Sent) -> Json:
        name = sent.argument.name
        same = spelling.snake(spelling.split(sent.wire)) == name
        return {} if same else {"x-rebind-name": name}

    def _body(self, method: Method, sent: Sequence[Sent], spot: Spot) -> Schema:
        properties: Schema = {}
        schema: Schema = {"type": "object"}
        required: list[str] = []
        for part in sent:
            argument = part.argument
            if part.where == "files":
                said = describing.argument(argument.name, "", spot.noun)
                named = {"x-rebind-name": argument.name, "description": said}
                schema["additionalProperties"] = {**types.FILE, **named}
                if argument.required:
                    schema["minProperties"] = 1
                continue
            found = dict(types.FILE) if part.where == "file" else self._schema(method, argument)
            found = {**found, "description": self._said(method, argument, found, spot)}
            found |= self._named(part)
            if argument.deprecated:
                found["deprecated"] = True
            if part.encoding != "plain":
                found["x-rebind-encoding"] = _encoding(part)
            if argument.required:
                required.append(part.wire)
            properties[part.wire] = found
        if required:
            schema["required"] = required
        if "minProperties" in schema:
            schema["minProperties"] += len(required)
        if properties:
            schema["properties"] = properties
        return schema

    def _schema(self, method: Method, argument: Argument) -> Schema:
        try:
            found = types.schema(argument.annotation, self.keys.sent())
        except types.UnknownType:
            why = f"'{argument.annotation}' is no type that is known"
            what = f"{method.name}({argument.name})"
            self.made.gaps.append(
                Gap("upstream-type", what, why, "any value is allowed", method.place)
            )
            found = {}
        found = _open(found, self.sdk, self.keys)
        if argument.required:
            return found
        if argument.default is None:
            found = types.nullable(found)
        return {**found, "default": argument.default}

    @staticmethod
    def _said(method: Method, argument: Argument, schema: Schema, spot: Spot) -> str:
        return describing.argument(argument.name, components.kind_of(schema), spot.noun)

    def _responses(self, method: Method, spot: Spot) -> Json:
        failures = {
            "403": {"$ref": conventions.FORBIDDEN},
            "default": {"$ref": conventions.ERROR},
        }
        return {"200": self._success(method, spot), **failures}

    def _success(self, method: Method, spot: Spot) -> Json:
        if method.streams:
            media = {"application/octet-stream": {"schema": dict(types.FILE)}}
            return {"description": "The bytes, as they come.", "content": media}
        result, required, said = self._result(method, spot)
        if result is None:
            return {"$ref": conventions.DONE}
        needs = ["success", "result"] if required else ["success"]
        properties = {"success": dict(_ENVELOPE), "result": result}
        schema = {"type": "object", "required": needs, "properties": properties}
        return {"description": said, "content": {"application/json": {"schema": schema}}}

    def _result(self, method: Method, spot: Spot) -> tuple[Schema | None, bool, str]:
        """The schema of the result, whether it is always there, and what to say of it."""
        known = self.keys.received()
        if method.result:
            words = describing.say(spelling.split(method.result))
            if method.result not in known:
                return {}, False, f"The {words}."
            reference: Schema = {"$ref": known[method.result]}
            if method.is_list:
                *first, last = spelling.split(method.result)
                words = describing.say((*first, spelling.plural(last)))
                said = f"The {words}; an empty list where there are none."
                return {"type": "array", "items": reference}, True, said
            if method.name.startswith("list_"):
                self.made.choices.append(
                    Choice("a list that is declared as one object", method.name, method.result)
                )
            return reference, True, f"The {words}."
        if method.returns:
            try:
                found = types.schema(method.returns, known)
            except types.UnknownType:
                why = f"'{method.returns}' is no type that is known"
                self.made.gaps.append(
                    Gap("upstream-type", method.name, why, "any result is allowed", method.place)
                )
                found = {}
            if found.get("format") == "binary":
                found = {}  # JSON, whatever the annotation says
            return {**found, "description": "What the call gives."}, False, "What the call gives."
        verb = method.name.split("_")[0]
        if verb in _READS or (method.verb == "GET" and verb != "set"):
            self.made.choices.append(Choice("a result that nothing describes", method.name, "any"))
            return (
                {"description": "What the call gives; nothing describes it."},
                False,
                ("What the call gives."),
            )
        return None, False, ""

    def _bound(self) -> dict[str, list[Json]]:
        """Method -> the methods of objects that call it."""
        found: dict[str, list[Json]] = {}
        for resource in self.sdk.resources.values():
            for bound in (*resource.bound, *self._inherited(resource)):
                if bound.kind in ("call", "refresh", "status"):
                    target = self.sdk.methods[bound.target]
                    entry = self._entry(resource, bound, target)
                    found.setdefault(target.name, []).append(entry)
        return found

    def _inherited(self, resource: Resource) -> Iterator[Bound]:
        """The calls of the class that it extends, which go by fields that it has too."""
        base = self.sdk.resources.get(resource.base)
        if base is None:
            return
        own = {bound.name for bound in resource.bound}
        fields = {item.wire for item in resource.fields}
        for bound in (*base.bound, *self._inherited(base)):
            taken = {wire.strip("[]") for wire in bound.given.values()}
            if bound.kind in ("call", "status") and bound.name not in own and taken <= fields:
                yield bound

    def _entry(self, resource: Resource, bound: Bound, target: Method) -> Json:
        """A bound method."""
        wires = {sent.argument.name: sent.wire for sent in target.sent}
        entry: Json = {
            "schema": self.keys.resources[resource.name],
            "name": bound.name,
            "with": {wires[name]: _taken(wire) for name, wire in bound.given.items()},
        }
        if bound.fixed:
            entry["fixed"] = {wires[name]: value for name, value in bound.fixed.items()}
        known = {*bound.given, *bound.fixed}
        offered = [a.name for a in target.arguments if a.name not in known]
        if [name for name in offered if name in bound.passed] != offered:
            entry["only"] = [wires[name] for name in offered if name in bound.passed]
        if bound.kind == "refresh":
            entry["update"] = True
        elif bound.kind == "status":
            entry["field"] = wire_path(self.sdk, resource, bound.path)
        return entry


def _taken(wire: str) -> Any:
    """The field that a parameter is taken from; in a list where it is sent as a list of one."""
    return [wire[1:-1]] if wire.startswith("[") else wire


def wire_path(sdk: Sdk, resource: Resource, path: str) -> str:
    """A path of attributes by their names on the wire: `latest_version.status`."""
    found: list[str] = []
    owner: Resource | None = resource
    for name in path.split("."):
        item = next((f for f in owner.fields if f.name == name), None) if owner else None
        found.append(item.wire if item else spelling.camel(name))
        owner = sdk.resources.get(item.nested) if item and item.nested else None
    return ".".join(found)


def waits(sdk: Sdk, resource: Resource) -> list[Json]:
    """The waits of a class, for its schema."""
    found: list[Json] = []
    for bound in resource.bound:
        if bound.kind == "poll":
            target = sdk.methods[bound.target]
            wires = {sent.argument.name: sent.wire for sent in target.sent}
            wait: Json = {
                "name": bound.name,
                "operation": operation_id(target),
                "with": {wires[name]: wire for name, wire in bound.given.items()},
                "status": wire_path(sdk, resource, bound.path),
                "pending": sorted(bound.states),
            }
            found.append({**wait, "delay": bound.delay, "deadline": bound.deadline})
    return found


def _encoding(sent: Sent) -> str:
    """How a value is written, in the words of `x-rebind-encoding`."""
    return "json" if sent.encoding == "json" else "json-unless-string"


def _kinds(schema: Schema) -> set[str]:
    """The types that a schema admits; empty where it admits anything."""
    found = set(types.kinds_of(schema))
    for member in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        found |= _kinds(member) or {"object"}
    if "$ref" in schema:
        found.add("string")
    return found


def _open(found: Schema, sdk: Sdk, keys: Keys) -> Schema:
    """Enumerations are open: beside one, its bare type says nothing more."""
    enums = {components.POINTER + keys.enums[name] for name in sdk.enums}
    members = found.get("anyOf", [])
    listed = [m for m in members if m.get("$ref") in enums]
    if listed and all(m in listed or m == {"type": "string"} for m in members):
        return listed[0] if len(listed) == 1 else {"anyOf": listed}
    return found
