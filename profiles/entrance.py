"""allauth's forms and refusals in the words of this site. Its rules stay its own."""

from __future__ import annotations

from typing import Any, Final

from allauth.account import forms as allauth
from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    get_password_validators,
)
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

NO_EMAIL: Final = _("That is no e-mail address. It looks like ann@example.org.")
# Of a field: its label ("" leaves it), and what to do where it was left empty.
WORDS: Final = {
    "login": (_("E-mail"), _("Type your e-mail address.")),
    "email": (_("E-mail"), _("Type your e-mail address.")),
    "password": ("", _("Type your password.")),
    "oldpassword": (_("Password now"), _("Type the password that you have now.")),
    "password1": ("", _("Choose a password.")),
    "password2": (_("New password, again"), _("Type the same password again.")),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "cannot_remove_primary_email": _(
            "You log in with this address. Use another one for that first, then remove it."
        ),
        "duplicate_email": _("You have added this address already."),
        "email_password_mismatch": _(
            "This e-mail address and this password don't go together. Check both, or use "
            "“Forgot your password?” below."
        ),
        "email_taken": _(
            "There is a log-in with this address already. Log in instead, or use another address."
        ),
        "enter_current_password": _("That is not the password that you have now. Type it again."),
        "incorrect_password": _("That is not your password. Type it again."),
        "max_email_addresses": _("You can have %d addresses at most. Remove one first."),
        "too_many_login_attempts": _(
            "Too many tries with a wrong password. Wait a few minutes, then try again."
        ),
        "unverified_primary_email": _(
            "Confirm this address first: open the link that we sent to it."
        ),
    }


class InOurWords(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(WORDS) & set(self.fields):
            _say(self.fields[name], *WORDS[name])
        if "password1" in self.fields:
            self.fields["password1"].help_text = _good_password()
        if "password2" in self.fields:  # it replaces one that there is
            self.fields["password1"].label = _("New password")


class LogInForm(InOurWords, allauth.LoginForm):
    pass


class SignUpForm(InOurWords, allauth.SignupForm):
    pass


class AddEmailForm(InOurWords, allauth.AddEmailForm):
    pass


class ChangePasswordForm(InOurWords, allauth.ChangePasswordForm):
    pass


class SetPasswordForm(InOurWords, allauth.SetPasswordForm):
    pass


class ResetPasswordForm(InOurWords, allauth.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(InOurWords, allauth.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(InOurWords, allauth.ReauthenticateForm):
    pass


def _say(field: forms.Field, label: Any, missing: Any) -> None:
    field.label = label or field.label
    field.error_messages |= {"required": missing, "invalid": NO_EMAIL}
    field.widget.attrs.pop("placeholder", None)  # allauth repeats the label there


def _good_password() -> str:
    """One sentence for the four rules of settings.AUTH_PASSWORD_VALIDATORS."""
    rules = get_password_validators(settings.AUTH_PASSWORD_VALIDATORS)
    shortest = next(rule.min_length for rule in rules if isinstance(rule, MinimumLengthValidator))
    return gettext(
        "At least %(characters)s characters: no well-known password, not only digits, and "
        "nothing like your e-mail address."
    ) % {"characters": shortest}
