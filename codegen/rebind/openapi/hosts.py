"""Servers whose addresses the API tells: who is asked must be there, and so must who is meant."""

from __future__ import annotations

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi.parameters import parameters_of
from rebind.openapi.results import result_of
from rebind.openapi.survey import Object, Survey

_KEY = "x-rebind-hosts"


def check_hosts(survey: Survey, operations: dict[str, Object]) -> None:
    """Report servers whose addresses cannot be asked for.

    Args:
        survey: The resolved data.
        operations: The operations by their ids.
    """
    hosts = survey.data.get(_KEY)
    for name, host in hosts.items() if isinstance(hosts, dict) else ():
        asked = host.get("operation") if isinstance(host, dict) else None
        if not isinstance(host, dict) or not isinstance(asked, str):
            continue
        if asked not in operations:
            message = f"no operation has the operationId {quoted(asked)}"
            help = did_you_mean(asked, operations, "name the operation that tells the address")
            survey.report("bad-host", message, survey.data, _KEY, help, inside=(name, "operation"))
            continue
        operation = operations[asked]
        if operation.get("x-rebind-host") is not None:
            message = f"{quoted(asked)} is on a server whose address is told itself"
            help = "remove its 'x-rebind-host'"
            survey.report("bad-host", message, survey.data, _KEY, help, inside=(name, "operation"))
        known = {str(p.get("name")): p for p in parameters_of(operation) if p.get("in") == "query"}
        given = host.get("with")
        for index, parameter in enumerate(given if isinstance(given, list) else []):
            if isinstance(parameter, str) and parameter not in known:
                message = f"{quoted(asked)} has no query parameter {quoted(parameter)}"
                help = did_you_mean(parameter, known, "remove it")
                inside = (name, "with", index)
                survey.report("bad-host", message, survey.data, _KEY, help, inside=inside)
        field, fields = host.get("field"), survey.properties(result_of(survey, operation))
        if isinstance(field, str) and fields and field not in fields:
            message = f"the result of {quoted(asked)} has no {quoted(field)}"
            help = did_you_mean(field, fields, "name the key of the address")
            survey.report("bad-host", message, survey.data, _KEY, help, inside=(name, "field"))


def check_host(survey: Survey, operation: Object) -> None:
    """Report an operation on a server that nobody describes.

    Args:
        survey: The resolved data.
        operation: An operation.
    """
    name, hosts = operation.get("x-rebind-host"), survey.data.get(_KEY)
    known = hosts if isinstance(hosts, dict) else {}
    if isinstance(name, str) and name not in known:
        message = f"there is no server {quoted(name)}"
        help = did_you_mean(name, known, "describe it in 'x-rebind-hosts' at the root")
        survey.report("unknown-host", message, operation, "x-rebind-host", help)
