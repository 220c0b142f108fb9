"""Parameters: where they stand, how they are written, what they hold."""

from __future__ import annotations

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi.survey import Object, Survey

PLACES = ("path", "query", "header", "cookie")
"""Where a parameter may be."""
_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}


def parameters_of(operation: Object) -> list[Object]:
    """The parameters of an operation, those of its path among them.

    Args:
        operation: An operation of the resolved data.

    Returns:
        The parameters.
    """
    listed = operation.get("parameters")
    return [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []


def check(survey: Survey, parameter: Object) -> None:
    """Report what is wrong with one parameter.

    Args:
        survey: The resolved data.
        parameter: A parameter in it.
    """
    name, place = parameter.get("name"), parameter.get("in")
    if isinstance(place, str) and place not in PLACES:
        message = f"a parameter cannot be in {quoted(place)}"
        help = did_you_mean(place, PLACES, f"the places are {', '.join(PLACES)}")
        if place == "body":
            help = "describe the body under 'requestBody:'"
        elif place == "formData":
            help = "describe the form under 'requestBody:', as a property of the body's schema"
        survey.report("bad-parameter-place", message, parameter, "in", help)
    if place == "path" and name is not None and parameter.get("required") is not True:
        message = f"the path parameter {quoted(str(name))} must be required"
        holder = "required" if "required" in parameter else "in"
        survey.report("optional-path-parameter", message, parameter, holder, "add 'required: true'")
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
        help = "name one media type, such as application/json"
        survey.report("bad-parameter-content", message, parameter, "content", help, key=True)
    style = parameter.get("style")
    styles = _STYLES.get(str(place), ())
    if isinstance(style, str) and styles and style not in styles:
        message = f"a {place} parameter cannot have the style {quoted(style)}"
        help = did_you_mean(style, styles, f"the styles are {', '.join(styles)}")
        survey.report("bad-style", message, parameter, "style", help)


def check_list(survey: Survey, operation: Object) -> None:
    """Report parameters of an operation that are described twice.

    Args:
        survey: The resolved data.
        operation: An operation in it.
    """
    seen: set[tuple[str, str]] = set()
    for parameter in parameters_of(operation):
        if "name" not in parameter or "in" not in parameter:
            continue
        name, place = str(parameter.get("name")), str(parameter.get("in"))
        identity = (name.lower() if place == "header" else name, place)
        if identity in seen:
            message = f"the {place} parameter {quoted(name)} is described twice"
            survey.report("duplicate-parameter", message, parameter, "name", "keep one of them")
        seen.add(identity)
