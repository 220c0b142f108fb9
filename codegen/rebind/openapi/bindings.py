"""Extensions that name things: the errors, schemas, fields and parameters must be there."""

from __future__ import annotations

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi.parameters import parameters_of
from rebind.openapi.results import object_in, result_of
from rebind.openapi.survey import Object, Survey


def check_errors(survey: Survey) -> None:
    """Report errors of ``x-rebind-errors`` that contradict each other.

    Args:
        survey: The resolved data.
    """
    declared = survey.data.get("x-rebind-errors")
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
                    _report(survey, "unknown-error", message, name, "extends", help=help)
                break
            if parent in parents:
                if parent == name:
                    message = f"{quoted(name)} extends itself: {' -> '.join([*parents, name])}"
                    help = "remove one of these 'extends'"
                    _report(survey, "circular-error", message, name, "extends", help=help)
                break
            parents.append(parent)
            error = declared[parent]
    _chosen_twice(survey, "duplicate-error-status", "statuses", declared, {})
    _chosen_twice(
        survey, "duplicate-error-type", "types", declared, {name: name for name in declared}
    )


def _chosen_twice(
    survey: Survey, code: str, key: str, declared: Object, chosen: dict[str, str]
) -> None:
    for name, error in declared.items():
        listed = error.get(key) if isinstance(error, dict) else None
        for index, value in enumerate(listed if isinstance(listed, list) else []):
            other = chosen.setdefault(str(value), name)
            if other != name:
                message = f"{quoted(str(value))} chooses {quoted(other)} already"
                _report(survey, code, message, name, key, index, help="keep it in one of them")


def _report(survey: Survey, code: str, message: str, *inside: str | int, help: str = "") -> None:
    survey.report(code, message, survey.data, "x-rebind-errors", help, inside=inside)


def check_raises(survey: Survey, operation: Object) -> None:
    """Report errors that an operation says it raises and nobody describes.

    Args:
        survey: The resolved data.
        operation: An operation.
    """
    raised, declared = (
        operation.get("x-rebind-raises"),
        survey.data.get("x-rebind-errors"),
    )
    known = declared if isinstance(declared, dict) else {}
    for index, name in enumerate(raised if isinstance(raised, list) else []):
        if isinstance(name, str) and name not in known:
            message = f"there is no error {quoted(name)}"
            help = did_you_mean(name, known, "describe it in 'x-rebind-errors' at the root")
            survey.report(
                "unknown-error", message, operation, "x-rebind-raises", help, inside=(index,)
            )


