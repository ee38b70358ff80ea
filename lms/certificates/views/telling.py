"""What coordinators read of credit, in words of their language."""

from flask_babel import gettext

from lms.certificates.models.coordinating import Lack


def state(name: str) -> str:
    return {
        "valid": gettext("valid"),
        "superseded": gettext("superseded"),
        "revoked": gettext("revoked"),
        "expired": gettext("expired"),
    }.get(name, name)


def lack(name: Lack) -> str:
    """What somebody who has completed an activity still has to do for its certificate."""
    return {
        "begin": gettext("has not begun for credit"),
        "evaluate": gettext("has not filled in the evaluation form"),
        "claim": gettext("has not claimed"),
    }[name]


def lacks(name: Lack) -> str:
    """The head of a column that counts them."""
    return {
        "begin": gettext("Not begun for credit"),
        "evaluate": gettext("No evaluation yet"),
        "claim": gettext("Not claimed yet"),
    }[name]


def kind(name: str) -> str:
    return gettext("Learning from teaching") if name == "teaching" else gettext("Completion")


def medium(name: str) -> str:
    return {
        "reading": gettext("reading"),
        "recording": gettext("recording"),
        "audio": gettext("audio"),
        "course": gettext("course"),
        "teaching": gettext("teaching"),
    }.get(name, name)


def role(name: str) -> str:
    return gettext("administrator") if name == "administrator" else gettext("coordinator")
