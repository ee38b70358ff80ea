"""What the Open Badges 3.0 credential of a certificate says, before it is signed; and the status list's.

https://www.imsglobal.org/spec/ob/v3p0/
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from lms.certificates.models.paper import Certificate, Snapshot
from lms.certificates.proofs.canonical import OPEN_BADGES, VC
from lms.certificates.rules import statuses
from lms.certificates.rules.dids import did_of
from lms.certificates.rules.moments import end_of, stamp

#: How many days a status list may be kept: an older copy would hide what was revoked since.
LIST_DAYS = 7

_WORDS = {
    "en": {
        "completed": "Completed {title}, and claimed {claimed} of {offered} {units} ({system}).",
        "taught": "Taught {title}, reflected on it, and claimed {claimed} of {offered} {units} ({system}).",
        "objectives": "Objectives:",
        "sample": "This is a sample, and worth nothing.",
        "page": "Verification page",
        "log": "Leaf {index} of the issuer's transparency log.",
        "checkpoint": "The checkpoint that is printed on the certificate: {size} leaves, root {root}.",
        "by": "Provider: {provider}.",
        "by_number": "Provider: {provider}, {number}.",
    },
    "es": {
        "completed": "Completó {title} y solicitó {claimed} de {offered} {units} ({system}).",
        "taught": "Enseñó {title}, reflexionó sobre ello y solicitó {claimed} de {offered} {units} ({system}).",
        "objectives": "Objetivos:",
        "sample": "Esto es una muestra y no tiene ningún valor.",
        "page": "Página de verificación",
        "log": "Hoja {index} del registro de transparencia de quien lo emite.",
        "checkpoint": "El punto de control impreso en el certificado: {size} hojas, raíz {root}.",
        "by": "Proveedor: {provider}.",
        "by_number": "Proveedor: {provider}, {number}.",
    },
}
#: What one of the standards writes in one way and its programs in another: nobody sees it.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def credential(one: Certificate) -> dict[str, Any]:
    """The credential of a certificate, without its proof. Raises ValueError where the site's address has no did:web."""
    paper = one.snapshot
    said: dict[str, Any] = {
        "@context": [VC, OPEN_BADGES],
        "id": f"{paper.url}/credential.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _plain(paper.title),
        "description": _description(paper),
        "issuer": {
            "id": did_of(paper.issuer),
            "type": ["Profile"],
            "name": _plain(paper.organisation),
            "url": paper.issuer,
        },
        "validFrom": stamp(paper.issued),
    }
    if paper.expires is not None:
        said["validUntil"] = end_of(paper.expires)
    return said | {
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [_identity(one)],
            "activityEndDate": paper.completed.astimezone(UTC).date().isoformat(),
            "creditsEarned": _number(paper.claimed),
            "achievement": _achievement(paper),
        },
        "evidence": [_evidence(one)],
        "credentialStatus": _status(one),
    }


def status_list(issuer: str, number: int, indexes: Iterable[int], now: datetime) -> dict[str, Any]:
    """The credential of the status list of this number, without its proof; the same all day."""
    url = _list_url(issuer, number)
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "@context": [VC],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_of(issuer),
        # A day back: clocks of others may be late.
        "validFrom": stamp(day - timedelta(days=1)),
        "validUntil": stamp(day + timedelta(days=LIST_DAYS)),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": statuses.encoded(statuses.place(index)[1] for index in indexes),
        },
    }


def _identity(one: Certificate) -> dict[str, Any]:
    """The holder's name, hashed. The salt proves it to whoever knows the name, where its holder shows it in full;
    otherwise it would let anyone find it in a list of names."""
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${one.snapshot.holder}",
        "identityType": "name",
    }
    shown = one.name is not None and one.salt is not None and one.shown == "full"
    return identity | ({"salt": one.salt} if shown else {})


def _achievement(paper: Snapshot) -> dict[str, Any]:
    taught = "#teaching" if paper.kind == "teaching" else ""
    said = {
        "id": f"{paper.issuer}{paper.activity}{taught}",
        "type": ["Achievement"],
        "name": _plain(paper.title),
        "description": _description(paper),
        "criteria": {"narrative": _narrative(paper)},
        "creditsAvailable": _number(paper.offered),
        "inLanguage": paper.lang,
        "version": str(paper.edition),
    }
    return said if taught else said | {"achievementType": "CertificateOfCompletion"}


def _description(paper: Snapshot) -> str:
    parts = [_say(paper, "sample")] if paper.sample else []
    parts.append(_plain(paper.statement) or _deed(paper))
    if paper.provider:
        number = paper.provider_number
        parts.append(_say(paper, "by_number" if number else "by", provider=paper.provider, number=number))
    return " ".join(parts)


def _narrative(paper: Snapshot) -> str:
    lines = [_deed(paper)]
    if paper.objectives:
        lines += ["", _say(paper, "objectives"), "", *(f"- {_plain(one)}" for one in paper.objectives)]
    return "\n".join(lines)


def _deed(paper: Snapshot) -> str:
    said = {
        "claimed": _decimal(paper.claimed),
        "offered": _decimal(paper.offered),
        "units": paper.unit if paper.offered == 1 else paper.units,
    }
    what = "taught" if paper.kind == "teaching" else "completed"
    return _say(paper, what, title=paper.title, system=paper.system_name, **said)


def _evidence(one: Certificate) -> dict[str, Any]:
    paper = one.snapshot
    told = [_say(paper, "log", index=str(one.index))]
    if paper.log_root:
        told.append(_say(paper, "checkpoint", size=str(paper.log_size), root=paper.log_root))
    return {"id": paper.url, "type": ["Evidence"], "name": _say(paper, "page"), "narrative": " ".join(told)}


def _status(one: Certificate) -> dict[str, Any]:
    number, bit = statuses.place(one.index)
    url = _list_url(one.snapshot.issuer, number)
    return {
        "id": f"{url}#{bit}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(bit),
        "statusListCredential": url,
    }


def _list_url(issuer: str, number: int) -> str:
    return f"{issuer}/certificates/status/{number}"


def _say(paper: Snapshot, name: str, **blanks: str) -> str:
    words = _WORDS.get(paper.lang.split("-")[0], _WORDS["en"])[name]
    return words.format(**{blank: _plain(value) for blank, value in blanks.items()})


def _plain(text: str) -> str:
    return _CONTROL.sub(" ", text.replace("\r\n", "\n")).strip()


def _decimal(amount: Decimal) -> str:
    """A number without needless noughts: 0.50 is 0.5, and 20 stays so."""
    return f"{amount:f}".rstrip("0").rstrip(".") if "." in f"{amount:f}" else f"{amount:f}"


def _number(amount: Decimal) -> int | float:
    """A number of JSON: programs write 1 and 1.0 differently, and sign what they write."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
