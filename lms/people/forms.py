"""What people type about themselves, and what is said beside a field that cannot be so."""

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField, ValidationError

from lms.people import models
from lms.web.at_hand import gettext


class AddressForm(FlaskForm):
    email = StringField()

    def validate_email(self, field: Any) -> None:
        _as(models.email, field, gettext("This is no e-mail address. Write one such as rosa@clinic.example."))


class SignInForm(FlaskForm):
    email = StringField()
    password = PasswordField()
    next = HiddenField()


class NewPasswordForm(FlaskForm):
    password = PasswordField()

    def validate_password(self, field: Any) -> None:
        said = gettext("A password has at least %(least)s characters, not all alike. A short sentence is a good one.")
        _as(models.password, field, said % {"least": models.SHORTEST}, keep=True)


class PersonForm(FlaskForm):
    """The profile's fields."""

    name = StringField()
    profession = SelectField()
    licences = StringField()
    language = SelectField()
    zone = StringField()

    def validate_name(self, field: Any) -> None:
        _as(models.name, field, gettext("Write your name in letters, 200 characters at most."))

    def validate_zone(self, field: Any) -> None:
        if (field.data or "UTC") not in models.zones():
            raise ValidationError(gettext("There is no such time zone. Write one such as America/Lima."))

    def validate_licences(self, field: Any) -> None:
        try:
            models.licences(field.data or "")
        except ValueError:
            raise ValidationError(gettext("Write them as `ACPE 1234567, ANCC 7654321`.")) from None

    def profile(self) -> models.Profile:
        return models.Profile(
            name=self.name.data,
            profession=self.profession.data or "",
            licences=models.licences(self.licences.data or ""),
            language=self.language.data or "en",
            zone=self.zone.data or "UTC",
        )


class WelcomeForm(NewPasswordForm, AddressForm, PersonForm):
    """All that opens an account."""


class PasswordForm(NewPasswordForm):
    old = PasswordField()


class NewAddressForm(AddressForm):
    old = PasswordField()


class EraseForm(FlaskForm):
    old = PasswordField()
    sure = BooleanField()

    def validate_sure(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Tick the box if you are sure."))


def _as(read: Callable[[str], str], field: Any, said: str, *, keep: bool = False) -> None:
    """Read the field as the model does; `said` where it cannot be. A password is kept as it was typed."""
    try:
        value = read(field.data or "")
    except ValueError:
        raise ValidationError(said) from None
    if not keep:
        field.data = value
