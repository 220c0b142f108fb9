"""What may stand where in an OpenAPI document: one table that the walk and the checks share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Many = Literal["one", "map", "list"]
PLAIN = frozenset({"any", "string", "boolean", "number", "integer", "object", "strings"})
"""What a key may hold that is no object of the OpenAPI specification."""


@dataclass(frozen=True)
class Field:
    """What a key of an object holds.

    Args:
        kind: A plain type of `PLAIN`, or the name of a shape.
        many: Whether it is one of them, a mapping to them or a list of them.
        required: Whether the key must be there.
        extensible: Whether keys of the mapping that begin with ``x-`` are extensions, not names.
    """

    kind: str
    many: Many = "one"
    required: bool = False
    extensible: bool = False


def _fields(**written: str) -> dict[str, Field]:
    table: dict[str, Field] = {}
    for name, text in written.items():
        words = text.rstrip("!").split()
        many: Many = "one" if len(words) == 1 else "list" if words[0] == "list" else "map"
        table[name.rstrip("_")] = Field(words[-1], many, text.endswith("!"), words[0] == "map+")
    return table


_DESCRIBED = {"summary": Field("string"), "description": Field("string")}
_EXAMPLES = {"example": Field("any"), "examples": Field("example", "map")}

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The operations of a path item."""

SHAPES: dict[str, dict[str, Field]] = {
    "openapi": _fields(
        openapi="string!",
        info="info!",
        jsonSchemaDialect="string",
        servers="list server",
        paths="map+ path-item",
        webhooks="map path-item",
        components="components",
        security="list requirement",
        tags="list tag",
        externalDocs="object",
    ),
    "info": _fields(
        title="string!",
        version="string!",
        summary="string",
        description="string",
        termsOfService="string",
        contact="object",
        license="object",
    ),
    "server": _fields(url="string!", description="string", variables="map server-variable"),
    "server-variable": _fields(enum="strings", default="string", description="string"),
    "requirement": {},
    "tag": _fields(name="string!", description="string", externalDocs="object"),
    "components": _fields(
        schemas="map schema",
        responses="map response",
        parameters="map parameter",
        examples="map example",
        requestBodies="map request-body",
        headers="map header",
        securitySchemes="map security-scheme",
        links="map link",
        callbacks="map callback",
        pathItems="map path-item",
    ),
    "path-item": {
        **_DESCRIBED,
        **{method: Field("operation") for method in METHODS},
        **_fields(servers="list server", parameters="list parameter"),
    },
    "operation": _fields(
        tags="strings",
        summary="string",
        description="string",
        externalDocs="object",
        operationId="string",
        parameters="list parameter",
        requestBody="request-body",
        responses="map+ response",
        callbacks="map callback",
        deprecated="boolean",
        security="list requirement",
        servers="list server",
    ),
    "parameter": {
        **_fields(
            name="string!",
            in_="string!",
            description="string",
            required="boolean",
            deprecated="boolean",
            allowEmptyValue="boolean",
            style="string",
            explode="boolean",
            allowReserved="boolean",
            schema="schema",
            content="map media-type",
        ),
        **_EXAMPLES,
    },
    "header": {
        **_fields(
            description="string",
            required="boolean",
            deprecated="boolean",
            allowEmptyValue="boolean",
            style="string",
            explode="boolean",
            allowReserved="boolean",
            schema="schema",
            content="map media-type",
        ),
        **_EXAMPLES,
    },
    "request-body": _fields(description="string", content="map media-type!", required="boolean"),
    "response": _fields(
        summary="string",
        description="string",
        headers="map header",
        content="map media-type",
        links="map link",
    ),
    "media-type": {**_fields(schema="schema", encoding="map encoding"), **_EXAMPLES},
    "encoding": _fields(
        contentType="string",
        headers="map header",
        style="string",
        explode="boolean",
        allowReserved="boolean",
    ),
    "example": _fields(summary="string", description="string", value="any", externalValue="string"),
    "link": _fields(
        operationRef="string",
        operationId="string",
        parameters="object",
        requestBody="any",
        description="string",
        server="server",
    ),
    "callback": {},
    "security-scheme": _fields(
        type="string!",
        description="string",
        name="string",
        in_="string",
        scheme="string",
        bearerFormat="string",
        flows="object",
        openIdConnectUrl="string",
    ),
    "schema": {
        **_fields(
            type="any",
            title="string",
            description="string",
            format="string",
            enum="list any",
            const="any",
            default="any",
            example="any",
            examples="any",
            nullable="boolean",
            deprecated="boolean",
            readOnly="boolean",
            writeOnly="boolean",
            discriminator="any",
            xml="object",
            externalDocs="object",
            required="strings",
            properties="map schema",
            patternProperties="map schema",
            additionalProperties="schema",
            unevaluatedProperties="schema",
            propertyNames="schema",
            dependentSchemas="map schema",
            dependentRequired="object",
            minProperties="integer",
            maxProperties="integer",
            items="any",
            prefixItems="list schema",
            contains="schema",
            minContains="integer",
            maxContains="integer",
            unevaluatedItems="schema",
            minItems="integer",
            maxItems="integer",
            uniqueItems="boolean",
            minLength="integer",
            maxLength="integer",
            pattern="string",
            minimum="number",
            maximum="number",
            exclusiveMinimum="any",
            exclusiveMaximum="any",
            multipleOf="number",
            allOf="list schema",
            anyOf="list schema",
            oneOf="list schema",
            if_="schema",
            then="schema",
            else_="schema",
            contentEncoding="string",
            contentMediaType="string",
            contentSchema="schema",
            definitions="map schema",
        ),
        "not": Field("schema"),
        "$ref": Field("any"),
        "$defs": Field("schema", "map"),
        "$id": Field("string"),
        "$anchor": Field("string"),
        "$dynamicRef": Field("string"),
        "$dynamicAnchor": Field("string"),
        "$schema": Field("string"),
        "$comment": Field("string"),
        "$vocabulary": Field("object"),
    },
}
"""Shape -> key -> what it holds. The keys of a callback, a requirement are the author's own."""

