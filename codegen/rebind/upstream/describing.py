"""Sentences of our own, composed of names and structure alone."""

from __future__ import annotations

from rebind.upstream import spelling
from rebind.upstream.namespaces import PREPOSITIONS

Words = tuple[str, ...]

_CAPITALS = {
    "api": "API", "llm": "LLM", "llms": "LLMs", "eda": "EDA", "pdf": "PDF", "sql": "SQL",
    "url": "URL", "urls": "URLs", "apis": "APIs", "mcp": "MCP", "ai": "AI", "json": "JSON",
    "csv": "CSV", "html": "HTML", "ui": "UI", "oauth": "OAuth", "oauth2": "OAuth2", "nlp": "NLP",
    "gpu": "GPU", "cpu": "CPU", "uuid": "UUID", "sso": "SSO", "ip": "IP", "db": "DB",
    "ttl": "TTL", "hpo": "HPO", "ocr": "OCR", "rag": "RAG", "aws": "AWS", "arn": "ARN",
    "http": "HTTP", "cron": "cron", "python": "Python", "jira": "Jira", "pii": "PII",
    "ner": "NER", "knn": "KNN", "id": "id", "ids": "ids", "azure": "Azure", "kafka": "Kafka",
    "sms": "SMS", "tts": "TTS", "vpn": "VPN", "sdk": "SDK", "ssh": "SSH", "saml": "SAML",
    "ml": "ML",
}  # fmt: skip
_AN = {"a", "e", "i", "o", "hour", "honest", "LLM", "MCP", "NLP", "SQL", "ML", "SMS", "SSO", "HPO"}
_A = {
    "use",
    "user",
    "users",
    "unified",
    "unique",
    "usage",
    "url",
    "one",
    "uuid",
    "UUID",
    "URL",
    "UI",
    "universal",
}
_VERBS = {
    "add", "allow", "apply", "calculate", "check", "clean", "compute", "convert", "create",
    "delete", "detect", "disable", "do", "download", "drop", "enable", "exclude", "explain",
    "export", "extract", "fetch", "filter", "fix", "force", "get", "handle", "hide", "highlight",
    "ignore", "include", "join", "keep", "load", "mask", "merge", "override", "overwrite",
    "prefer", "preserve", "pull", "regenerate", "remove", "require", "resolve", "return", "save",
    "search", "send", "show", "skip", "sort", "stream", "treat", "trim", "truncate", "update",
    "use", "validate", "verify", "wait", "write",
}  # fmt: skip
_STATES = {"enabled", "disabled", "allowed", "required", "supported", "only", "deprecated"}
_GIVEN = {
    "name": "The name to give to {it}.",
    "description": "What to say of {it}.",
    "limit": "At most so many are returned.",
    "start_after_id": "The id after which the list goes on.",
    "start_after_version": "The version after which the list goes on.",
    "offset": "How many bytes to leave out at the beginning.",
    "chunk_size": "How many bytes to read.",
    "deployment_token": "The token that opens the deployment.",
    "streaming_token": "The token that opens the stream.",
    "query_data": "What to predict from: column -> value.",
    "sql": "The SQL that makes it.",
    "timeout": "Seconds to wait at most.",
}
_HELD = {
    "created_at": "When it was made: ISO 8601 with an offset.",
    "updated_at": "When it changed last: ISO 8601 with an offset.",
    "name": "Its name.",
    "description": "What people say of it.",
    "status": "The state that it is in.",
    "error": "What went wrong, where something did.",
    "tags": "Its tags.",
}


def say(words: Words) -> str:
    """Words as people write them: `llm app` -> `LLM app`."""
    return " ".join(_CAPITALS.get(word, word) for word in words)


def article(noun: str) -> str:
    """`a feature group`, `an LLM app`."""
    first = noun.split(" ")[0]
    vowel = (first[:1] in "aeioAEIO" or first in _AN or first[:1] == "u") and first not in _A
    return f"{'an' if vowel else 'a'} {noun}"


def heading(resource: str) -> str:
    """The name of a namespace for people: `feature_groups` -> `Feature groups`."""
    return capitalised(say(tuple(resource.split("_"))))