def check_bound(survey: Survey, operation: Object) -> None:
    """Report bound methods of schemas, parameters and fields that do not exist.

    Args:
        survey: The resolved data.
        operation: An operation.
    """
    bound = operation.get("x-rebind-bound")
    arguments = arguments_of(survey, operation)
    for index, method in enumerate(bound if isinstance(bound, list) else []):
        if not isinstance(method, dict):
            continue

        def report(message: str, *inside: str | int, help: str = "", key: bool = False) -> None:
            survey.report(
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
        if name not in survey.schemas:
            help = did_you_mean(name, survey.schemas, "name one of 'components: schemas:'")
            report(f"there is no schema {quoted(name)}", index, "schema", help=help)
            continue
        fields = survey.properties(survey.schemas[name])
        for argument, taken in (given if isinstance(given, dict) else {}).items():
            if argument not in arguments:
                help = did_you_mean(argument, arguments)
                message = f"the operation has no parameter {quoted(argument)}"
                report(message, index, "with", argument, help=help, key=True)
            if isinstance(taken, list) and taken:
                taken = taken[0]
            if isinstance(taken, str) and taken not in fields:
                help = did_you_mean(taken, fields)
                message = f"{quoted(name)} has no property {quoted(taken)}"
                report(message, index, "with", argument, help=help)
        fixed = method.get("fixed")
        for argument in fixed if isinstance(fixed, dict) else ():
            if argument not in arguments:
                help = did_you_mean(argument, arguments)
                message = f"the operation has no parameter {quoted(argument)}"
                report(message, index, "fixed", argument, help=help, key=True)
        only = method.get("only")
        for number, offered in enumerate(only if isinstance(only, list) else []):
            if isinstance(offered, str) and offered not in arguments:
                help = did_you_mean(offered, arguments)
                message = f"the operation has no parameter {quoted(offered)}"
                report(message, index, "only", number, help=help)
        _check_result(survey, operation, index, method)
        _check_offer(survey, operation, index, method)


def _check_offer(survey: Survey, operation: Object, index: int, method: Object) -> None:
    """Report a method that leaves out what the operation cannot do without."""
    only = method.get("only")
    if not isinstance(only, list):
        return
    offered = set(map(str, only))
    for given in (method.get("with"), method.get("fixed")):
        offered.update(given if isinstance(given, dict) else ())
    for name in sorted(_required(survey, operation) - offered):
        message = f"nobody gives the required parameter {quoted(name)}"
        help = "name it here, or take it from the object in 'with:'"
        inside = (index, "only")
        survey.report("bad-bound", message, operation, "x-rebind-bound", help, inside=inside)


def _check_result(survey: Survey, operation: Object, index: int, method: Object) -> None:
    """Report a method that takes from the result what it does not hold."""
    wanted, path = str(method.get("schema")), method.get("field")
    result = result_of(survey, operation)

    def report(message: str, key: str, help: str) -> None:
        inside = (index, key)
        survey.report("bad-bound", message, operation, "x-rebind-bound", help, inside=inside)

    if method.get("update") is True and survey.schemas[wanted] not in survey.parts(result):
        message = f"the operation does not return a {quoted(wanted)}"
        report(message, "update", "remove it, or bind an operation that reads the object")
    if not isinstance(path, str):
        return
    for step in path.split("."):
        fields = survey.properties(result)
        if step not in fields:
            message = f"there is no {quoted(step)} in what the operation returns"
            report(message, "field", did_you_mean(step, fields, "name one of its properties"))
            return
        result = object_in(survey, fields[step])


def _required(survey: Survey, operation: Object) -> set[str]:
    found = {str(p.get("name")) for p in parameters_of(operation) if p.get("required") is True}
    body = operation.get("requestBody")
    content = body.get("content") if isinstance(body, dict) else None
    for media_type in content.values() if isinstance(content, dict) else ():
        schema = media_type.get("schema") if isinstance(media_type, dict) else None
        for part in survey.parts(schema):
            names = part.get("required")
            found.update(str(name) for name in (names if isinstance(names, list) else ()))
    return found


def check_flat(survey: Survey, operation: Object) -> None:
    """Report arguments of a flat method that the operation does not have.

    Args:
        survey: The resolved data.
        operation: An operation.
    """
    flat = operation.get("x-rebind-flat")
    order = flat.get("order") if isinstance(flat, dict) else None
    known = arguments_of(survey, operation)
    for index, name in enumerate(order if isinstance(order, list) else []):
        if isinstance(name, str) and name not in known:
            message = f"the operation has no parameter {quoted(name)}"
            inside = ("order", index)
            help = did_you_mean(name, known)
            survey.report("unknown-flat", message, operation, "x-rebind-flat", help, inside=inside)


def check_flat_bases(survey: Survey) -> None:
    """Report classes of the flat package that extend a class which is not there.

    Args:
        survey: The resolved data.
    """
    said: list[tuple[Object, Object]] = []
    for schema in survey.schemas.values():
        flat = schema.get("x-rebind-flat") if isinstance(schema, dict) else None
        if isinstance(schema, dict) and isinstance(flat, dict):
            said.append((schema, flat))
    known = {*survey.schemas, *(str(flat.get("name")) for _, flat in said)}
    for schema, flat in said:
        base = flat.get("base")
        if isinstance(base, str) and base not in known:
            message = f"there is no schema {quoted(base)}"
            help = did_you_mean(base, known, "name one of 'components: schemas:'")
            inside = ("base",)
            survey.report("unknown-flat", message, schema, "x-rebind-flat", help, inside=inside)


def arguments_of(survey: Survey, operation: Object) -> set[str]:
    """Parameters and top-level properties of the body, by their names on the wire.

    Args:
        survey: The resolved data.
        operation: An operation.

    Returns:
        The names.
    """
    names = {str(parameter.get("name")) for parameter in parameters_of(operation)}
    body = operation.get("requestBody")
    content = body.get("content") if isinstance(body, dict) else None
    for media_type in (content if isinstance(content, dict) else {}).values():
        if isinstance(media_type, dict):
            schema = media_type.get("schema")
            names.update(survey.properties(schema))
            rest = schema.get("additionalProperties") if isinstance(schema, dict) else None
            if isinstance(rest, dict) and isinstance(rest.get("x-rebind-name"), str):
                names.add(str(rest["x-rebind-name"]))
    return names
