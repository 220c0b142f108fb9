"""Paths and their parameters: every name in braces has one, and the other way round."""

from __future__ import annotations

import re

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi.parameters import parameters_of
from rebind.openapi.shapes import METHODS
from rebind.openapi.survey import Object, Survey

TEMPLATE = re.compile(r"\{([^{}]*)\}")
"""A name in braces."""


def check(survey: Survey) -> None:
    """Report paths that cannot be called as they are written.

    Args:
        survey: The resolved data.
    """
    paths = survey.data.get("paths")
    if not isinstance(paths, dict):
        return
    first: dict[tuple[str, str], str] = {}
    for path, item in paths.items():
        if not isinstance(item, dict):
            continue
        names = _template(survey, path, paths)
        shape = TEMPLATE.sub("{}", path)
        for method in METHODS:
            operation = item.get(method)
            if not isinstance(operation, dict):
                continue
            other = first.setdefault((shape, method), path)
            if other != path:
                message = (
                    f"{method.upper()} {quoted(path)} is the same request as {quoted(other)}:"
                    " they differ only in the name of a parameter"
                )
                # Sloppy documents have these. A method for each can be made; the server chooses.
                survey.report(
                    "ambiguous-path",
                    message,
                    paths,
                    path,
                    "keep one of them",
                    key=True,
                    severity="warning",
                )
            _described(survey, path, names, operation, item, method)


def _template(survey: Survey, path: str, paths: Object) -> list[str]:
    if not path.startswith("/"):
        message = f"the path {quoted(path)} does not begin with a slash"
        help = f"write {quoted('/' + path)}"
        survey.report("bad-path", message, paths, path, help, key=True)
    names = TEMPLATE.findall(path)
    rest = TEMPLATE.sub("", path)
    if "{" in rest or "}" in rest or "" in names:
        message = f"the braces of the path {quoted(path)} do not enclose names"
        survey.report("bad-path", message, paths, path, "write '/pets/{petId}'", key=True)
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        message = f"the path {quoted(path)} has {quoted('{' + name + '}')} twice"
        survey.report("bad-path", message, paths, path, "give each its own name", key=True)
    return names


def _described(
    survey: Survey, path: str, names: list[str], operation: Object, item: Object, method: str
) -> None:
    declared = [p for p in parameters_of(operation) if p.get("in") == "path"]
    known = [str(parameter.get("name")) for parameter in declared]
    spare = [other for other in known if other not in names]
    for name in names:
        if not name or name in known or spare:
            continue  # of two names for one thing, the parameter's is reported
        message = f"no parameter describes {quoted('{' + name + '}')} of {quoted(path)}"
        help = f"add a parameter {quoted(name)} with 'in: path'"
        for parameter in parameters_of(operation):
            if parameter.get("name") == name:
                help = f"the parameter {quoted(name)} is there with 'in: {parameter.get('in')}'"
        survey.report("undeclared-path-parameter", message, item, method, help, key=True)
    for parameter, name in zip(declared, known, strict=True):
        if "name" in parameter and name not in names:
            message = f"the path {quoted(path)} has no {quoted('{' + name + '}')}"
            open_names = [other for other in names if other not in known]
            help = "add it to the path, or remove the parameter"
            help = f"the path has {quoted('{' + open_names[0] + '}')}" if open_names else help
            help = did_you_mean(name, open_names, help)
            survey.report("unused-path-parameter", message, parameter, "name", help)