def capitalised(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def summary(method: str, noun: Words) -> str:
    """What a method does, in a line: `list_feature_groups` -> `List feature groups.`

    Args:
        method: Its flat name.
        noun: What it is about, in singular.

    Returns:
        The sentence.
    """
    words = tuple(method.split("_"))
    start = 3 if words[1:2] in (("and",), ("or",)) else 1
    verb, rest = words[:start], words[start:]
    cut = next((i for i, word in enumerate(rest) if i and word in PREPOSITIONS), len(rest))
    head, tail = rest[:cut], rest[cut:]
    parts = [say(verb)]
    if head:
        parts.append(_thing(head, noun, words[0]))
    if tail:
        parts.append(tail[0])
        if tail[1:]:
            parts.append(_tail(tail[1:], noun))
    return f"{capitalised(' '.join(parts))}."


def _thing(head: Words, noun: Words, verb: str) -> str:
    text = say(head)
    if spelling.is_plural(head[-1]) or head[-1] in (
        "data",
        "feedback",
        "metadata",
        "access",
        "eda",
    ):
        return (
            text
            if verb in ("list", "search", "search_web") or head[-1] != "data"
            else f"the {text}"
        )
    if tuple(head) == noun:
        return article(text)
    return article(text) if verb in ("add", "create", "generate", "predict") else f"the {text}"


def _tail(words: Words, noun: Words) -> str:
    text = say(words)
    if any(word in PREPOSITIONS for word in words) or spelling.is_plural(words[-1]):
        return text
    if words[-1] in (
        "name",
        "id",
        "key",
        "data",
        "upload",
        "source",
        "code",
        "sql",
        "llm",
        "console",
        "time",
    ):
        return text
    return article(text)


def argument(name: str, kind: str, noun: Words) -> str:
    """What an argument is.

    Args:
        name: Its name in Python.
        kind: The type of its schema; empty for several.
        noun: What the method is about, in singular.

    Returns:
        The sentence.
    """
    words = spelling.split(name)
    if name in _GIVEN:
        return _GIVEN[name].format(it=f"the {say(noun)}" if noun else "it")
    return _of_what(words, kind, "") or _general(words, kind)


def attribute(name: str, kind: str, owner: Words) -> str:
    """What a field of an object is.

    Args:
        name: Its name in Python.
        kind: The type of its schema; empty for several.
        owner: The words of its class.

    Returns:
        The sentence.
    """
    words = spelling.split(name)
    if name in _HELD:
        return _HELD[name]
    return _of_what(words, kind, say(owner)) or _general(words, kind)


def _of_what(words: Words, kind: str, owner: str) -> str:
    if len(words) > 1 and words[-1] == "id":
        what = say(words[:-1])
        return f"The id of this {what}." if what == owner else f"The id of the {what}."
    if len(words) > 1 and words[-1] == "ids":
        return f"The ids of the {say((*words[:-2], spelling.plural(words[-2])))}."
    if len(words) > 1 and words[-1] == "at" and kind == "string":
        return f"When it was {say(words[:-1])}: ISO 8601 with an offset."
    if owner.endswith("version") and say(words) == owner:
        return f"The id of this {owner}."
    return ""


def _general(words: Words, kind: str) -> str:
    text = say(words)
    if kind == "boolean":
        return _whether(words)
    if kind == "array":
        return f"The {say((*words[:-1], spelling.plural(words[-1])))}."
    if words[:2] == ("number", "of") or words[:1] == ("num",):
        rest = words[2:] if words[0] == "number" else words[1:]
        return f"How many {say((*rest[:-1], spelling.plural(rest[-1])))}." if rest else "How many."
    if words[-1:] == ("name",) and len(words) > 1:
        return f"The name of the {say(words[:-1])}."
    return f"The {text}."


def _whether(words: Words) -> str:
    first, rest, text = words[0], say(words[1:]), say(words)
    if first == "is" and rest:
        return f"Whether it is {rest}."
    if first == "has" and rest:
        return f"Whether it has {rest}."
    if first in ("should", "can", "must") and rest:
        return f"Whether it {first} {rest}."
    if first in _VERBS and rest:
        return f"Whether to {first} {rest}."
    if first == "only" and rest:
        return f"Whether only what is {rest} counts."
    if words[-1] in _STATES:
        if len(words) == 1:
            return f"Whether it is {text}."
        verb = "are" if spelling.is_plural(words[-2]) else "is"
        return f"Whether {say(words[:-1])} {verb} {words[-1]}."
    return f"A switch: {text}."


def value_set(name: str) -> str:
    """What an enumeration is."""
    return f"The values known for {article(say(spelling.split(name)))}; others may come."


def kind_of(name: str) -> str:
    """What a class is."""
    return f"{capitalised(article(say(spelling.split(name))))}."