NAMES = {
    "openapi": "the root of an OpenAPI document",
    "info": "the info object",
    "server": "a server",
    "server-variable": "a server variable",
    "requirement": "a security requirement",
    "tag": "a tag",
    "components": "the components object",
    "path-item": "a path item",
    "operation": "an operation",
    "parameter": "a parameter",
    "header": "a header",
    "request-body": "a request body",
    "response": "a response",
    "media-type": "a media type",
    "encoding": "an encoding",
    "example": "an example",
    "link": "a link",
    "callback": "a callback",
    "security-scheme": "a security scheme",
    "schema": "a schema",
}
"""Shape -> how to call one in a message."""

OLD = {
    ("openapi", "definitions"): "schemas belong under 'components: schemas:'",
    ("openapi", "parameters"): "shared parameters belong under 'components: parameters:'",
    ("openapi", "responses"): "shared responses belong under 'components: responses:'",
    ("openapi", "securityDefinitions"): "they belong under 'components: securitySchemes:'",
    ("openapi", "host"): "write 'servers: [{url: https://HOST/BASE}]'",
    ("openapi", "basePath"): "write 'servers: [{url: https://HOST/BASE}]'",
    ("openapi", "schemes"): "write 'servers: [{url: https://HOST/BASE}]'",
    ("operation", "consumes"): "media types are the keys of 'requestBody: content:'",
    ("operation", "produces"): "media types are the keys of a response's 'content:'",
    ("response", "schema"): "it belongs under 'content: application/json: schema:'",
    ("parameter", "type"): "it belongs under 'schema:'",
    ("parameter", "format"): "it belongs under 'schema:'",
    ("parameter", "enum"): "it belongs under 'schema:'",
    ("parameter", "items"): "it belongs under 'schema:'",
    ("parameter", "default"): "it belongs under 'schema:'",
    ("parameter", "collectionFormat"): "write 'style:' and 'explode:'",
    ("header", "type"): "it belongs under 'schema:'",
    ("request-body", "schema"): "it belongs under 'content: application/json: schema:'",
    ("schema", "divisibleBy"): "write 'multipleOf'",
    ("schema", "optional"): "name the other properties in the parent's 'required'",
}
"""Keys of Swagger 2.0 and of old JSON Schema, and what took their place."""

REFERABLE = {
    "response": "responses",
    "parameter": "parameters",
    "example": "examples",
    "request-body": "requestBodies",
    "header": "headers",
    "security-scheme": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
    "path-item": "pathItems",
    "schema": "schemas",
}
"""Shape that a reference may stand for -> its section under components."""
