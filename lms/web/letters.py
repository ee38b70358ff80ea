"""What letters say, in the language of who gets them."""

from collections.abc import Callable

from lms.people.service.refusals import Letter
from lms.web.languages import spoken


def compose(letter: Letter, site: str, base: str, usual: str) -> tuple[str, str]:
    """Subject and text of a letter from the site of this title at `base`, in `usual` where no language is said."""
    words = spoken((letter.language or usual).split("-")[0])
    gettext = words.ugettext
    subject, told = _SAID[letter.kind](gettext)
    hello = gettext("Hello %(name)s,") % {"name": letter.name} if letter.name else gettext("Hello,")
    link = f"{base}/{_PATHS[letter.kind]}/{letter.token}" if letter.token else f"{base}/{_PATHS[letter.kind]}"
    parts = [hello, told % {"site": site}, link, gettext("If this was not you, you need do nothing.")]
    return subject % {"site": site}, "\n\n".join(parts) + f"\n\n{site}\n{base}\n"


_PATHS = {
    "welcome": "welcome",
    "invitation": "welcome",
    "known": "sign-in",
    "reset": "reset",
    "email": "email",
    "moved": "sign-in",
    "changed": "forgot",
}

Say = Callable[[str], str]


def _welcome(gettext: Say) -> tuple[str, str]:
    return (
        gettext("Open your account at %(site)s"),
        gettext("Follow this link to choose a name and a password. It is good for one day, and once."),
    )


def _invitation(gettext: Say) -> tuple[str, str]:
    return (
        gettext("You are invited to %(site)s"),
        gettext(
            "You are invited to learn at %(site)s. Follow this link to open your account. It is good for two weeks."
        ),
    )


def _known(gettext: Say) -> tuple[str, str]:
    return (
        gettext("You have an account at %(site)s"),
        gettext(
            "Somebody wanted to open an account with this address, and it has one. Sign in with your password here:"
        ),
    )


def _reset(gettext: Say) -> tuple[str, str]:
    return (
        gettext("A new password for %(site)s"),
        gettext("Follow this link to choose a new password. It is good for one hour, and once."),
    )


def _email(gettext: Say) -> tuple[str, str]:
    return (
        gettext("Confirm your new address at %(site)s"),
        gettext("Follow this link, and this address is the one of your account from then on. It is good for one day."),
    )


def _moved(gettext: Say) -> tuple[str, str]:
    return (
        gettext("Your account at %(site)s has another address"),
        gettext(
            "Your account has another e-mail address now. If you did not do this, write to us at once. Sign in here:"
        ),
    )


def _changed(gettext: Say) -> tuple[str, str]:
    return (
        gettext("Your password at %(site)s was changed"),
        gettext(
            "Your password was changed, and other browsers were signed out. If that was not you, choose a new one:"
        ),
    )


_SAID: dict[str, Callable[[Say], tuple[str, str]]] = {
    "welcome": _welcome,
    "invitation": _invitation,
    "known": _known,
    "reset": _reset,
    "email": _email,
    "moved": _moved,
    "changed": _changed,
}
