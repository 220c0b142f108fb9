"""What the operations of a document do to things that can be created, read, changed and deleted.

Nothing in OpenAPI says so; it is inferred from paths, methods, names and schemas, and from
`x-rebind-bound` where the document has it. The rules are in docs/mock.md. What no rule covers has
no role, and is answered from examples.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from .replies import Replies
from .routes import Operation
from .schemas import Schema, Schemas, component
from .values import elements, is_object, members
from .wire import Reader

Effect = Literal["create", "list", "get", "update", "delete", "delete-item", "act"]

_WORDS: Final[Mapping[Effect, str]] = {
    "create": "add create insert make new open register start",
    "get": "describe fetch find get load read retrieve show",
    "list": "list",
    "update": "change edit modify patch rename replace set update",
    "delete": "delete destroy drop remove",
}
VERBS: Final[Mapping[str, Effect]] = {
    word: effect for effect, words in _WORDS.items() for word in words.split()
}
"""What verbs in the names of operations mean."""
_METHODS: Final[Mapping[str, Effect]] = {
    "GET": "get",
    "PUT": "update",
    "PATCH": "update",
    "POST": "update",
    "DELETE": "delete",
}
_ID_WORDS: Final = ("id", "uuid", "uid", "guid", "sid", "key", "slug", "code", "name")
_MEMBER: Final = re.compile(r"(.*)/\{([^{}/]+)\}")


@dataclass(frozen=True)
class Thing:
    """A kind of thing that the API keeps.

    Attributes:
        name: Its schema's name, or the path of its collection.
        schema: The schema of one, as it is read.
        id_field: The property that holds its id.
        examples: Operations whose documented replies show one, the fullest first.
        scope: Path parameters that say within what it is kept.
    """

    name: str
    schema: Schema
    id_field: str
    examples: tuple[Operation, ...] = ()
    scope: tuple[str, ...] = ()


@dataclass(frozen=True)
class Role:
    """What an operation does to a thing.

    Attributes:
        effect: What it does.
        thing: To what.
        argument: The request's name for the id; None where there is none (create, list).
        within: Other things that must exist, each with the path parameter that names it.
        inside: The key of the reply's object that holds the thing, or the list of them.
        field: Of the thing: the list that the operation takes an item from.
        item: The request's name for the item.
        item_id: The property of the item that this names; empty where it is the item's index.
        upserts: The operation creates what is not there.
    """

    effect: Effect
    thing: Thing
    argument: str | None = None
    within: tuple[tuple[Thing, str], ...] = ()
    inside: str | None = None
    field: str = ""
    item: str = ""
    item_id: str = ""
    upserts: bool = False


@dataclass
class _Found:
    """One member path and the operations around it."""

    base: str
    argument: str
    member: dict[str, Operation] = field(default_factory=dict[str, Operation])
    root: dict[str, Operation] = field(default_factory=dict[str, Operation])


class Inference:
    """Infers roles for the operations of one document.

    Args:
        operations: The operations.
        requests: The schemas as requests read them.
        schemas: The schemas as replies read them.
        replies: The replies of the document.
    """

    def __init__(
        self, operations: Sequence[Operation], requests: Schemas, schemas: Schemas, replies: Replies
    ) -> None:
        self._operations = operations
        self._requests = requests
        self._schemas = schemas
        self._replies = replies
        self._sent = Reader(requests)
        self._came = Reader(schemas)
        self._shown: dict[str, list[tuple[Schema, str | None]]] = {}

    def roles(self) -> dict[str, Role]:
        """The roles by operation, `METHOD /path`; an operation without one is not among them."""
        roles: dict[str, Role] = {}
        members: dict[str, Thing] = {}
        for found in sorted(self._members(), key=lambda found: found.base.count("/")):
            thing = self._kept(found)
            if thing is not None:
                members[f"{found.base}/{{{found.argument}}}"] = thing
                roles.update(self._rest(found, thing, members))
        for operation in self._operations:
            key = operation.key
            if key not in roles and (within := _within(operation.path, members)):
                thing, argument = within[-1]
                effect: Effect = "update" if _verb(operation) == "update" else "act"
                roles[key] = Role(effect, thing, argument, within[:-1])
        taken = set(roles)
        for thing in self._named_things(taken):
            for operation in self._operations:
                key = operation.key
                if key in taken or (role := self._called(operation, thing)) is None:
                    continue
                # What an operation does to its own kind says more than what it needs of another.
                if key not in roles or role.effect != "act":
                    roles[key] = role
        return roles

    # --- By path: POST /pets, GET /pets, GET /pets/{id} ... -------------------------------------

    def _members(self) -> Iterator[_Found]:
        found: dict[str, _Found] = {}
        for operation in self._operations:
            match = _MEMBER.fullmatch(operation.path)
            if match and match[1] and not match[1].endswith("}"):
                one = found.setdefault(operation.path, _Found(match[1], match[2]))
                one.member[operation.method] = operation
        bases: dict[str, list[_Found]] = {}
        for one in found.values():
            bases.setdefault(one.base, []).append(one)
        for operation in self._operations:
            if not operation.path.endswith("}"):
                # A collection may have no path for one of its things: they are made and listed.
                alone = bases.setdefault(operation.path, [_Found(operation.path, "id")])
                for one in alone:
                    one.root[operation.method] = operation
        return (one for several in bases.values() for one in several)

    def _kept(self, found: _Found) -> Thing | None:
        """The thing that is kept at a member path, or None where the mock would only guess."""
        create, get = found.root.get("POST"), found.member.get("GET")
        listing = found.root.get("GET")
        if create is None:
            put = found.member.get("PUT")
            if put is None or not self._upserts(put):
                return None
        elif not self._creates(create, found):
            return None
        if get is None and (listing is None or self._page(listing) is None):
            return None
        shown = [operation for operation in (get, create) if operation is not None]
        # What is read decides; where that is no JSON (a download), what is created.
        told = [one for one in shown if self._replies.result(one) is not None][:1]
        for operation in told:
            for schema, _ in self._shapes(operation):
                id_field = self._id_field(schema, found.argument, operation)
                if id_field is not None:
                    return _thing(found.base, schema, id_field, shown)
        if get in told:
            return None
        if listing is not None:
            page = self._page(listing)
            if page is not None:
                id_field = self._id_field(page[0], found.argument, listing)
                if id_field is not None:
                    return _thing(found.base, page[0], id_field, shown)
        return None

    def _creates(self, operation: Operation, found: _Found) -> bool:
        """Whether a POST makes one thing, and does not look for some, or send something."""
        if _verb(operation) not in (None, "create"):
            return False
        if "array" in self._sent.outline(self._body(operation)).types:
            return False
        if self._replies.result(operation) is None:
            return bool(found.member)
        return any(
            self._id_field(schema, found.argument, operation) is not None
            for schema, _ in self._shapes(operation)
        )

    def _upserts(self, operation: Operation) -> bool:
        """Whether a PUT says that it creates what is not there."""
        return "201" in members(operation.data.get("responses")) or _verb(operation) == "create"

    def _rest(
        self, found: _Found, thing: Thing, members: Mapping[str, Thing]
    ) -> Iterator[tuple[str, Role]]:
        within = _within(found.base, members)
        for method, operation in found.root.items():
            page = self._page(operation) if method == "GET" else None
            if page is not None:
                yield operation.key, Role("list", thing, None, within, page[1])
            elif method == "POST":
                yield (
                    operation.key,
                    Role("create", thing, None, within, self._inside(operation, thing)),
                )
        for method, operation in found.member.items():
            effect = _METHODS.get(method)
            if effect is not None:
                yield (
                    operation.key,
                    Role(
                        effect,
                        thing,
                        found.argument,
                        within,
                        self._inside(operation, thing),
                        upserts=method == "PUT" and self._upserts(operation),
                    ),
                )

    # --- By name: createPet, getPet, listPets ... -----------------------------------------------

    def _named_things(self, taken: set[str]) -> Iterator[Thing]:
        """Things that operations create and read by name, each with its component schema."""
        free = [operation for operation in self._operations if operation.key not in taken]
        getters = [operation for operation in free if _verb(operation) == "get"]
        creators: dict[str, Operation] = {}
        for operation in free:
            if _verb(operation) == "create":
                for schema, _ in self._shapes(operation):
                    name = component(schema)
                    if name is not None:
                        creators.setdefault(name, operation)
        for name, create in creators.items():
            kept = self._schemas.components[name]
            shown: list[Operation] = []
            id_field: str | None = None
            for operation in getters:
                if any(component(shape) == name for shape, _ in self._shapes(operation)):
                    for argument in self._required(operation):
                        found = _bound(operation, name).get(argument) or self._id_field(
                            kept, argument, None
                        )
                        if found is not None:
                            id_field = id_field or found
                            shown.append(operation)
                            break
            for operation in free:
                if id_field is None:
                    id_field = next(iter(_bound(operation, name).values()), None)
            if id_field is not None:
                yield Thing(name, kept, id_field, (*shown, create))

    def _called(self, operation: Operation, thing: Thing) -> Role | None:
        """The role of an operation whose name and arguments say what it does to the thing."""
        verb, noun = _verb(operation), _noun(operation)
        argument = self._argument(operation, thing)
        shapes = [
            (shape, inside)
            for shape, inside in self._shapes(operation)
            if component(shape) == thing.name
        ]
        about = noun == "" or _is(noun, thing.name)
        if argument is None:
            if verb == "create" and shapes:
                return Role("create", thing, inside=shapes[0][1])
            page = self._page(operation) if verb in ("list", "get") else None
            if page is not None and component(page[0]) == thing.name:
                return Role("list", thing, inside=page[1])
            return None
        if verb == "get" and shapes:
            return Role("get", thing, argument, inside=shapes[0][1])
        if verb == "delete" and about:
            return Role("delete", thing, argument)
        if verb == "delete":
            return self._taken_from(operation, thing, argument, noun) or Role(
                "act", thing, argument
            )
        if verb == "update":
            return Role("update", thing, argument, inside=shapes[0][1] if shapes else None)
        return Role("act", thing, argument, inside=shapes[0][1] if shapes else None)

    def _taken_from(
        self, operation: Operation, thing: Thing, argument: str, noun: str
    ) -> Role | None:
        """The role of deleting one item of a list that the thing has."""
        for name, schema in self._came.outline(thing.schema).properties.items():
            outline = self._came.outline(schema)
            if "array" not in outline.types:
                continue
            item = component(outline.items)
            if not (_is(noun, item or name) or _is(noun, _singular(name))):
                continue
            for other in self._required(operation):
                if other == argument:
                    continue
                kinds = self._sent.outline(self._argument_schema(operation, other)).types
                if kinds == {"integer"}:
                    return Role("delete-item", thing, argument, field=name, item=other)
                for known in self._came.outline(outline.items).properties:
                    if _plain(known) in (_plain(other), "id"):
                        return Role(
                            "delete-item", thing, argument, field=name, item=other, item_id=known
                        )
        return None

    def _argument(self, operation: Operation, thing: Thing) -> str | None:
        """The argument that holds the id of the thing."""
        for argument, known in _bound(operation, thing.name).items():
            if known == thing.id_field:
                return argument
        exact = {_plain(thing.name + " id"), _plain(thing.name + " " + thing.id_field)}
        if (
            _plain(thing.id_field) not in _ID_WORDS
            or _is(_noun(operation), thing.name)
            or _resource(operation) in {_resource(example) for example in thing.examples}
        ):
            exact.add(_plain(thing.id_field))
        return next((name for name in self._required(operation) if _plain(name) in exact), None)

    # --- Shapes ---------------------------------------------------------------------------------

    def _body(self, operation: Operation) -> Schema:
        content = members(members(operation.data.get("requestBody")).get("content"))
        for media in content.values():
            if media and "schema" in media:
                return self._requests.read(media["schema"])
        return True

    def _required(self, operation: Operation) -> list[str]:
        """The names of what a call must say: parameters, then properties of the body."""
        names = [
            p.name for p in operation.parameters if p.required and p.place in ("path", "query")
        ]
        followed = self._requests.follow(self._body(operation))
        return names + (elements(followed.get("required")) if is_object(followed) else [])

    def _argument_schema(self, operation: Operation, name: str) -> Schema:
        for parameter in operation.parameters:
            if parameter.name == name:
                return parameter.schema
        return self._sent.outline(self._body(operation)).properties.get(name, True)

    def _shapes(self, operation: Operation) -> list[tuple[Schema, str | None]]:
        """The objects that a reply holds: itself, or the one below a single key."""
        if operation.key not in self._shown:
            self._shown[operation.key] = list(self._held(operation))
        return self._shown[operation.key]

    def _held(self, operation: Operation) -> Iterator[tuple[Schema, str | None]]:
        result = self._replies.result(operation)
        if result is None:
            return
        result = self._one(result)
        outline = self._came.outline(result)
        if "object" in outline.types and "array" not in outline.types:
            yield result, None
            objects = [
                (name, self._one(schema))
                for name, schema in outline.properties.items()
                if "object" in self._came.outline(schema).types
            ]
            if len(objects) == 1 and len(outline.properties) <= 3:
                yield objects[0][1], objects[0][0]

    def _one(self, schema: Schema) -> Schema:
        """The only branch that is not null, where a schema is a union for the sake of null."""
        if is_object(schema) and component(schema) is None:
            for keyword in ("anyOf", "oneOf", "allOf"):
                branches = [
                    b
                    for b in elements(schema.get(keyword))
                    if self._came.outline(b).types != {"null"}
                ]
                if len(branches) == 1 and "properties" not in schema:
                    return self._one(branches[0])
        return schema

    def _page(self, operation: Operation) -> tuple[Schema, str | None] | None:
        """The schema of the items that a reply lists, and the key they stand under."""
        result = self._replies.result(operation)
        if result is None:
            return None
        outline = self._came.outline(result)
        if "array" in outline.types:
            return self._one(outline.items), None
        lists = [
            (self._one(self._came.outline(schema).items), name)
            for name, schema in outline.properties.items()
            if "array" in self._came.outline(schema).types
        ]
        objects = [one for one in lists if "object" in self._came.outline(one[0]).types]
        return objects[0] if len(objects) == 1 else None

    def _inside(self, operation: Operation, thing: Thing) -> str | None:
        for schema, inside in self._shapes(operation):
            if thing.id_field in self._came.outline(schema).properties:
                return inside
        return None

    def _id_field(self, schema: Schema, argument: str, operation: Operation | None) -> str | None:
        """The property of the schema that an argument names an object by."""
        name = component(schema)
        properties = self._came.outline(schema).properties
        if operation is not None and name is not None:
            bound = _bound(operation, name).get(argument)
            if bound in properties:
                return bound
        plain = {_plain(one): one for one in properties}
        wanted = _plain(argument)
        if wanted in plain and (operation is not None or wanted.endswith(_ID_WORDS)):
            return plain[wanted]
        for word in _ID_WORDS:
            if (
                wanted.endswith(word)
                and word in plain
                and (operation is not None or wanted == _plain(f"{name} {word}"))
            ):
                return plain[word]
        return plain.get("id") if operation is not None else None


def _thing(base: str, schema: Schema, id_field: str, shown: Sequence[Operation]) -> Thing:
    return Thing(base, schema, id_field, tuple(shown), tuple(re.findall(r"\{([^{}]+)\}", base)))


def _within(path: str, members: Mapping[str, Thing]) -> tuple[tuple[Thing, str], ...]:
    """The things along a path, outermost first, each with the parameter that names it."""
    return tuple(
        (thing, member.rpartition("{")[2].rstrip("}"))
        for member, thing in sorted(members.items(), key=lambda pair: len(pair[0]))
        if path.startswith(member + "/") or path == member
    )


def _bound(operation: Operation, schema: str) -> dict[str, str]:
    """Arguments by name that a bound method takes from a field of its object (`x-rebind-bound`)."""
    bound: dict[str, str] = {}
    for entry in elements(operation.data.get("x-rebind-bound")):
        if members(entry).get("schema") == schema:
            given = members(members(entry).get("with"))
            bound.update({name: str(field) for name, field in given.items()})
    return bound


def _names(operation: Operation) -> Iterable[str]:
    last = re.sub(r"\{[^}]*\}", "", operation.path).rstrip("/").rpartition("/")[2]
    for name in (operation.data.get("operationId"), operation.data.get("x-rebind-name"), last):
        if name:
            yield str(name)


def _verb(operation: Operation) -> Effect | None:
    return _called(operation)[0]


def _noun(operation: Operation) -> str:
    return _called(operation)[1]


def _called(operation: Operation) -> tuple[Effect | None, str]:
    return _told(tuple(_names(operation)))


@functools.lru_cache(4096)
def _told(names: tuple[str, ...]) -> tuple[Effect | None, str]:
    """What the first name with a verb says: `createPet`, `pet_create`, `pets.create`."""
    for name in names:
        words = _words(name)
        for verb, noun in ((words[:1], words[1:]), (words[-1:], words[:-1])):
            apart = verb != words[-1:] or not noun or re.search(r"[^A-Za-z0-9]", name)
            if verb and verb[0] in VERBS and apart:
                return VERBS[verb[0]], " ".join(noun)
    return None, ""


def _resource(operation: Operation) -> str:
    """The namespace of the operation's method: as the document says, else its first tag."""
    tags = elements(operation.data.get("tags"))
    return str(operation.data.get("x-rebind-resource") or (tags[0] if tags else operation.key))


def _is(noun: str, name: str) -> bool:
    """Whether a noun means a thing of this name, whatever the number."""
    return bool(noun) and _plain(name) in (_plain(noun), _plain(_singular(noun)))


def _words(name: str) -> list[str]:
    split = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", name)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", split) if word]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _singular(name: str) -> str:
    for ending, single in (("ies", "y"), ("sses", "ss"), ("s", "")):
        if name.endswith(ending):
            return name[: -len(ending)] + single
    return name
