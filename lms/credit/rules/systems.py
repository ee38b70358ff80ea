"""The credit systems that Spoke knows by itself. credit.yaml may say each of them anew, and add others.

What the systems themselves ask for is told in docs/authoring.md, with what each programme has to confirm.
"""

from decimal import Decimal

from lms.credit.models import PLAIN, CreditFile, System

_CLAIM = "{provider} (accreditation {number}) certifies that the holder took part in “{title}” and claimed"
_AWARD = f"{_CLAIM} {{claimed}} {{units}} of a maximum of {{amount}}."

_HOUR, _QUARTER = Decimal(60), Decimal("0.25")

#: By code. Steps are quarters of an hour where nothing else is known.
BUILT_IN: dict[str, System] = {
    PLAIN: System(
        name="Hours of learning",
        unit="hour of learning",
        units="hours of learning",
        minutes=_HOUR,
        step=_QUARTER,
        accredited=False,
    ),
    "AMA": System(
        name="AMA PRA Category 1 Credit™",
        unit="AMA PRA Category 1 Credit™",
        units="AMA PRA Category 1 Credits™",
        minutes=_HOUR,
        step=_QUARTER,
        statements={"physician": _AWARD},
        designation=(
            "The {provider} designates this enduring material for a maximum of {amount} {units}. Physicians should "
            "claim only the credit commensurate with the extent of their participation in the activity."
        ),
    ),
    "ANCC": System(
        name="ANCC contact hours",
        unit="contact hour",
        units="contact hours",
        minutes=_HOUR,
        step=_QUARTER,
        statements={"nurse": _AWARD, "nurse practitioner": _AWARD},
        designation="{provider} ({number}) awards nurses at most {amount} {units} for this activity.",
    ),
    "ACPE": System(
        name="ACPE continuing education units",
        unit="CEU",
        units="CEUs",
        minutes=Decimal(600),
        step=Decimal("0.025"),
        statements={"pharmacist": _AWARD},
        designation="{provider} ({number}) awards pharmacists at most {amount} {units} for this activity.",
        requires=("NABP", "BIRTHDAY"),
    ),
    "EACCME": System(
        name="European CME credits (EACCME)",
        unit="ECMEC",
        units="ECMECs",
        minutes=_HOUR,
        step=Decimal("0.5"),
        statements={"physician": _AWARD},
        designation=(
            "{provider} ({number}) offers physicians at most {amount} {units} for this activity. Each should claim "
            "only the hours that they spent on it."
        ),
    ),
    "RCP": System(
        name="RCP CPD credits",
        unit="CPD credit",
        units="CPD credits",
        minutes=_HOUR,
        step=Decimal(1),
        statements={"physician": _AWARD},
        designation="{provider} ({number}) offers physicians at most {amount} {units} for this activity.",
    ),
    "MOC": System(
        name="Maintenance of Certification points",
        unit="MOC point",
        units="MOC points",
        minutes=_HOUR,
        step=_QUARTER,
        statements={"physician": _AWARD},
        designation="{provider} ({number}) offers physicians at most {amount} {units} for this activity.",
        requires=("MOC",),
    ),
}

#: Plain hours in other languages than English; the names of the others are names.
_PLAIN = {
    "es": {"name": "Horas de aprendizaje", "unit": "hora de aprendizaje", "units": "horas de aprendizaje"},
}


def system(file: CreditFile, code: str, lang: str = "en") -> System | None:
    """The credit system of a code, as credit.yaml says it or else as it is built in; None where there is none.

    Whatever is said of it, only plain hours need no accreditation, and they have no statement of their own.
    """
    said = file.systems.get(code)
    if code == PLAIN:
        told = said or BUILT_IN[PLAIN].model_copy(update=_PLAIN.get(lang.split("-")[0], {}))
        return told.model_copy(update={"accredited": False, "statements": {}, "designation": None, "requires": ()})
    said = said or BUILT_IN.get(code)
    return said.model_copy(update={"accredited": True}) if said else None


def codes(file: CreditFile) -> tuple[str, ...]:
    """The codes of all credit systems that an activity may name."""
    return tuple(dict.fromkeys((*BUILT_IN, *file.systems)))
