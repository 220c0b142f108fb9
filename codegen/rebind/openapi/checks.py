"""What can be wrong between the parts of a resolved document: paths, parameters, replies, names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi.schemas import Schemas
from rebind.openapi.shapes import METHODS
from rebind.openapi.survey import Object, Survey
from rebind.source import Json

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_STATUS = re.compile(r"[1-5](?:[0-9][0-9]|XX)")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+\s*(?:;.*)?", re.ASCII)
_MEDIA_TYPES = {
    "json": "application/json",
    "xml": "application/xml",
    "text": "text/plain",
    "plain": "text/plain",
    "html": "text/html",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
    "binary": "application/octet-stream",
    "*": "*/*",
}
_PLACES = ("path", "query", "header", "cookie")
_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
_SCHEMES = ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS")


def check(survey: Survey, *, is_30: bool) -> None:
    """Report everything that is wrong in a resolved document.

    Args:
        survey: The resolved data.
        is_30: Whether the document is written in OpenAPI 3.0.
    """
    _Checks(survey, is_30=is_30).run()


class _Checks:
    def __init__(self, survey: Survey, *, is_30: bool) -> None:
        self._survey = survey
        self._schemas = Schemas(survey, is_30=is_30)
        self._operations: dict[str, tuple[str, Object]] = {}

    def run(self) -> None:
        """All checks."""
        survey = self._survey
        self._paths()
        self._operation_ids()
        self._errors()
        components = survey.data.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        known = schemes if isinstance(schemes, dict) else {}
        for node in survey.nodes():
            value = node.value
            if node.shape == "schema":
                self._schemas.check(node)
            elif node.shape == "parameter":
                self._parameter(value)
            elif node.shape == "operation":
                self._operation(value)
            elif node.shape == "requirement":
                self._requirement(value, known)
            elif node.shape == "server":
                self._server(value)
            elif node.shape == "security-scheme":
                self._security_scheme(value)
            elif node.shape == "media-type":
                self._encoding(value)
            elif node.shape == "link":
                self._link(value)
            if isinstance(value.get("content"), dict) and node.shape != "schema":
                self._media_types(value["content"])
        self._schemas.cycles()

    # Paths

    def _paths(self) -> None:
        paths = self._survey.data.get("paths")
        if not isinstance(paths, dict):
            return
        same: dict[str, list[str]] = {}
        for path, item in paths.items():
            if not isinstance(item, dict):
                continue
            names = self._template(path, paths)
            shape = _TEMPLATE.sub("{}", path)
            for other in same.get(shape, ()):
                self._ambiguous(path, other, paths)
            same.setdefault(shape, []).append(path)
            for method in METHODS:
                operation = item.get(method)
                if isinstance(operation, dict):
                    self._path_parameters(path, names, operation, item, method)

    def _template(self, path: str, paths: Object) -> list[str]:
        survey = self._survey
        if not path.startswith("/"):
            message = f"the path {quoted(path)} does not begin with a slash"
            help = f"write {quoted('/' + path)}"
            survey.report("bad-path", message, paths, path, help, key=True)
        names = _TEMPLATE.findall(path)
        rest = _TEMPLATE.sub("", path)
        if "{" in rest or "}" in rest or "" in names:
            message = f"the braces of the path {quoted(path)} do not enclose names"
            survey.report("bad-path", message, paths, path, "write '/pets/{petId}'", key=True)
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            message = f"the path {quoted(path)} has {quoted('{' + name + '}')} twice"
            survey.report("bad-path", message, paths, path, "give each its own name", key=True)
        return names

    def _ambiguous(self, path: str, other: str, paths: Object) -> None:
        one, two = paths[path], paths[other]
        if not isinstance(one, dict) or not isinstance(two, dict):
            return
        for method in METHODS:
            if method in one and method in two:
                message = (
                    f"{method.upper()} {quoted(path)} is the same request as {quoted(other)}:"
                    " they differ only in the name of a parameter"
                )
                help = "keep one of them"
                self._survey.report("ambiguous-path", message, paths, path, help, key=True)
                return

    def _path_parameters(
        self, path: str, names: list[str], operation: Object, item: Object, method: str
    ) -> None:
        declared = [p for p in _parameters(operation) if p.get("in") == "path"]
        known = [str(parameter.get("name")) for parameter in declared]
        for name in names:
            if name and name not in known:
                message = f"no parameter describes {quoted('{' + name + '}')} of {quoted(path)}"
                spare = [other for other in known if other not in names]
                elsewhere = [p.get("in") for p in _parameters(operation) if p.get("name") == name]
                help = f"add a parameter {quoted(name)} with 'in: path'"
                if spare:
                    help = did_you_mean(name, spare, f"{quoted(spare[0])} is described instead")
                elif elsewhere:
                    help = f"the parameter {quoted(name)} is there with 'in: {elsewhere[0]}'"
                self._survey.report(
                    "undeclared-path-parameter", message, item, method, help, key=True
                )
        for parameter, name in zip(declared, known, strict=True):
            if "name" in parameter and name not in names:
                message = f"the path {quoted(path)} has no {quoted('{' + name + '}')}"
                spare = [other for other in names if other not in known]
                near = did_you_mean(name, spare)
                if not near and spare:
                    near = f"the path has {quoted('{' + spare[0] + '}')}"
                help = near or "add it to the path, or remove the parameter"
                self._survey.report("unused-path-parameter", message, parameter, "name", help)

    # Operations

    def _named_operations(self) -> Iterator[tuple[str, Object]]:
        for node in self._survey.nodes():
            if node.shape == "path-item":
                for method in METHODS:
                    operation = node.value.get(method)
                    if isinstance(operation, dict):
                        yield method, operation

    def _operation_ids(self) -> None:
        first: dict[str, Object] = {}
        for _, operation in self._named_operations():
            name = operation.get("operationId")
            if not isinstance(name, str):
                continue
            if name in first and first[name] is not operation:
                message = f"two operations have the operationId {quoted(name)}"
                where = self._survey.where(first[name], "operationId")
                help = f"the first one is at {where}; give each its own"
                self._survey.report(
                    "duplicate-operation-id", message, operation, "operationId", help
                )
            first.setdefault(name, operation)
        self._operations = {name: ("", operation) for name, operation in first.items()}

    def _operation(self, operation: Object) -> None:
        seen: set[tuple[str, str]] = set()
        for parameter in _parameters(operation):
            name, place = str(parameter.get("name")), str(parameter.get("in"))
            identity = (name.lower() if place == "header" else name, place)
            if identity in seen:
                message = f"the {place} parameter {quoted(name)} is described twice"
                help = "keep one of them"
                self._survey.report("duplicate-parameter", message, parameter, "name", help)
            seen.add(identity)
        responses = operation.get("responses")
        if isinstance(responses, dict):
            self._responses(responses)
        if not responses:
            message = "the operation describes no response"
            help = "add 'responses:', for example with 'default'"
            at = "responses" if "responses" in operation else None
            self._survey.warn("no-responses", message, operation, at, help, key=True)
        self._bound(operation)
        self._raises(operation)

    def _responses(self, responses: Object) -> None:
        for status, response in responses.items():
            if status != "default" and not _STATUS.fullmatch(status):
                message = f"{quoted(status)} is no HTTP status"
                otherwise = "write a status such as '200', a range such as '2XX', or 'default'"
                help = did_you_mean(
                    status, ("default", "1XX", "2XX", "3XX", "4XX", "5XX"), otherwise
                )
                self._survey.report("bad-status", message, responses, status, help, key=True)
            if isinstance(response, dict) and "description" not in response:
                message = "the response has no description"
                help = "OpenAPI asks for one: add 'description:'"
                self._survey.warn("missing-description", message, responses, status, help, key=True)

    def _media_types(self, content: Json) -> None:
        if not isinstance(content, dict):
            return
        for name in list(content):
            if _MEDIA_TYPE.fullmatch(name):
                continue
            message = f"{quoted(name)} is no media type"
            if "/" in name:  # wrong, but nobody's slip: servers compare it as text
                help = "a media type has the form 'type/subtype'"
                self._survey.warn("bad-media-type", message, content, name, help, key=True)
            elif not content[name]:
                message += "; it is left out"
                self._survey.warn("bad-media-type", message, content, name, key=True)
                del content[name]
            else:
                better = _MEDIA_TYPES.get(name.lower().strip())
                help = f"did you mean {quoted(better)}?" if better else ""
                help = help or did_you_mean(name, _MEDIA_TYPES.values(), "write 'type/subtype'")
                self._survey.report("bad-media-type", message, content, name, help, key=True)

    def _encoding(self, media_type: Object) -> None:
        encoding, schema = media_type.get("encoding"), media_type.get("schema")
        if not isinstance(encoding, dict) or not isinstance(schema, dict):
            return
        known = self._survey.properties(schema)
        for name in encoding if known else ():
            if name not in known:
                message = f"the body has no property {quoted(name)}"
                help = did_you_mean(name, known, "remove the encoding")
                self._survey.warn("unknown-encoding", message, encoding, name, help, key=True)

    def _link(self, link: Object) -> None:
        name = link.get("operationId")
        if isinstance(name, str) and name not in self._operations:
            message = f"no operation has the operationId {quoted(name)}"
            help = did_you_mean(name, self._operations)
            self._survey.warn("unknown-operation", message, link, "operationId", help)

    # Parameters

    def _parameter(self, parameter: Object) -> None:
        survey = self._survey
        name, place = parameter.get("name"), parameter.get("in")
        if isinstance(place, str) and place not in _PLACES:
            message = f"a parameter cannot be in {quoted(place)}"
            help = did_you_mean(place, _PLACES, f"the places are {', '.join(_PLACES)}")
            if place == "body":
                help = "describe the body under 'requestBody:'"
            elif place == "formData":
                help = "describe the form under 'requestBody:', as a property of the body's schema"
            survey.report("bad-parameter-place", message, parameter, "in", help)
        if place == "path" and name is not None and parameter.get("required") is not True:
            message = f"the path parameter {quoted(str(name))} must be required"
            holder = "required" if "required" in parameter else "in"
            survey.report(
                "optional-path-parameter", message, parameter, holder, "add 'required: true'"
            )
        schema, content = parameter.get("schema"), parameter.get("content")
        if schema is None and content is None:
            if parameter:
                message = f"the parameter {quoted(str(name))} does not say what its value is"
                survey.report("parameter-without-schema", message, parameter, None, "add 'schema:'")
        elif schema is not None and content is not None:
            message = f"the parameter {quoted(str(name))} has both 'schema' and 'content'"
            help = "keep 'schema', unless the value is a document of its own"
            survey.report("parameter-with-both", message, parameter, "content", help, key=True)
        if isinstance(content, dict) and len(content) != 1:
            message = "the 'content' of a parameter must be of exactly one media type"
            survey.report("bad-parameter-content", message, parameter, "content", key=True)
        style = parameter.get("style")
        styles = _STYLES.get(str(place), ())
        if isinstance(style, str) and styles and style not in styles:
            message = f"a {place} parameter cannot have the style {quoted(style)}"
            help = did_you_mean(style, styles, f"the styles are {', '.join(styles)}")
            survey.report("bad-style", message, parameter, "style", help)

    # Security and servers

    def _requirement(self, requirement: Object, known: Object) -> None:
        for name in requirement:
            if name not in known and not name.startswith("x-"):
                message = f"there is no security scheme {quoted(name)}"
                help = did_you_mean(name, known, "describe it under 'components: securitySchemes:'")
                self._survey.report("unknown-security", message, requirement, name, help, key=True)

    def _security_scheme(self, scheme: Object) -> None:
        kind = scheme.get("type")
        if not isinstance(kind, str):
            return
        if kind not in _SCHEMES:
            message = f"there is no type of security scheme {quoted(kind)}"
            help = did_you_mean(kind, _SCHEMES, f"the types are {', '.join(_SCHEMES)}")
            if kind in ("basic", "bearer"):
                help = f"write 'type: http' and 'scheme: {kind}'"
            self._survey.report("bad-security-scheme", message, scheme, "type", help)
        needed = {"apiKey": ("name", "in"), "http": ("scheme",)}.get(kind, ())
        for key in needed:
            if not isinstance(scheme.get(key), str):
                message = f"a security scheme of type {quoted(kind)} needs {quoted(key)}"
                self._survey.report("bad-security-scheme", message, scheme, "type")
        place = scheme.get("in")
        if (
            kind == "apiKey"
            and isinstance(place, str)
            and place not in ("header", "query", "cookie")
        ):
            message = f"an API key cannot be in {quoted(place)}"
            help = did_you_mean(
                place, ("header", "query", "cookie"), "write header, query or cookie"
            )
            self._survey.report("bad-security-scheme", message, scheme, "in", help)

    def _server(self, server: Object) -> None:
        url, variables = server.get("url"), server.get("variables")
        known = variables if isinstance(variables, dict) else {}
        if isinstance(url, str):
            for name in _TEMPLATE.findall(url):
                if name not in known:
                    message = f"the server's variable {quoted('{' + name + '}')} is not described"
                    help = did_you_mean(name, known, "callers must then give the whole address")
                    self._survey.warn("undeclared-server-variable", message, server, "url", help)
        for name, variable in known.items():
            if not isinstance(variable, dict):
                continue
            default, enum = variable.get("default"), variable.get("enum")
            if default is None:
                message = f"the server variable {quoted(name)} has no default"
                help = "add 'default:'"
                self._survey.report("bad-server-variable", message, known, name, help, key=True)
            elif isinstance(enum, list) and enum and default not in enum:
                message = f"the default {quoted(str(default))} is not among the values"
                help = did_you_mean(str(default), map(str, enum))
                self._survey.warn("bad-server-variable", message, variable, "default", help)

    # Extensions that name things

    def _errors(self) -> None:
        declared = self._survey.data.get("x-rebind-errors")
        if not isinstance(declared, dict):
            return
        for name, error in declared.items():
            parents = [name]
            while isinstance(error, dict) and isinstance(error.get("extends"), str):
                parent = str(error["extends"])
                if parent not in declared:
                    if len(parents) == 1:
                        message = f"there is no error {quoted(parent)}"
                        help = did_you_mean(parent, declared, "describe it here too")
                        self._misnamed("unknown-error", message, name, "extends", help=help)
                    break
                if parent in parents:
                    if parent == name:
                        message = f"{quoted(name)} extends itself: {' -> '.join([*parents, name])}"
                        self._misnamed("circular-error", message, name, "extends")
                    break
                parents.append(parent)
                error = declared[parent]
        chosen: dict[str, str] = {}
        for name, error in declared.items():
            statuses = error.get("statuses") if isinstance(error, dict) else None
            for index, status in enumerate(statuses if isinstance(statuses, list) else []):
                other = chosen.setdefault(str(status), name)
                if other != name:
                    message = f"the status {status} chooses {quoted(other)} already"
                    self._misnamed("duplicate-error-status", message, name, "statuses", index)

    def _misnamed(self, code: str, message: str, *inside: str | int, help: str = "") -> None:
        self._survey.report(
            code, message, self._survey.data, "x-rebind-errors", help, inside=inside
        )

    def _raises(self, operation: Object) -> None:
        raised, declared = (
            operation.get("x-rebind-raises"),
            self._survey.data.get("x-rebind-errors"),
        )
        known = declared if isinstance(declared, dict) else {}
        for index, name in enumerate(raised if isinstance(raised, list) else []):
            if isinstance(name, str) and name not in known:
                message = f"there is no error {quoted(name)}"
                help = did_you_mean(name, known, "describe it in 'x-rebind-errors' at the root")
                self._survey.report(
                    "unknown-error", message, operation, "x-rebind-raises", help, inside=(index,)
                )

    def _bound(self, operation: Object) -> None:
        bound = operation.get("x-rebind-bound")
        arguments = self._arguments(operation)
        for index, method in enumerate(bound if isinstance(bound, list) else []):
            if not isinstance(method, dict):
                continue

            def report(message: str, *inside: str | int, help: str = "", key: bool = False) -> None:
                self._survey.report(
                    "unknown-bound",
                    message,
                    operation,
                    "x-rebind-bound",
                    help,
                    key=key,
                    inside=inside,
                )

            name, given = method.get("schema"), method.get("with")
            if not isinstance(name, str):
                continue
            if name not in self._survey.schemas:
                help = did_you_mean(
                    name, self._survey.schemas, "name one of 'components: schemas:'"
                )
                report(f"there is no schema {quoted(name)}", index, "schema", help=help)
                continue
            fields = self._survey.properties(self._survey.schemas[name])
            for argument, field in (given if isinstance(given, dict) else {}).items():
                if argument not in arguments:
                    help = did_you_mean(argument, arguments)
                    message = f"the operation has no parameter {quoted(argument)}"
                    report(message, index, "with", argument, help=help, key=True)
                if isinstance(field, str) and field not in fields:
                    help = did_you_mean(field, fields)
                    message = f"{quoted(name)} has no property {quoted(field)}"
                    report(message, index, "with", argument, help=help)

    def _arguments(self, operation: Object) -> set[str]:
        """Parameters and top-level properties of the body, by their names on the wire."""
        names = {str(parameter.get("name")) for parameter in _parameters(operation)}
        body = operation.get("requestBody")
        content = body.get("content") if isinstance(body, dict) else None
        for media_type in (content if isinstance(content, dict) else {}).values():
            if isinstance(media_type, dict):
                names.update(self._survey.properties(media_type.get("schema")))
        return names


def _parameters(operation: Object) -> list[Object]:
    listed = operation.get("parameters")
    return [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
