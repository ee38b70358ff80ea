"""How far somebody has come with an activity's credit, as its page says it: from the ledger's entries alone. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lms.progress.models.standing import Told


@dataclass(frozen=True, slots=True)
class Stage:
    begun: bool = False
    completed: bool = False
    """Of any edition that no certificate is of yet."""
    certificate: str = ""
    """The id of the certificate of the present edition, or of its last renewal."""
    may_renew: bool = False


def stage(entries: Iterable[Told], edition: int, today: date) -> Stage:
    """The stage that these entries about one activity, in the order of their arrival, have led to."""
    begun = completed = False
    certificate, renewable = "", None
    for entry in entries:
        if entry.verb == "began" and entry.edition >= edition:
            begun = True
        elif entry.verb in ("completed", "renewed"):
            completed = True
            certificate = "" if entry.verb == "renewed" else certificate
        elif entry.verb == "claimed":
            completed = False
            if entry.edition >= edition:
                said = entry.data.get("renewable")
                certificate, renewable = entry.data["certificate"], date.fromisoformat(said) if said else None
    return Stage(begun, completed, certificate, bool(certificate and renewable and today >= renewable))
