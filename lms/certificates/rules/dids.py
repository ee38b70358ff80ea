"""Who issues: the site's address as an identifier, and the document by which others find its keys.

https://w3c-ccg.github.io/did-method-web/
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit


def did_of(address: str) -> str:
    """The identifier of the site at `address`, such as did:web:learn.example.org.

    Raises ValueError for an address that has none: one with a path after its host, or without a host.
    """
    parts = urlsplit(address)
    try:
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (UnicodeError, ValueError):
        host, port = "", None
    if parts.scheme not in ("https", "http") or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(
            f"{address} has no did:web: the site's address must be a host alone, such as https://example.org"
        )
    # A colon of its own would begin a path.
    return f"did:web:{host}" + (f"%3A{port}" if port is not None else "")


def did_document(did: str, keys: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The document at /.well-known/did.json, with all keys that ever signed, by name and Multikey."""
    methods = [
        {"id": f"{did}#{name}", "type": "Multikey", "controller": did, "publicKeyMultibase": public}
        for name, public in keys
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
