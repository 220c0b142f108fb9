"""What may stand in a recording: headers by allow-list, and no secret anywhere else."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode, urlsplit, urlunsplit

REDACTED = "REDACTED"
HOST = "https://api.abacus.ai"

REQUEST_HEADERS = ("apiKey", "clientVersion", "Content-Type", "User-Agent")
REPLY_HEADERS = ("Content-Type", "Retry-After", "x-request-id")

_SECRET_NAME = re.compile(
    r"(api|access|private|secret)[-_]?key|authorization|cookie|credential|pass(word|wd|phrase)"
    r"|secret|token(?!s)|session[-_]?key|signature",
    re.IGNORECASE,
)
_PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "user@example.com"),
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"), REDACTED),  # JSON web tokens
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {REDACTED}"),
    (re.compile(r"\b(?:sk|pk|s2|ghp|xox[abp])[-_][\w-]{10,}"), REDACTED),
    (re.compile(r"\bAKIA[0-9A-Z]{16}\b"), REDACTED),
    (re.compile(r"\b[0-9a-fA-F]{32,}\b"), REDACTED),  # what the API's own keys and tokens look like
)


@dataclass(frozen=True)
class Scrubber:
    """Takes out of requests and replies what nobody else may read.

    Attributes:
        secrets: Texts that must not appear anywhere, in any of their encodings, the API key first.
        known: Ids of a real account and the invented ones that stand for them in the cases.
    """

    secrets: tuple[str, ...] = ()
    known: tuple[tuple[str, str], ...] = ()

    def text(self, text: str) -> str:
        """The text without secrets, e-mail addresses, tokens and real ids."""
        for secret in self.secrets:
            for spelling in _spellings(secret):
                text = text.replace(spelling, REDACTED)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        for real, invented in self.known:
            text = text.replace(real, invented)
        return text

    def data(self, value: Any) -> Any:
        """JSON data without them, and without the values of fields that are named like secrets."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.data(item) for item in value]
        if isinstance(value, dict):
            return {
                self.text(key): REDACTED
                if _SECRET_NAME.search(key) and item not in (None, "", [], {})
                else self.data(item)
                for key, item in value.items()
            }
        return value

    def body(self, body: bytes) -> bytes:
        """A body without them; JSON stays the same JSON otherwise, and so do its spaces."""
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return REDACTED.encode()  # nothing binary belongs into a recording
        try:
            data = json.loads(text)
        except ValueError:
            return self.text(text).encode()
        clean = self.data(data)
        return body if clean == data else dumps_like(text, clean).encode()

    def url(self, url: str) -> str:
        """The URL at the public host, with a query that holds no secret."""
        parts = urlsplit(url)
        host = urlsplit(HOST)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        clean = [
            (name, REDACTED if _SECRET_NAME.search(name) else self.text(value))
            for name, value in pairs
        ]
        query = parts.query if clean == pairs else urlencode(clean)
        path = parts.path
        if self.text(unquote(path)) != unquote(path):
            path = quote(self.text(unquote(path)))
        return urlunsplit((host.scheme, host.netloc, path, query, ""))

    def headers(
        self, headers: Mapping[str, str] | Iterable[tuple[str, str]], allowed: tuple[str, ...]
    ) -> dict[str, str]:
        """The allowed headers, spelled and ordered as the list has them."""
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        found: dict[str, str] = {}
        for name, value in pairs:
            found.setdefault(name.lower(), value)
        return {
            name: REDACTED if _SECRET_NAME.search(name) else self.text(found[name.lower()])
            for name in allowed
            if name.lower() in found
        }


def dumps_like(text: str, data: Any) -> str:
    """JSON for the data in the layout of a text that is JSON, too."""
    if "\n" in text.strip():
        return json.dumps(data, ensure_ascii=False, indent=2)
    if '": ' in text or ", " in text:
        return json.dumps(data, ensure_ascii="\\u" in text)
    return json.dumps(data, ensure_ascii="\\u" in text, separators=(",", ":"))


def _spellings(secret: str) -> Iterator[str]:
    """Every way in which a text could stand in an URL, a body or a header."""
    raw = secret.encode()
    spellings = {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        raw.hex(),
    }
    # The longest first: a shorter one may be a part of it.
    return iter(sorted((text for text in spellings if text), key=lambda text: (-len(text), text)))
