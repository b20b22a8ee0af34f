"""The forms of log-in, passwords and second factor."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import StopValidation

from blueprints.fields import BaseForm, CheckField, TextField
from core.text import _
from services import passwords


class SecretField(PasswordField):
    """A password: never stripped, never sent back, of bounded length."""

    def __init__(self, label: Any = None, *, autocomplete: str = "current-password", **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {}).update(autocomplete=autocomplete, maxlength=passwords.LONGEST)
        super().__init__(label, **kwargs)
        self.required = True

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            raise StopValidation(_("%(label)s is missing.", label=str(self.label.text)))


class LoginForm(BaseForm):
    name = TextField(
        _l("E-mail or user name"), max_length=250, required=True,
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True},
    )  # fmt: skip
    password = SecretField(_l("Password"))


class CodeForm(BaseForm):
    code = TextField(
        _l("Code"), max_length=40, required=True,
        render_kw={"autocomplete": "one-time-code", "autofocus": True, "inputmode": "text", "spellcheck": "false"},
    )  # fmt: skip


class ConfirmForm(BaseForm):
    password = SecretField(_l("Password"))


class NewPasswordForm(BaseForm):
    password = SecretField(_l("New password"), autocomplete="new-password")
    again = SecretField(_l("New password again"), autocomplete="new-password")

    def validate_again(self, field: SecretField) -> None:
        if field.data != self.password.data:
            raise StopValidation(_("The two passwords differ. Type the same one twice."))


class ChangePasswordForm(NewPasswordForm):
    current = SecretField(_l("Current password"))


class ForgotForm(BaseForm):
    name = TextField(_l("E-mail or user name"), max_length=250, required=True, render_kw={"autocomplete": "username"})


class SecondFactorForm(BaseForm):
    code = TextField(
        _l("Code that the app shows"), max_length=20, required=True,
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
    )  # fmt: skip
    printed = CheckField(_l("I have printed or written down the recovery codes"))
