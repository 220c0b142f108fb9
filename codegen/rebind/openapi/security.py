"""Servers and security: every name that is used is described, and what is described is complete."""

from __future__ import annotations

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi.paths import TEMPLATE
from rebind.openapi.survey import Object, Survey

_SCHEMES = ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS")
_KEY_PLACES = ("header", "query", "cookie")


def check_requirement(survey: Survey, requirement: Object) -> None:
    """Report security schemes that are required but nowhere described.

    Args:
        survey: The resolved data.
        requirement: A security requirement.
    """
    components = survey.data.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    known = schemes if isinstance(schemes, dict) else {}
    for name in requirement:
        if name not in known and not name.startswith("x-"):
            message = f"there is no security scheme {quoted(name)}"
            help = did_you_mean(name, known, "describe it under 'components: securitySchemes:'")
            survey.report("unknown-security", message, requirement, name, help, key=True)


def check_scheme(survey: Survey, scheme: Object) -> None:
    """Report what is wrong with one security scheme.

    Args:
        survey: The resolved data.
        scheme: A security scheme.
    """
    kind = scheme.get("type")
    if not isinstance(kind, str):
        return
    if kind not in _SCHEMES:
        message = f"there is no type of security scheme {quoted(kind)}"
        help = did_you_mean(kind, _SCHEMES, f"the types are {', '.join(_SCHEMES)}")
        if kind in ("basic", "bearer"):
            help = f"write 'type: http' and 'scheme: {kind}'"
        survey.report("bad-security-scheme", message, scheme, "type", help)
    needed = {"apiKey": ("name", "in"), "http": ("scheme",)}.get(kind, ())
    for key in needed:
        if not isinstance(scheme.get(key), str):
            message = f"a security scheme of type {quoted(kind)} needs {quoted(key)}"
            survey.report("bad-security-scheme", message, scheme, "type", f"add '{key}:'")
    place = scheme.get("in")
    if kind == "apiKey" and isinstance(place, str) and place not in _KEY_PLACES:
        message = f"an API key cannot be in {quoted(place)}"
        help = did_you_mean(place, _KEY_PLACES, "write header, query or cookie")
        survey.report("bad-security-scheme", message, scheme, "in", help)


def check_server(survey: Survey, server: Object) -> None:
    """Report what is wrong with one server.

    Args:
        survey: The resolved data.
        server: A server.
    """
    url, variables = server.get("url"), server.get("variables")
    known = variables if isinstance(variables, dict) else {}
    if isinstance(url, str):
        for name in TEMPLATE.findall(url):
            if name not in known:
                message = f"the server's variable {quoted('{' + name + '}')} is not described"
                help = did_you_mean(name, known, "callers must then give the whole address")
                survey.warn("undeclared-server-variable", message, server, "url", help)
    for name, variable in known.items():
        if not isinstance(variable, dict):
            continue
        default, enum = variable.get("default"), variable.get("enum")
        if default is None:
            message = f"the server variable {quoted(name)} has no default"
            help = "add 'default:'"
            survey.report("bad-server-variable", message, known, name, help, key=True)
        elif isinstance(enum, list) and enum and default not in enum:
            message = f"the default {quoted(str(default))} is not among the values"
            help = did_you_mean(str(default), map(str, enum))
            survey.warn("bad-server-variable", message, variable, "default", help)
