"""Data Integrity proofs of the cryptosuite eddsa-rdfc-2022: made with a key, and verified by a DID document.

https://www.w3.org/TR/vc-di-eddsa/#eddsa-rdfc-2022
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from lms.certificates.proofs.canonical import Unclear, UnknownContext, canonical, read_back
from lms.certificates.rules.moments import stamp
from lms.certificates.rules.multikey import base58, public_bytes, unbase58

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SUITE = "eddsa-rdfc-2022"
_PROOF = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}


def signed(document: dict[str, Any], key: "Ed25519PrivateKey", method: str, created: datetime) -> dict[str, Any]:
    """The document with a proof by the key whose address is `method`. The same is made of the same, byte for byte."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": stamp(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    return document | {"proof": proof | {"proofValue": base58(key.sign(_digest(document, proof)))}}


def problems(document: object, did: Mapping[str, Any]) -> list[str]:
    """What speaks against a signed document, by the DID document of who issued it; nothing where it is sound.

    The days from and until which it is valid, and its status, are the reader's to look at.
    """
    try:
        _verify(document, did)
    except (UnknownContext, Unclear, ValueError) as fault:
        return [str(fault)]
    except RecursionError:
        return ["it is nested too deeply"]
    return []


def _verify(document: object, did: Mapping[str, Any]) -> None:
    if not isinstance(document, dict) or not isinstance(document.get("proof"), dict):
        raise ValueError("it has no proof")
    proof: dict[str, Any] = document["proof"]
    _verify_proof(proof)
    body = {name: value for name, value in document.items() if name != "proof"}
    issuer = body["issuer"].get("id") if isinstance(body.get("issuer"), dict) else body.get("issuer")
    if issuer != did.get("id"):
        raise ValueError("its issuer is another than the one whose keys were given")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    for part in (body, {"@context": body.get("@context"), **options}):
        _verify_plain(part)
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    public = Ed25519PublicKey.from_public_bytes(public_bytes(_key(did, proof["verificationMethod"])))
    try:
        public.verify(unbase58(proof["proofValue"]), _digest(body, options))
    except InvalidSignature:
        raise ValueError("its signature is not of what it says: something was changed") from None


def _verify_proof(proof: dict[str, Any]) -> None:
    if set(proof) != _PROOF or not all(isinstance(value, str) for value in proof.values()):
        raise ValueError("its proof is not of the form that we write")
    expected = {"type": "DataIntegrityProof", "cryptosuite": SUITE, "proofPurpose": "assertionMethod"}
    for name, value in expected.items():
        if proof[name] != value:
            raise ValueError(f"the {name} of its proof is not {value}")


def _verify_plain(document: dict[str, Any]) -> None:
    """A word that the contexts do not know is not signed: so nothing of the kind may stand there.

    Nor what would take for ever to be made canonical: things without a name that are like each other.
    """
    if _tangled(document):
        raise Unclear("it is not of the form that we write")
    if _shape(read_back(document)) != _shape(document):
        raise Unclear("it has words that its contexts do not know, or that are not signed")


def _key(did: Mapping[str, Any], method: str) -> str:
    if method in did.get("assertionMethod", ()):
        for one in did.get("verificationMethod", ()):
            if one.get("id") == method and one.get("controller") == did["id"] and one.get("type") == "Multikey":
                return str(one.get("publicKeyMultibase"))
    raise ValueError("its key is none of its issuer's")


def _digest(document: dict[str, Any], options: dict[str, Any]) -> bytes:
    """What is signed: the digests of the proof's options, and of the document."""
    options = {"@context": document["@context"], **options}
    return sha256(canonical(options)).digest() + sha256(canonical(document)).digest()


def _tangled(thing: object) -> bool:
    if isinstance(thing, dict):
        return str(thing.get("id")).startswith("_:") or any(map(_tangled, thing.values()))
    if isinstance(thing, list):
        return sum(isinstance(one, dict | list) for one in thing) > 1 or any(map(_tangled, thing))
    return False


def _types(name: str, value: object) -> bool:
    return name == "type" and isinstance(value, list)


def _shape(thing: Any) -> Any:
    """A value for comparing: of one thing alone, a list or not is the same, and types come in no order."""
    if isinstance(thing, dict):
        return {name: _shape(sorted(map(str, one)) if _types(name, one) else one) for name, one in thing.items()}
    if isinstance(thing, list):
        return _shape(thing[0]) if len(thing) == 1 else [_shape(one) for one in thing]
    # In Python, True is 1.
    return (type(thing).__name__, thing) if isinstance(thing, bool) else thing
