"""JSON-LD in one way alone, by PyLD: with the contexts that are kept here, and never one from the net."""

import json
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

VC = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_FILES = {VC: "credentials-v2.json", OPEN_BADGES: "ob-v3p0-context-3.0.3.json"}

#: PyLD keeps what it has read of contexts in caches that threads must not share at once.
_ONE_AT_A_TIME = Lock()


class UnknownContext(ValueError):
    """A document names a context that is not kept here; the message says which."""


class Unclear(ValueError):
    """A document that does not say what it seems to: the message says why."""


def canonical(document: dict[str, Any]) -> bytes:
    """The document's statements as canonical N-Quads, by RDFC-1.0 (URDNA2015).

    Raises UnknownContext, and Unclear for what is not JSON-LD.
    """
    found: str = _told(
        "normalize", _known(document), {"algorithm": "URDNA2015", "format": "application/n-quads", "base": ""}
    )
    return found.encode()


def read_back(document: dict[str, Any]) -> dict[str, Any]:
    """What a document says, said once more with its own contexts: a word that they do not know is gone.

    Raises as `canonical`.
    """
    said: dict[str, Any] = _told("compact", _known(document), document["@context"], {"base": ""})
    return said


def _known(document: dict[str, Any]) -> dict[str, Any]:
    """The document, when every context is one of ours, at its top, by its address."""
    contexts = document.get("@context")
    if not isinstance(contexts, list) or not contexts:
        raise UnknownContext("the document names no list of contexts")
    for one in contexts:
        if one not in (VC, OPEN_BADGES):
            raise UnknownContext(f"the context {_brief(one)} is not known here, and nothing is loaded from the net")
    if _inner(document.values()):
        raise UnknownContext("a context inside of the document is not allowed")
    return document


def _inner(values: Any) -> bool:
    """Whether a context stands anywhere below."""
    stack = [*values]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            if "@context" in one:
                return True
            stack += one.values()
        elif isinstance(one, list):
            stack += one
    return False


def _told(verb: str, *arguments: Any) -> Any:
    *given, options = arguments
    # Slow to import, and only those who sign or verify need it.
    from pyld import jsonld

    with _ONE_AT_A_TIME:
        processor, resolver = _processor()
        try:
            return getattr(processor, verb)(*given, {**options, "documentLoader": _load, "contextResolver": resolver})
        except jsonld.JsonLdError as fault:
            raise Unclear(f"this is no JSON-LD: {_brief(fault)}") from fault
        except (TypeError, AttributeError, KeyError, IndexError, RecursionError) as fault:
            # PyLD trusts that values are of the types that they should be.
            raise Unclear("this is no JSON-LD") from fault


@cache
def _processor() -> tuple[Any, Any]:
    from pyld import jsonld
    from pyld.context_resolver import ContextResolver

    # A cache of our own: PyLD's holds whatever else in this process was loaded.
    return jsonld.JsonLdProcessor(), ContextResolver({}, _load)


def _load(url: str, _options: object = None) -> dict[str, Any]:
    # "static": what PyLD has made of it once, it keeps.
    return {"contextUrl": None, "documentUrl": url, "document": _text(url), "tag": "static"}


@cache
def _text(url: str) -> Any:
    if url not in _FILES:
        raise UnknownContext(f"the context {_brief(url)} is not known here, and nothing is loaded from the net")
    return json.loads((files(__package__) / "contexts" / _FILES[url]).read_text("utf-8"))


def _brief(thing: object) -> str:
    words = " ".join(str(thing).split())
    return words if len(words) <= 200 else f"{words[:200]}…"
