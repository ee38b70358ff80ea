"""What stands in the lines of the export for reporting. Pure."""

from collections.abc import Callable, Mapping

from lms.certificates.models.coordinating import Held
from lms.certificates.models.paper import Snapshot
from lms.credit.rules.columns import LICENCE, split


def line(columns: Mapping[str, str], held: Held) -> list[object]:
    """What stands under each heading; what is not known is left empty."""
    return [_cell(said, held) for said in columns.values()]


def _cell(said: str, held: Held) -> object:
    if said.startswith("="):
        return said[1:]
    licence = LICENCE.fullmatch(said)
    if licence:
        return held.licences.get(licence[1].upper(), "")
    snapshot = held.certificate.snapshot
    if said in _OF_SNAPSHOT:
        return _OF_SNAPSHOT[said](snapshot)
    return _OF_HELD[said](held) if said in _OF_HELD else ""


_OF_SNAPSHOT: dict[str, Callable[[Snapshot], object]] = {
    "completed": lambda one: one.completed.date().isoformat(),
    "issued": lambda one: one.issued.date().isoformat(),
    "expires": lambda one: one.expires.isoformat() if one.expires else "",
    "certificate": lambda one: one.id,
    "address": lambda one: one.url,
    "number": lambda one: one.provider_number,
    **{
        field: lambda one, field=field: getattr(one, field)  # type: ignore[misc]
        for field in (
            *("kind", "profession", "activity", "title", "medium", "edition", "system", "system_name"),
            *("unit", "units", "claimed", "offered", "provider", "statement"),
        )
    },
}
_OF_HELD: dict[str, Callable[[Held], object]] = {
    "state": lambda one: one.certificate.state,
    "name": lambda one: one.certificate.name or "",
    "first_name": lambda one: split(one.certificate.name or "")[0],
    "last_name": lambda one: split(one.certificate.name or "")[1],
    "email": lambda one: one.holder.email or "",
    "group": lambda one: one.holder.group,
}
