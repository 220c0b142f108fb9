"""``x-rebind-page``: the parameters and fields that it names must be there."""

from __future__ import annotations

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi.bindings import arguments_of
from rebind.openapi.fields import Found, follow, results, variants
from rebind.openapi.survey import Object, Survey
from rebind.source import Json

KEY = "x-rebind-page"
WAYS = ("cursor", "url", "link", "page", "offset")
"""What can name the next page."""
_ONLY_WITH = {"next": "cursor", "last": "cursor", "first": "page", "pages": "page"}


def check(survey: Survey, operation: Object) -> None:
    """Report pages that cannot be turned.

    Args:
        survey: The resolved data.
        operation: An operation.
    """
    page = operation.get(KEY)
    if isinstance(page, dict):
        _Page(survey, operation, page).check()


class _Page:
    def __init__(self, survey: Survey, operation: Object, page: Object) -> None:
        self.survey = survey
        self.operation = operation
        self.page = page
        self.result = next(results(survey, operation), None)

    def tell(self, message: str, *inside: str, help: str, key: bool = False) -> None:
        self.survey.report(
            "bad-page", message, self.operation, KEY, help, inside=inside, key=key or not inside
        )

    def check(self) -> None:
        ways = [way for way in WAYS if way in self.page]
        if len(ways) != 1:
            said = f"{' and '.join(ways)} both name" if ways else "nothing names"
            self.tell(f"{said} the next page", help=f"give one of {', '.join(WAYS)}")
        if "cursor" in ways and ("next" in self.page) == ("last" in self.page):
            help = "give 'next:', a field of the reply, or 'last:', a field of the last item"
            self.tell("a cursor comes from one place", help=help)
        for key, way in _ONLY_WITH.items():
            if key in self.page and ways and way not in ways:
                help = f"remove it, or give {quoted(way)}"
                self.tell(f"{quoted(key)} goes with {quoted(way)}", key, help=help, key=True)
        known = arguments_of(self.survey, self.operation)
        for key in ("cursor", "page", "offset"):
            name = self.page.get(key)
            if isinstance(name, str) and name not in known:
                message = f"the operation has no parameter {quoted(name)}"
                help = did_you_mean(name, known, "name the parameter that chooses the page")
                self.tell(message, key, help=help)
        if self.result is None:
            self.tell("there is no reply of JSON that could hold a page", help="describe it")
            return
        for key in ("next", "url", "more", "total", "pages"):
            self.field(key, self.result)
        self.check_items()

    def check_items(self) -> None:
        found: Found | None = Found((), self.result)
        if "items" in self.page:
            found = self.field("items", self.result)
        if found is None:
            return
        lists = [v for v in variants(self.survey, found.schema) if "items" in v]
        if not lists:
            if "items" in self.page:
                message = f"{quoted(str(self.page['items']))} is no list"
                self.tell(message, "items", help="name the field that holds the items")
            else:
                message = "the result is no list"
                self.tell(message, help="name the field that holds the items: 'items:'")
        elif "last" in self.page:
            self.field("last", lists[0]["items"])

    def field(self, key: str, schema: Json) -> Found | None:
        """Follow the path under a key; None if it leads nowhere, which is reported."""
        path = self.page.get(key)
        if not isinstance(path, str):
            return None
        found = follow(self.survey, schema, path)
        if found.schema is not None:
            return found
        of = quoted(".".join(found.keys)) if found.keys else "the result"
        if key == "last" and not found.keys:
            of = "an item"
        message = f"{of} has no property {quoted(found.missing)}"
        help = did_you_mean(found.missing, found.known, "name a field that is described")
        self.tell(message, key, help=help)
        return None
